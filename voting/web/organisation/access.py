"""Who may use a page of the organisation: an act of the table of roles, in the unit of what the address names.

A route without `@competent` does not start (`access.require_declarations`), and the declaration is data, so that a test
can ask each route as each role from each place in the tree.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Final, ParamSpec, TypeVar

from flask import g, request

from voting.domain.organisation.cycles import cycle_of
from voting.domain.organisation.officials import register_of
from voting.domain.organisation.roles import Act, Standing, standing_of
from voting.errors import NotCompetent
from voting.web.access import chair_only, this_chair
from voting.web.site import house

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Competence:
    """What a route asks for: one of `acts`, in the unit of what its argument `of` names.

    `of`: `unit`, `official`, `cycle` or `session`; `cycle-units`: it is enough to have an act in any of the units that
    the cycle concerns; `anywhere`: in any unit at all. In both the page shows what belongs to these units alone.
    """

    acts: tuple[Act, ...]
    of: str

    @property
    def argument(self) -> str:
        """The argument of the address that names it, empty for `anywhere`."""
        return {"cycle-units": "cycle", "anywhere": ""}.get(self.of, self.of)


COMPETENCE: Final = "voting_competence"


def competent(*acts: Act, of: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let an account use a route that may do one of the acts. Raises NotCompetent, SignInNeeded."""

    competence = Competence(acts, of)

    def declare(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            require(competence)
            return view(*args, **kwargs)

        declared = chair_only(guarded)
        setattr(declared, COMPETENCE, competence)
        return declared

    return declare


def standing() -> Standing:
    """Give what the account that sends this request may do; read once for each request."""
    if "standing" not in g:
        g.standing = standing_of(house(), this_chair().name)
    found: Standing = g.standing
    return found


def require(competence: Competence) -> None:
    """Refuse a request whose account has none of the acts where the address leads. Raises NotCompetent."""
    own = standing()
    if competence.of == "anywhere":
        if not any(own.may_anywhere(act) for act in competence.acts):
            raise NotCompetent("No role of this account reaches this page.")
        return
    units = units_of(competence, str((request.view_args or {})[competence.argument]))
    if not any(own.may(act, unit) for act in competence.acts for unit in units):
        raise NotCompetent("This belongs to a unit that your role does not reach.")


def units_of(competence: Competence, identifier: str) -> tuple[str, ...]:
    """Find the units in one of which an act is asked for. Raises NotFound of the kind of what the address names."""
    if competence.of == "cycle-units":
        return cycle_of(house(), identifier).units
    return (_unit_of(competence.of, identifier),)


def _unit_of(of: str, identifier: str) -> str:
    """Find the unit of what an address names. Raises NotFound of its kind."""
    if of == "unit":
        return identifier
    if of == "cycle":
        return cycle_of(house(), identifier).unit
    if of == "session":
        return house().store.session(identifier).unit_id
    return register_of(house()).official(identifier).unit
