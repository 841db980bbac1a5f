"""The part of the menu that an account sees because of its roles."""

from typing import Any, Final

from flask import request, url_for

from voting.domain.organisation.roles import Act
from voting.web.access import CHAIR_PATH, signed_in
from voting.web.languages import N_, gettext
from voting.web.organisation.access import standing
from voting.web.organisation.blueprint import blueprint

MENU: Final[tuple[tuple[str, str, tuple[Act, ...]], ...]] = (
    ("organisation.units", N_("Units"), (Act.MANAGE,)),
    ("organisation.officials", N_("Register"), (Act.LIST,)),
    ("organisation.cycles", N_("Cycles"), (Act.MANAGE, Act.RUN, Act.REVIEW)),
    ("organisation.results", N_("Published results"), (Act.READ,)),
    ("organisation.journal", N_("Journal"), (Act.MANAGE,)),
    ("organisation.settings", N_("Retention"), (Act.MANAGE,)),
)
"""(endpoint, words, one of the acts that lead there), in the order of the menu."""


@blueprint.app_context_processor
def menu() -> dict[str, Any]:
    """Give the templates `organisation_menu`, (address, words) of what the account may use."""
    account = signed_in() if request.path.startswith(CHAIR_PATH) else None
    if account is None or account.one_time:
        return {"organisation_menu": ()}
    own = standing()
    entries = [
        (url_for(endpoint), gettext(words)) for endpoint, words, acts in MENU if any(map(own.may_anywhere, acts))
    ]
    return {"organisation_menu": entries}
