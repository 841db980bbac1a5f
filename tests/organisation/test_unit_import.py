"""A list of units: it says what it would change, names each bad line, and changes all of it or nothing."""

from time import process_time

import pytest

from tests.organisation.organised import Organised
from voting.documents.unit_lists import read_units
from voting.domain.organisation.register import journal_of
from voting.domain.organisation.unit_import import Plan, UnitRow, import_units, plan_import
from voting.domain.organisation.units import add_unit, rename_unit, tree_of
from voting.errors import ChangedMeanwhile, MalformedRegister, MalformedSheet


@pytest.fixture
def coded(province: Organised) -> Organised:
    """The organisation; each unit has its own name as its code."""
    for place in ("province", "north", "south", "village", "town", "harbour"):
        unit = tree_of(province.house).unit(getattr(province, place))
        rename_unit(province.house, unit.id, unit.name, code=place.upper(), by="")
    return province


def rows(*texts: str) -> list[UnitRow]:
    """Make rows of `name;code;parent`, from line 2 on."""
    return [UnitRow(line, *[*text.split(";"), "", ""][:3]) for line, text in enumerate(texts, 2)]


def plan(organised: Organised, *texts: str, below: str = "province") -> Plan:
    return plan_import(tree_of(organised.house), rows(*texts), below=getattr(organised, below))


def refused(organised: Organised, *texts: str, below: str = "province") -> list[tuple[int, str]]:
    before = organised.house.store.organisation("units")
    with pytest.raises(MalformedRegister) as refusal:
        import_units(organised.house, rows(*texts), below=getattr(organised, below), by="x")
    assert organised.house.store.organisation("units") == before
    return list(refusal.value.lines)


def paths(plan: Plan) -> list[str]:
    return [plan.after.path(row.after.id).partition(" › ")[2] for row in plan.rows]


def test_units_come_under_those_that_the_rows_name_in_any_order(coded: Organised) -> None:
    made = plan(
        coded,
        "Tổ 1;;Thôn Đông",
        "Thôn Đông;TD;VILLAGE",
        "Tổ 2;;td",
        "Xã Mới;XM;Huyện Nam Sơn",
        "Huyện Mới;HM;",
        "Chi bộ;;Tỉnh Đông Hải > Huyện Nam Sơn › Phường Cảng",
        "Tổ 1;;Xã Mới",
    )
    assert all(row.is_new for row in made.rows)
    assert paths(made) == [
        "Huyện Bắc Sơn › Xã Bình An › Thôn Đông › Tổ 1",
        "Huyện Bắc Sơn › Xã Bình An › Thôn Đông",
        "Huyện Bắc Sơn › Xã Bình An › Thôn Đông › Tổ 2",
        "Huyện Nam Sơn › Xã Mới",
        "Huyện Mới",
        "Huyện Nam Sơn › Phường Cảng › Chi bộ",
        "Huyện Nam Sơn › Xã Mới › Tổ 1",
    ]


def test_a_row_with_the_code_of_a_unit_renames_or_moves_it(coded: Organised) -> None:
    made = plan(coded, "Xã Bình Minh;village;", "Phường Cảng;HARBOUR;NORTH", "Thị trấn Bắc Sơn;TOWN;NORTH")
    assert [(row.is_renamed, row.is_moved, row.is_recoded) for row in made.rows] == [
        (True, False, True),
        (False, True, False),
        (False, False, False),
    ]
    assert [row.line for row in made.changed] == [2, 3]
    import_units(
        coded.house, rows("Xã Bình Minh;VILLAGE;South;", "Phường Cảng;HARBOUR;NORTH"), below=coded.province, by=""
    )
    tree = tree_of(coded.house)
    village = tree.unit(coded.village)
    assert (village.name, village.parent, tree.unit(coded.harbour).parent) == ("Xã Bình Minh", coded.south, coded.north)
    assert [(past.name, past.parent) for past in village.past] == [("Xã Bình An", coded.north)]


def test_two_units_can_change_places(coded: Organised) -> None:
    made = plan(coded, "Huyện Bắc Sơn;NORTH;Xã Bình An", "Xã Bình An;VILLAGE;PROVINCE")
    assert paths(made) == ["Xã Bình An › Huyện Bắc Sơn", "Xã Bình An"]


def test_the_same_list_again_changes_nothing(province: Organised) -> None:
    file = ("Tỉnh Đông Hải;;", "Huyện Tây Sơn;;Tỉnh Đông Hải", "Xã A;;Huyện Tây Sơn", "Xã A;;Huyện Nam Sơn")
    first = import_units(province.house, rows(*file), below=province.province, by="x")
    assert [row.is_new for row in first.rows] == [False, True, True, True]
    again = import_units(province.house, rows(*file), below=province.province, by="x")
    assert again.changed == ()
    assert [entry.act for entry in journal_of(province.house)].count("unit.import") == 1
    # A unit without a code gets the one of its row.
    coded = plan(province, "Xã A;XA;Huyện Tây Sơn")
    assert [(row.is_new, row.is_recoded) for row in coded.rows] == [(False, True)]


@pytest.mark.parametrize(
    ("texts", "lines"),
    [
        (("Xã Mới;;Huyện Không Có",), [(2, "there is no unit of this code or name to belong to")]),
        (("A;;B", "B;;C", "C;;A", "D;;A"), [(line, "the unit comes under itself") for line in (2, 3, 4)]),
        (("A;1;2", "B;2;1", "C;3;1"), [(line, "the unit comes under itself") for line in (2, 3)]),
        (("Huyện Bắc Sơn;NORTH;VILLAGE", "Tổ 1;;TOWN"), [(2, "the unit comes under itself")]),
        (("A;;A",), [(2, "the unit comes under itself")]),
        (("Tổ 1;;TOWN", "tổ  1;;Town"), [(3, "the name stands under the same unit in line 2")]),
        (("Xã Bình An;X;NORTH",), [(2, "there is a unit of this name under the same one, with another code")]),
        (("Thị trấn Bắc Sơn;VILLAGE;",), [(2, "there is a unit of this name under the same one")]),
        (("A;1;", "B;1;"), [(3, "the code stands in line 2")]),
        (("Tỉnh Đông Hải;;", "Tỉnh Mới;PROVINCE;"), [(3, "the unit stands in line 2")]),
        ((";1;", "B;2;", "  ;;B"), [(2, "the name of the unit is missing"), (4, "the name of the unit is missing")]),
        (("Xã\u202eA;;",), [(2, "a text holds an invisible control character")]),
        (
            ("Tỉnh Đông Hải;PROVINCE;NORTH",),
            [(2, "the unit at the top cannot be moved"), (2, "the unit comes under itself")],
        ),
        (("A;;Nowhere", "B;;A"), [(2, "there is no unit of this code or name to belong to")]),
        (
            ("Tổ 1;;NORTH", "Tổ 1;;SOUTH", "B;;Tổ 1"),
            [(4, "several units are called so; give the code or the whole path")],
        ),
        (
            tuple(f"{n};C{n};{f'C{n - 1}' if n else ''}" for n in range(12)),
            [(13, "the tree can have at most 12 levels")],
        ),
        ((), []),
    ],
)
def test_each_bad_line_is_named_and_nothing_is_changed(
    coded: Organised, texts: tuple[str, ...], lines: list[tuple[int, str]]
) -> None:
    assert sorted(refused(coded, *texts)) == sorted(lines)


def test_a_list_for_one_unit_changes_nothing_outside(coded: Organised) -> None:
    outside = "this unit lies outside of what can be changed here"
    unknown = "there is no unit of this code or name to belong to"
    assert refused(coded, "Phường Cảng;HARBOUR;NORTH", below="north") == [(2, outside)]
    assert refused(coded, "Tỉnh;PROVINCE;", below="north") == [(2, outside)]
    for parent in ("SOUTH", "Huyện Nam Sơn", "PROVINCE", "Tỉnh Đông Hải", "Tỉnh Đông Hải › Huyện Nam Sơn"):
        assert refused(coded, f"Xã Mới;;{parent}", below="north") == [(2, unknown)], parent
        assert refused(coded, f"Xã Bình An;VILLAGE;{parent}", below="north") == [(2, unknown)], parent
    assert refused(coded, "Huyện Bắc Sơn;NORTH;SOUTH", below="north") == [(2, unknown)]
    assert refused(coded, "Huyện Bắc Sơn;NORTH;TOWN", below="north") == [
        (2, "the unit comes under itself"),
        (2, outside),
    ]
    # The own unit may stand in it with its place as it is.
    for parent in ("PROVINCE", "Tỉnh Đông Hải", ""):
        made = plan(coded, f"Huyện Bắc;NORTH;{parent}", "Xã Mới;;", below="north")
        assert [(row.is_renamed, row.is_moved) for row in made.rows] == [(True, False), (False, False)]
        assert paths(made) == ["Huyện Bắc", "Huyện Bắc › Xã Mới"]


def test_a_deep_unit_cannot_be_brought_under_another_deep_one(coded: Organised) -> None:
    deep = coded.village
    for number in range(9):
        deep = add_unit(coded.house, f"Tầng {number}", parent=deep, by="").id
    assert refused(coded, "Xã Bình An;VILLAGE;HARBOUR") == []


def test_a_preview_of_another_tree_is_not_saved(coded: Organised) -> None:
    seen = tree_of(coded.house).version
    add_unit(coded.house, "Xã Khác", parent=coded.south, by="")
    with pytest.raises(ChangedMeanwhile):
        import_units(coded.house, rows("Xã Mới;;SOUTH"), below=coded.province, version=seen, by="x")
    assert [unit.name for unit in tree_of(coded.house).children(coded.south)] == ["Phường Cảng", "Xã Khác"]


def test_columns_are_found_by_their_headings_in_both_languages() -> None:
    vietnamese = "Danh sách đơn vị\nSTT;Mã đơn vị;Tên đơn vị;Đơn vị cấp trên\n1;H01;Huyện A;\n\n2;X01;Xã B;H01\n"
    wanted = (UnitRow(3, "Huyện A", "H01", ""), UnitRow(5, "Xã B", "X01", "H01"))
    assert read_units(vietnamese.encode(), "a.csv") == wanted
    english = "parent,name,code\n,Huyện A,H01\nH01,Xã B,X01\n".encode()
    assert [row.name for row in read_units(english, "a.csv")] == ["Huyện A", "Xã B"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"Huyen A;H01;\n", "No header row"),
        (b"", "No header row"),
        (b"name;code\n" + b"a;b\n" * 1000, "more than 1,000 rows"),
        (b"name\n" + b"a" * 1024 * 1024, "larger than 1 MB"),
        (b"PK\x03\x04 nothing", "cannot be read"),
        ("name\nHuyện".encode("utf-16")[:-1], "not text in UTF-8"),
    ],
)
def test_a_file_that_is_no_list_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises((MalformedRegister, MalformedSheet), match=reason):
        read_units(data, "units.csv")


@pytest.mark.parametrize("upwards", [True, False], ids=["from the bottom", "from the top"])
def test_a_list_that_is_one_long_chain_is_refused_soon(coded: Organised, upwards: bool) -> None:
    chain = [f"U{i};;U{i - 1}" for i in range(1, 999)] + ["U0;;NORTH"]
    began = process_time()
    lines = refused(coded, *(reversed(chain) if upwards else chain))
    assert process_time() - began < 5
    assert {reason for _, reason in lines} == {"the tree can have at most 12 levels"}
