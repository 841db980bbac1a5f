"""Numbers in messages: thousands as the language writes them, and the form of a word that fits one and many."""

import pytest
from flask import Flask, render_template_string

from voting.web.languages import figure, gettext, ngettext

BALLOTS = "Ballots collected: %(ballots)s."
SESSIONS = ("%(num)s session found", "%(num)s sessions found")


@pytest.mark.parametrize(("language", "written"), [("vi", "1.234"), ("en", "1,234")])
def test_a_thousand_is_written_alike_by_code_and_by_templates(app: Flask, language: str, written: str) -> None:
    with app.test_request_context(f"/chair/?lang={language}"):
        assert figure(1234) == written
        assert figure(999) == "999"
        assert written in gettext(BALLOTS, ballots=1234)
        assert written in ngettext(*SESSIONS, 1234)
        for template in (
            "{{ n|figure }}",
            "{{ _('Ballots collected: %(ballots)s.', ballots=n) }}",
            "{{ ngettext('%(num)s session found', '%(num)s sessions found', n) }}",
            "{% trans ballots=n %}Ballots collected: {{ ballots }}.{% endtrans %}",
            "{% trans codes=n %}of {{ codes }} ballot{% pluralize %}of {{ codes }} ballots{% endtrans %}",
        ):
            assert written in render_template_string(template, n=1234), template


def test_what_is_no_number_is_left_as_it_is(app: Flask) -> None:
    with app.test_request_context("/chair/?lang=en"):
        assert gettext(BALLOTS, ballots="1234") == "Ballots collected: 1234."
        assert render_template_string("{{ _('Ballots collected: %(ballots)s.', ballots=b) }}", b="<1234>") == (
            "Ballots collected: &lt;1234&gt;."
        )


def test_one_has_a_form_of_its_own_in_english_and_none_in_vietnamese(app: Flask) -> None:
    with app.test_request_context("/chair/?lang=en"):
        assert [ngettext(*SESSIONS, number) for number in (0, 1, 2)] == [
            *("0 sessions found", "1 session found", "2 sessions found"),
        ]
    with app.test_request_context("/chair/?lang=vi"):
        one, two = (ngettext(*SESSIONS, number) for number in (1, 2))
        assert one.replace("1", "2") == two
