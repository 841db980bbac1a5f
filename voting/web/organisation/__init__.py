"""The organisation's pages: units, roles, the register, cycles, reviews, personal results, figures over many votes."""

from voting.web.organisation import caps as caps
from voting.web.organisation import cycles as cycles
from voting.web.organisation import duplicates as duplicates
from voting.web.organisation import journal as journal
from voting.web.organisation import menu as menu
from voting.web.organisation import notices as notices
from voting.web.organisation import official_import as official_import
from voting.web.organisation import officials as officials
from voting.web.organisation import personal_data as personal_data
from voting.web.organisation import procedure as procedure
from voting.web.organisation import results as results
from voting.web.organisation import reviews as reviews
from voting.web.organisation import role_words as role_words
from voting.web.organisation import roles as roles
from voting.web.organisation import rollups as rollups
from voting.web.organisation import settings as settings
from voting.web.organisation import sheet as sheet
from voting.web.organisation import subjects as subjects
from voting.web.organisation import two_records as two_records
from voting.web.organisation import unit_import as unit_import
from voting.web.organisation import units as units
from voting.web.organisation import years as years
from voting.web.organisation.blueprint import blueprint as blueprint
