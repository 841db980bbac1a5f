"""A small organisation for tests: a province, two districts, three units, and accounts with a role in one of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from voting.domain.accounts import make_account
from voting.domain.casting import cast, open_session
from voting.domain.counting import close_session, count_session, publish_session
from voting.domain.drafting import create_session
from voting.domain.elections import election_of
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.organisation.officials import Official, register_of
from voting.domain.organisation.register import commit
from voting.domain.organisation.roles import Role, grant_role
from voting.domain.organisation.units import add_unit, begin_organisation
from voting.domain.rulebook import rule_of
from voting.domain.sessions import Session
from voting.domain.sheets import make_sheet
from voting.protocol.ballots import make_ballot
from voting.protocol.codes import draw_uuid

PASSWORD = "a password of the organisation"
# Hashed once: a password is made to be dear.
ACCOUNT = make_account("anybody", PASSWORD)


@dataclass
class Organised:
    """The identifiers of the units. Accounts are called as `NAME` gives them and have `PASSWORD`.

    province
    ├── north  ── village, town
    └── south  ── harbour
    """

    house: House
    province: str
    north: str
    south: str
    village: str
    town: str
    harbour: str
    people: dict[str, list[Official]] = field(default_factory=dict)

    def account(self, role: str, unit: str) -> str:
        """Make an account with one role in one unit, named by both, and give its name."""
        place = next(name for name in PLACES if getattr(self, name) == unit)
        name = f"{role.replace('_', '-')}.{place}"
        if self.house.store.account(name) is None:
            self.house.store.save_account(replace(ACCOUNT, name=name), new=True)
        grant_role(self.house, name, unit, role, by="")
        return name

    def register(self, unit: str, *people: Official) -> list[Official]:
        """Put people into the register, in a unit. Their identifiers are drawn."""
        register = register_of(self.house)
        placed = [
            Official(draw_uuid(), each.name, unit, each.positions, each.group, each.number, each.member)
            for each in people
        ]
        commit(self.house, [register.change_to(each) for each in placed], by="", act="official.add", unit=unit)
        self.people.setdefault(unit, []).extend(placed)
        return placed

    def published(
        self,
        unit: str,
        officials: Sequence[Official],
        ballots: Sequence[Sequence[int]],
        *,
        scale: str = "classification",
        rule: str = "absolute_majority",
        title: str = "Xếp loại năm 2026",
        **entries: object,
    ) -> Session:
        """Hold a vote on people of the register in a unit and publish it. `ballots`: the level of each, from 1."""
        draft = self.draft(unit, officials, scale=scale, rule=rule, title=title, codes=len(ballots) + 1, **entries)
        return self.hold(draft, ballots)

    def hold(self, draft: Session, ballots: Sequence[Sequence[int]]) -> Session:
        """Hold the vote of a draft and publish it."""
        codes = make_codes(self.house, draft.uuid)
        confirm_codes(self.house, draft.uuid)
        open_session(self.house, draft.uuid)
        election = election_of(self.house, draft.uuid)
        answers = election.questions[0].choices
        for code, levels in zip(codes, ballots, strict=False):
            choices = [[int(place == level) for place in range(1, answers + 1)] for level in levels]
            cast(self.house, draft.uuid, make_ballot(election, code, choices))
        close_session(self.house, draft.uuid)
        count_session(self.house, draft.uuid)
        return publish_session(self.house, draft.uuid)

    def draft(
        self,
        unit: str,
        officials: Sequence[Official],
        *,
        scale: str = "classification",
        rule: str = "absolute_majority",
        title: str = "Xếp loại năm 2026",
        **entries: object,
    ) -> Session:
        """Make the draft of a vote on people of the register, in a unit."""
        sheet = make_sheet([each.line for each in officials], scale)
        subjects = tuple((each.line.title, each.id) for each in officials)
        draft = Session("", title, sheet, unit_id=unit, subjects=subjects, rule=rule_of(rule), **entries)
        return create_session(self.house, draft)


PLACES = ("province", "north", "south", "village", "town", "harbour")


def organised(house: House) -> Organised:
    """Make the units, and an administrator of the province; the house must have no organisation yet."""
    province = begin_organisation(house, "Tỉnh Đông Hải").id
    north = add_unit(house, "Huyện Bắc Sơn", parent=province, by="").id
    south = add_unit(house, "Huyện Nam Sơn", parent=province, by="").id
    village = add_unit(house, "Xã Bình An", parent=north, by="").id
    town = add_unit(house, "Thị trấn Bắc Sơn", parent=north, by="").id
    harbour = add_unit(house, "Phường Cảng", parent=south, by="").id
    made = Organised(house, province, north, south, village, town, harbour)
    made.account(Role.ADMINISTRATOR, province)
    return made
