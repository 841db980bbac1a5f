import pytest

from voting.domain.sheets import Person, make_sheet, questions, tidy
from voting.errors import MalformedSheet

TWO = (Person("Nguyễn Văn A", "Chủ tịch"), Person("Trần Thị B"))


def test_each_person_becomes_a_question_with_the_levels_of_the_scale():
    first, second = questions(make_sheet(TWO), "vi")
    assert first.text == "Nguyễn Văn A — Chủ tịch"
    assert second.text == "Trần Thị B"
    assert first.answers == ("Tín nhiệm cao", "Tín nhiệm", "Tín nhiệm thấp")
    assert (first.min, first.max, first.blank) == (1, 1, False)


def test_levels_follow_the_language_of_the_ballot():
    assert questions(make_sheet(TWO), "en")[0].answers == ("High confidence", "Confidence", "Low confidence")


def test_choosing_up_to_k_is_one_question_over_all_people():
    (question,) = questions(make_sheet(TWO, "choose", choose=2, blank=True), "en")
    assert question.answers == ("Nguyễn Văn A — Chủ tịch", "Trần Thị B")
    assert (question.min, question.max, question.blank) == (1, 2, True)


GROUPS = (Person("A", "", "Board"), Person("B", "", "Board"), Person("C", "", "Audit"), Person("D", "", "Audit"))


def test_each_group_of_candidates_has_a_number_of_its_own():
    board, audit = questions(make_sheet(GROUPS, "choose", choose=(2, 1)), "en")
    assert (board.text, board.answers, board.max) == ("Board: Choose up to 2", ("A", "B"), 2)
    assert (audit.text, audit.answers, audit.max) == ("Audit: Choose up to 1", ("C", "D"), 1)


def test_a_single_number_holds_for_every_group():
    for choose in (2, (2,)):
        assert [question.max for question in questions(make_sheet(GROUPS, "choose", choose=choose), "vi")] == [2, 2]


@pytest.mark.parametrize(
    ("choose", "reason"),
    [
        (3, "the number to choose must be between 1 and 2"),
        ((2, 3), "the number to choose of group 2 must be between 1 and 2"),
        ((0, 1), "the number to choose of group 1 must be between 1 and 2"),
        ((1, 1, 1), "the number to choose: 3 numbers, but 2 groups"),
    ],
)
def test_numbers_that_do_not_fit_the_groups_are_refused(choose, reason):
    with pytest.raises(MalformedSheet) as refusal:
        make_sheet(GROUPS, "choose", choose=choose)
    assert refusal.value.lines == ((0, reason),)


def test_own_labels_are_the_answers():
    sheet = make_sheet(TWO, "own", labels=("Giỏi", " Khá ", "", "Trung bình"))
    assert questions(sheet, "vi")[1].answers == ("Giỏi", "Khá", "Trung bình")


def test_composed_and_decomposed_names_are_the_same_name():
    decomposed = "Nguye\u0302\u0303n Va\u0306n A"
    assert tidy(decomposed) == "Nguyễn Văn A"
    with pytest.raises(MalformedSheet) as refusal:
        make_sheet([Person("Nguyễn Văn A"), Person(decomposed)])
    assert refusal.value.lines == ((2, "the same as line 1"),)


def test_every_bad_line_is_named_at_once():
    with pytest.raises(MalformedSheet) as refusal:
        make_sheet([Person("A"), Person(" "), Person("x" * 201), Person("a")])
    assert [number for number, _ in refusal.value.lines] == [2, 3, 4]


@pytest.mark.parametrize("sign", ["\u202e", "\u200b", "\u2066", "\x00", "\x1b"])
def test_a_name_cannot_hide_direction_or_control_characters(sign):
    with pytest.raises(MalformedSheet):
        make_sheet([Person(f"Nguyễn{sign}Văn A")])


@pytest.mark.parametrize(
    ("scale", "settings"),
    [
        ("confidence", {"people": ()}),
        ("no-such-scale", {}),
        ("choose", {"choose": 0}),
        ("choose", {"choose": 3}),
        ("own", {"labels": ("only one",)}),
        ("own", {"labels": ("Good", "good")}),
        ("own", {"labels": tuple("abcdefghijk")}),
    ],
)
def test_a_sheet_that_cannot_be_voted_on_is_refused(scale, settings):
    people = settings.pop("people", TWO)
    with pytest.raises(MalformedSheet):
        make_sheet(people, scale, **settings)


def test_a_hundred_lines_are_the_most():
    assert len(make_sheet(Person(f"Person {i}") for i in range(100)).people) == 100
    with pytest.raises(MalformedSheet):
        make_sheet(Person(f"Person {i}") for i in range(101))
