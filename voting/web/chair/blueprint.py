"""The chair's pages as one blueprint, and what is checked before each of them."""

from flask import Blueprint

from voting.web.access import refuse_foreign_form
from voting.web.languages import remember_choice

blueprint = Blueprint("chair", __name__, url_prefix="/chair")
blueprint.before_request(refuse_foreign_form)
blueprint.before_request(remember_choice)
