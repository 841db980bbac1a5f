"""The organisation's pages as one blueprint, and what is checked before each of them."""

from flask import Blueprint

from voting.web.access import refuse_foreign_form
from voting.web.languages import remember_choice

# Below the chair's path: the cookie of a sign-in is sent nowhere else.
blueprint = Blueprint("organisation", __name__, url_prefix="/chair")
blueprint.before_request(refuse_foreign_form)
blueprint.before_request(remember_choice)
