"""The tree of units: it stays a tree, keeps what was, and no half of an act happens."""

import pytest

from tests.organisation.organised import Organised
from voting.domain.house import House
from voting.domain.organisation.officials import Official
from voting.domain.organisation.register import commit, journal_of
from voting.domain.organisation.roles import (
    Act,
    Grant,
    Relation,
    Role,
    Standing,
    grant_role,
    relation_of,
    revoke_role,
    standing_of,
)
from voting.domain.organisation.units import (
    add_unit,
    begin_organisation,
    change_to,
    move_unit,
    remove_unit,
    rename_unit,
    tree_of,
)
from voting.errors import ChangedMeanwhile, MalformedRegister, UnknownUnit


def test_units_stand_to_each_other_as_in_the_tree(province: Organised) -> None:
    tree = tree_of(province.house)
    assert tree.path(province.village) == "Tỉnh Đông Hải › Huyện Bắc Sơn › Xã Bình An"
    assert [unit.name for unit in tree.children(province.north)] == ["Thị trấn Bắc Sơn", "Xã Bình An"]
    assert relation_of(tree, province.province, province.harbour) is Relation.BELOW
    assert relation_of(tree, province.village, province.north) is Relation.ABOVE
    assert relation_of(tree, province.north, province.harbour) is Relation.BESIDE
    assert relation_of(tree, province.town, province.town) is Relation.OWN


@pytest.mark.parametrize("under", ["north", "village"])
def test_a_unit_cannot_come_under_itself_or_one_below_it(province: Organised, under: str) -> None:
    before = province.house.store.organisation("units")
    with pytest.raises(MalformedRegister, match="itself or to one below") as refused:
        move_unit(province.house, province.north, getattr(province, under), by="x")
    assert refused.value.field == "parent"
    assert province.house.store.organisation("units") == before


def test_two_moves_at_the_same_moment_cannot_make_a_ring(province: Organised) -> None:
    read = tree_of(province.house)
    move_unit(province.house, province.north, province.south, by="x")
    # The other one has read the tree before: under north, south would be allowed there.
    crossing = change_to(read, read.unit(province.south).__class__(province.south, "Huyện Nam Sơn", province.north))
    with pytest.raises(ChangedMeanwhile):
        commit(province.house, [crossing], by="x", act="unit.move", unchanged={"units": read.version})
    assert tree_of(province.house).unit(province.south).parent == province.province


def test_names_and_places_that_were_stay_in_the_history(province: Organised) -> None:
    rename_unit(province.house, province.village, "Xã Bình Minh", by="x")
    move_unit(province.house, province.village, province.south, by="x")
    unit = tree_of(province.house).unit(province.village)
    assert (unit.name, unit.parent) == ("Xã Bình Minh", province.south)
    assert [(past.name, past.parent) for past in unit.past] == [
        ("Xã Bình An", province.north),
        ("Xã Bình Minh", province.north),
    ]


def test_names_that_cannot_be_told_apart_are_refused(province: Organised) -> None:
    for name in ("Xã Bình An", "xa binh an", "  ", "Xã\u202eBình"):
        with pytest.raises(MalformedRegister) as refused:
            add_unit(province.house, name, parent=province.north, by="x")
        assert refused.value.field == "name"
    add_unit(province.house, "Xã Bình An", parent=province.south, by="x")
    with pytest.raises(MalformedRegister):
        move_unit(province.house, province.village, province.south, by="x")


def test_there_is_one_root_and_it_stays(house: House, province: Organised) -> None:
    with pytest.raises(MalformedRegister):
        begin_organisation(house, "Another province")
    with pytest.raises(MalformedRegister):
        add_unit(house, "Another province", parent="", by="x")
    with pytest.raises(MalformedRegister):
        move_unit(house, province.province, province.south, by="x")
    with pytest.raises(MalformedRegister):
        add_unit(house, "Nowhere", parent="11111111111111", by="x")


def test_only_a_unit_that_nothing_belongs_to_can_be_removed(province: Organised) -> None:
    house = province.house
    province.register(province.village, Official("", "Nguyễn Văn An", ""))
    province.account(Role.CHAIR, province.town)
    province.draft(province.harbour, [Official("x", "Trần Thị Bình", "")])
    for unit in (province.province, province.north, province.village, province.town, province.harbour):
        with pytest.raises(MalformedRegister):
            remove_unit(house, unit, by="x")
    empty = add_unit(house, "Empty", parent=province.south, by="x")
    remove_unit(house, empty.id, by="x")
    with pytest.raises(UnknownUnit):
        tree_of(house).unit(empty.id)


def test_the_journal_says_who_did_what_and_not_what_was_typed(province: Organised) -> None:
    rename_unit(province.house, province.town, "Phường Mới", by="minh")
    entry = journal_of(province.house)[-1]
    assert (entry.by, entry.act, entry.unit) == ("minh", "unit.rename", province.town)
    assert entry.minute % 60 == 0
    assert "Phường Mới" not in str(province.house.store.journal())


def test_a_role_reaches_its_units_and_no_others(province: Organised) -> None:
    administrator = standing_of(province.house, province.account(Role.ADMINISTRATOR, province.north))
    assert [unit.id for unit in administrator.units(Act.MANAGE)] == [province.north, province.town, province.village]
    reviewer = standing_of(province.house, province.account(Role.REVIEWER, province.north))
    assert [unit.id for unit in reviewer.units(Act.REVIEW)] == [province.town, province.village]
    chair = standing_of(province.house, province.account(Role.CHAIR, province.north))
    assert [unit.id for unit in chair.units(Act.RUN)] == [province.north]
    assert not chair.may(Act.READ, province.south)
    assert not chair.may(Act.READ, "11111111111111")
    top = standing_of(province.house, province.account(Role.REVIEWER, province.province))
    assert top.may(Act.REVIEW, province.province)
    assert not standing_of(province.house, "nobody").may_anywhere(Act.READ)


def test_the_last_administrator_at_the_top_stays(province: Organised) -> None:
    house = province.house
    first = next(grant for grant in standing_of(house, "administrator.province").grants)
    with pytest.raises(MalformedRegister):
        revoke_role(house, first, by="x")
    house.store.save_account(house.store.account("administrator.province").__class__("second", "x"), new=True)
    grant_role(house, "second", province.province, "administrator", by="x")
    revoke_role(house, first, by="x")
    assert standing_of(house, "administrator.province").grants == ()


def test_what_is_listed_of_a_role_is_what_it_may(province: Organised) -> None:
    """The units are found from the roles on, not by asking for each: both must say the same."""
    tree = tree_of(province.house)
    for role in Role:
        for places in (("province",), ("north",), ("village",), ("village", "south"), ("harbour", "province")):
            grants = tuple(Grant("lan", getattr(province, place), role) for place in places)
            standing = Standing("lan", (*grants, Grant("lan", "11111111111111", role)), tree)
            for act in Act:
                may = [unit for unit in tree.within(province.province) if standing.may(act, unit.id)]
                assert standing.units(act) == may, (role, places, act)
                assert standing.may_anywhere(act) == bool(may), (role, places, act)


def test_of_an_account_without_a_role_the_tree_is_not_read(province: Organised) -> None:
    assert standing_of(province.house, "nobody").tree.units == {}
    assert standing_of(province.house, province.account(Role.READER, province.village)).tree.units
