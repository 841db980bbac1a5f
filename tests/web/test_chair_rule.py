"""Choosing the rule of a session, changing a copy of it, and reading it before the vote."""

import html
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from tests.web.chair_browser import ChairBrowser
from tests.web.draft_form import CONFIDENCE, NEW, saved, text_at
from voting.domain.drafting import change_session, create_session
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.rulebook import RULES
from voting.domain.rules import COUNT_ONLY
from voting.domain.sessions import Session
from voting.domain.sheets import Person, make_sheet


@pytest.fixture
def draft(house: House) -> Session:
    """A draft of the chair `hoa` under the rule of 2023."""
    sheet = make_sheet([Person("Nguyễn Văn An", "Trưởng phòng")])
    return create_session(house, Session("", "Lấy phiếu", sheet, codes=12, chair="hoa", rule=RULES["nq96_2023"]))


# ---- the form


def test_every_shipped_rule_is_offered_and_counting_alone_is_the_first_and_chosen(chair: ChairBrowser) -> None:
    page = text_at(chair, NEW)
    places = [page.index(f'name="rule" value="{name}"') for name in RULES]
    assert min(places) == page.index(f'name="rule" value="{COUNT_ONLY.id}"')
    assert page.count('name="rule"') == len(RULES)
    assert page[min(places) :].partition(">")[0].endswith(" checked")
    for rule in RULES.values():
        assert rule.names["en"] in page
        assert rule.citation["en"] in page


def test_a_rule_is_saved_with_the_draft_and_stays_chosen_in_the_form(chair: ChairBrowser, house: House) -> None:
    page = chair.send(NEW, {**CONFIDENCE, "rule": "nq96_2023"}, on=NEW).location
    assert saved(house, page).rule == RULES["nq96_2023"]
    form = text_at(chair, f"{page}/edit")
    assert form.partition('name="rule" value="nq96_2023"')[2].partition(">")[0].endswith(" checked")


def test_the_preview_carries_rule_and_sealed_codes_along(chair: ChairBrowser, house: House) -> None:
    fields = {**CONFIDENCE, "rule": "nq96_2023", "pooled": "5", "wish": "preview"}
    preview = html.unescape(chair.send(NEW, fields, on=NEW).text)
    assert RULES["nq96_2023"].names["en"] in preview
    session = saved(house, chair.send(NEW, {**chair.kept_entries(), "wish": "save"}).location)
    assert (session.rule.id, session.pooled, session.printed) == ("nq96_2023", 5, 9)


@pytest.mark.parametrize("identifier", ["second_vote", "no_such_rule", "../count_only", "own:nq96_2023", ""])
@pytest.mark.parametrize("title", ["Lấy phiếu", ""], ids=["alone", "among other faults"])
def test_a_rule_that_does_not_fit_is_refused_beside_its_field(chair: ChairBrowser, identifier: str, title: str) -> None:
    answer = chair.send(NEW, {**CONFIDENCE, "rule": identifier, "title": title}, on=NEW)
    assert answer.status_code == 400
    for sign in ('href="#rule"', 'id="rule"', 'id="rule-error"'):
        assert sign in answer.text


@pytest.mark.parametrize("pooled", ["-1", "15", "many", ""])
def test_more_sealed_codes_than_codes_are_refused_beside_their_field(chair: ChairBrowser, pooled: str) -> None:
    answer = chair.send(NEW, {**CONFIDENCE, "pooled": pooled}, on=NEW)
    assert answer.status_code == 400
    assert 'id="pooled-error"' in answer.text
    assert "between 0 and 14" in answer.text


def test_all_codes_may_stay_unprinted(chair: ChairBrowser, house: House) -> None:
    session = saved(house, chair.send(NEW, {**CONFIDENCE, "pooled": "14"}, on=NEW).location)
    assert (session.pooled, session.printed) == (14, 0)


# ---- the rule in words


def test_the_page_says_what_is_counted_and_what_follows_in_order_with_its_articles(
    chair: ChairBrowser, draft: Session
) -> None:
    page = text_at(chair, f"/chair/sessions/{draft.uuid}")
    rule = draft.rule
    assert rule.names["en"] in page
    assert rule.citation["en"] in page
    assert "Percentages are of the ballots collected" in page
    places = [page.index(f"<strong>{outcome.words['en']}</strong>") for outcome in rule.outcomes]
    assert places == sorted(places)
    for outcome in rule.outcomes:
        assert outcome.article["en"] in page
    assert "“Low confidence”: at least 2/3" in page
    assert "“Low confidence”: more than 1/2" in page


def test_a_rule_is_read_in_the_language_of_the_page(chair: ChairBrowser, draft: Session) -> None:
    chair.language = "vi"
    page = text_at(chair, f"/chair/sessions/{draft.uuid}")
    assert draft.rule.names["vi"] in page
    assert "“Tín nhiệm thấp”: từ 2/3 trở lên" in page


@pytest.mark.parametrize("name", list(RULES))
def test_every_shipped_rule_can_be_read_and_opened_for_changing(
    chair: ChairBrowser, house: House, draft: Session, name: str
) -> None:
    rule = RULES[name]
    scale = rule.scales[0] if rule.scales else "confidence"
    people = [Person("An"), Person("Bình")]
    sheet = make_sheet(people, scale, choose=1, labels=("A", "B"))
    change_session(house, replace(draft, sheet=sheet, rule=rule))
    assert rule.names["en"] in text_at(chair, f"/chair/sessions/{draft.uuid}")
    assert chair.get(f"/chair/sessions/{draft.uuid}/rule").status_code == 200


# ---- changing a copy


def form_of(chair: ChairBrowser, session: Session) -> dict[str, str]:
    """Open the form and give everything that stands in it."""
    page = chair.get(f"/chair/sessions/{session.uuid}/rule")
    return {**chair.hidden(), **Fields(page.text).values}


class Fields(HTMLParser):
    """Reads the texts and the chosen options of a form, as a browser sends them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "input" and given.get("type") == "text":
            self.values[given["name"]] = given["value"]
        if tag in ("select", "textarea"):
            self.inside = given["name"]
        if tag == "option" and "selected" in given:
            self.values[self.inside] = given["value"]
        if tag == "textarea":
            self.values[self.inside] = ""

    def handle_data(self, data: str) -> None:
        if self.lasttag == "textarea" and self.inside:
            self.values[self.inside] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.inside = ""


def low_two_thirds(session: Session) -> str:
    """Name the share of the outcome that asks for two thirds."""
    for i, outcome in enumerate(session.rule.outcomes):
        for j, condition in enumerate(outcome.conditions):
            if condition.share == (2, 3):
                return f"outcomes-{i}-conditions-{j}-share"
    raise AssertionError("no such outcome")


def test_a_changed_copy_is_the_sessions_own_and_the_shipped_rule_stays(
    chair: ChairBrowser, house: House, draft: Session
) -> None:
    before, typed = RULES["nq96_2023"], form_of(chair, draft)
    place = low_two_thirds(draft)
    typed |= {place: " 3 / 5 ", place.replace("share", "op"): ">", "denominator": "present", "names-en": "Our own rule"}
    answer = chair.send(f"/chair/sessions/{draft.uuid}/rule", typed)
    assert answer.location == f"/chair/sessions/{draft.uuid}"
    changed = house.store.session(draft.uuid).rule
    assert (changed.id, changed.denominator, changed.names["en"]) == ("own:nq96_2023", "present", "Our own rule")
    shares = [(condition.op, condition.share) for outcome in changed.outcomes for condition in outcome.conditions]
    assert (">", (3, 5)) in shares
    assert RULES["nq96_2023"] == before
    page = text_at(chair, answer.location)
    assert "“Low confidence”: more than 3/5" in page
    assert "Our own rule" in page


def test_only_what_was_changed_is_another(chair: ChairBrowser, house: House, draft: Session) -> None:
    chair.send(f"/chair/sessions/{draft.uuid}/rule", form_of(chair, draft))
    changed, shipped = house.store.session(draft.uuid).rule, RULES["nq96_2023"]
    assert changed.names["en"] == f"{shipped.names['en']} (changed for this session)"
    assert replace(changed, id=shipped.id, names=shipped.names) == shipped
    # Opened once more, it does not get a second ending.
    chair.send(f"/chair/sessions/{draft.uuid}/rule", form_of(chair, house.store.session(draft.uuid)))
    assert house.store.session(draft.uuid).rule == changed


def test_the_own_rule_stays_when_the_draft_is_saved_again_and_a_shipped_one_can_be_taken_back(
    chair: ChairBrowser, house: House, draft: Session
) -> None:
    chair.send(f"/chair/sessions/{draft.uuid}/rule", form_of(chair, draft))
    own, path = house.store.session(draft.uuid).rule, f"/chair/sessions/{draft.uuid}/edit"
    form = text_at(chair, path)
    assert form.partition('name="rule" value="own:nq96_2023"')[2].partition(">")[0].endswith(" checked")
    assert chair.send(path, {**CONFIDENCE, "version": "1", "rule": own.id}).status_code == 303
    assert house.store.session(draft.uuid).rule == own
    assert chair.send(path, {**CONFIDENCE, "version": "2", "rule": "nq96_2023"}).status_code == 303
    assert house.store.session(draft.uuid).rule == RULES["nq96_2023"]


def test_what_cannot_be_used_is_said_beside_its_field_and_the_input_is_kept(
    chair: ChairBrowser, house: House, draft: Session
) -> None:
    place = low_two_thirds(draft)
    wrong = {
        place: "0,66",
        place.replace("share", "op"): "<",
        "names-vi": " ",
        "names-en": draft.rule.names["en"],
        "denominator": "everybody",
        "outcomes-0-words-vi": "Kết \u202eluận",
        "outcomes-1-article-en": "",
    }
    answer = chair.send(f"/chair/sessions/{draft.uuid}/rule", {**form_of(chair, draft), **wrong})
    assert answer.status_code == 400
    for field in wrong:
        assert f'id="{field}-error"' in answer.text, field
        assert f'href="#{field}"' in answer.text, field
        assert f'id="{field}"' in answer.text, field
    assert 'value="0,66"' in answer.text
    assert house.store.session(draft.uuid) == draft


@pytest.mark.parametrize("shipped", ["nq96_2023", "nq85_2014"])
def test_a_copy_has_the_name_of_no_shipped_rule(
    chair: ChairBrowser, house: House, draft: Session, shipped: str
) -> None:
    typed = {**form_of(chair, draft), "names-vi": RULES[shipped].names["vi"].upper()}
    answer = chair.send(f"/chair/sessions/{draft.uuid}/rule", typed)
    assert answer.status_code == 400
    assert 'id="names-vi-error"' in answer.text
    assert house.store.session(draft.uuid) == draft


def test_a_comparison_is_told_with_a_place_for_its_share(chair: ChairBrowser, draft: Session) -> None:
    for language, words in (("en", "at least …"), ("vi", "từ … trở lên")):
        page = html.unescape(chair.get(f"/chair/sessions/{draft.uuid}/rule?lang={language}").text)
        assert f'<option value="&gt;=" selected>{words}</option>'.replace("&gt;", ">") in page


def test_an_outcome_that_could_never_apply_is_refused_at_its_place(
    chair: ChairBrowser, house: House, draft: Session
) -> None:
    second = "outcomes-1-conditions-0-share"
    assert draft.rule.outcomes[0].conditions[0].share == (2, 3)
    answer = chair.send(f"/chair/sessions/{draft.uuid}/rule", {**form_of(chair, draft), second: "3/4"})
    assert answer.status_code == 400
    assert 'id="outcomes-1-error"' in answer.text
    assert "This outcome can never apply" in answer.text
    assert house.store.session(draft.uuid) == draft


@pytest.mark.parametrize("share", ["0/2", "3/2", "1/0", "1/1001", "-1/2", "1", "1/2/3", "٢/٣", "9999999999/9999999999"])
def test_a_share_that_is_none_is_refused(chair: ChairBrowser, house: House, draft: Session, share: str) -> None:
    place = low_two_thirds(draft)
    answer = chair.send(f"/chair/sessions/{draft.uuid}/rule", {**form_of(chair, draft), place: share})
    assert answer.status_code == 400
    assert f'id="{place}-error"' in answer.text
    assert house.store.session(draft.uuid) == draft


def test_a_rule_cannot_change_once_the_slips_are_confirmed(chair: ChairBrowser, house: House, draft: Session) -> None:
    typed, path = form_of(chair, draft), f"/chair/sessions/{draft.uuid}/rule"
    make_codes(house, draft.uuid)
    confirm_codes(house, draft.uuid)
    ready = house.store.session(draft.uuid)
    assert chair.send(path, {**typed, "denominator": "members"}).status_code == 409
    assert chair.get(path).location == f"/chair/sessions/{draft.uuid}"
    assert "/rule" not in chair.get(f"/chair/sessions/{draft.uuid}").text
    assert house.store.session(draft.uuid) == ready


def test_a_draft_changed_in_another_window_keeps_its_rule(chair: ChairBrowser, house: House, draft: Session) -> None:
    typed = form_of(chair, draft)
    change_session(house, replace(draft, title="Changed elsewhere"))
    assert chair.send(f"/chair/sessions/{draft.uuid}/rule", typed).status_code == 409
    assert house.store.session(draft.uuid).rule == RULES["nq96_2023"]


def test_another_chairs_rule_cannot_be_seen_or_changed(other_chair: ChairBrowser, house: House, draft: Session) -> None:
    path = f"/chair/sessions/{draft.uuid}/rule"
    assert other_chair.get(path).status_code == 404
    assert other_chair.send(path, {"version": "0"}, on="/chair/").status_code == 404
    assert house.store.session(draft.uuid) == draft


def test_script_in_a_rule_is_shown_as_text(chair: ChairBrowser, draft: Session) -> None:
    script = '"><script>alert(1)</script>'
    texts = {name: script for name in form_of(chair, draft) if name.endswith(("-vi", "-en"))}
    path = f"/chair/sessions/{draft.uuid}/rule"
    assert chair.send(path, {**form_of(chair, draft), **texts}).status_code == 303
    for page in (path, f"/chair/sessions/{draft.uuid}", f"/chair/sessions/{draft.uuid}/edit"):
        text = chair.get(page).text
        assert script not in text
        assert "alert(1)" in text
