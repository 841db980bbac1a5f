"""The organisation's pages: units, roles, the register, cycles, reviews, personal results, figures over many votes."""

from voting.web.organisation import menu as menu
from voting.web.organisation.blueprint import blueprint as blueprint
