"""The roles in words: what an account is in a unit, and what it may do as such."""

from typing import Any, Final

from voting.domain.organisation.roles import Role
from voting.web.access import signed_in
from voting.web.languages import N_, gettext
from voting.web.organisation.access import standing
from voting.web.organisation.blueprint import blueprint

ROLE_WORDS: Final[dict[Role, tuple[str, str]]] = {
    Role.ADMINISTRATOR: (
        N_("Administrator"),
        N_("units, accounts, register, cycles and settings of the unit and of all below it"),
    ),
    Role.CHAIR: (N_("Chair of the votes"), N_("runs the votes of this unit; reads published results below it")),
    Role.HEAD_TELLER: (
        N_("Head of the tellers"),
        N_("enters the counting team's figures of the votes of this unit; reads published results below it"),
    ),
    Role.REVIEWER: (
        N_("Reviewer"),
        N_("concludes on the published results of the units below; reads those of this unit"),
    ),
    Role.READER: (N_("Reader"), N_("reads the published results of the unit and of all below it")),
}


def role_words(role: Role) -> str:
    """Name a role in the language of this request."""
    return gettext(ROLE_WORDS[role][0])


def roles_offered() -> list[tuple[str, str, str]]:
    """List (role, its name, what it may do) for a form."""
    return [(str(role), gettext(name), gettext(told)) for role, (name, told) in ROLE_WORDS.items()]


@blueprint.app_context_processor
def roles_of_reader() -> dict[str, Any]:
    """Give the page of a refusal `own_roles()`: (name of the role, path of its unit) of whoever is signed in."""
    return {"own_roles": _own_roles}


def _own_roles() -> list[tuple[str, str]]:
    if signed_in() is None:
        return []
    own = standing()
    grants = [grant for grant in own.grants if grant.unit in own.tree.units]
    return sorted((role_words(grant.role), own.tree.path(grant.unit)) for grant in grants)
