"""Several sheets in one go: lines under headings, voted on and counted together."""

from voting.domain.sheets import Person, make_sheet, questions

MIXED = [
    Person("Nguyễn Văn A", "Chủ tịch", "Ủy ban nhân dân"),
    Person("Trần Thị B", "Chánh án", "Tòa án"),
    Person("Lê Văn C", "Phó Chủ tịch", "  Ủy ban   nhân dân "),
]


def test_the_lines_of_a_group_stand_together_in_the_order_of_the_groups() -> None:
    sheet = make_sheet(MIXED)
    assert [(heading, [person.name for person in people]) for heading, people in sheet.groups] == [
        ("Ủy ban nhân dân", ["Nguyễn Văn A", "Lê Văn C"]),
        ("Tòa án", ["Trần Thị B"]),
    ]
    assert [question.text for question in questions(sheet, "vi")] == [person.title for person in sheet.people]


def test_a_sheet_without_headings_is_one_group() -> None:
    assert [heading for heading, _ in make_sheet([Person("A"), Person("B")]).groups] == [""]


def test_choosing_people_asks_one_question_for_each_group() -> None:
    people = [
        Person("A", group="Board"),
        Person("B", group="Board"),
        Person("C", group="Audit"),
        Person("D", group="Audit"),
    ]
    first, second = questions(make_sheet(people, "choose", choose=1), "en")
    assert (first.text, first.answers) == ("Board: Choose up to 1", ("A", "B"))
    assert (second.text, second.answers) == ("Audit: Choose up to 1", ("C", "D"))
