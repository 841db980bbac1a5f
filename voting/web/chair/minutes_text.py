"""The minutes of a count in the language of the request, as the paper that is printed or downloaded (RULES, "Minutes").

What is not known is left as a place to be filled in by hand; nothing is said that nobody has entered or counted.
"""

from collections import Counter
from collections.abc import Iterator

from voting.documents.minutes import (
    BLANK,
    BLANK_LINE,
    Block,
    Fact,
    Facts,
    Heading,
    Letterhead,
    Paper,
    Paragraph,
    Signature,
)
from voting.domain.minutes import Minutes, when
from voting.domain.scales import scale_of
from voting.domain.sessions import Session
from voting.domain.tellers import Teller
from voting.web.chair.attendance import attendance_doubts
from voting.web.chair.meeting import Meeting
from voting.web.chair.reckoning import REASON_WORDS, equation_of, lost_words, recovered_words
from voting.web.chair.result_tables import conclusions, denominators, paper_table, result_table
from voting.web.chair.rules_in_words import BLANK_WORDS
from voting.web.chair.words import ROLE_WORDS
from voting.web.charts import chart_of
from voting.web.disclosure import withholding_of
from voting.web.languages import figure, gettext, language, long_date, long_moment, ngettext
from voting.web.result_words import spoken, told

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


def minutes_paper(meeting: Meeting) -> Paper:
    """Write the minutes. Before the count they are a preview without a result, and say so."""
    return Paper(
        language=language(),
        letterhead=letterhead_of(meeting.minutes),
        title=gettext("MINUTES OF THE COUNT"),
        subject=gettext("Re: %(subject)s", subject=meeting.minutes.subject),
        notice="" if meeting.is_final else gettext("PREVIEW. The ballots are not counted yet: these are not minutes."),
        blocks=tuple(_blocks(meeting)),
        signatures=tuple(_signatures(meeting)),
        annex=tuple(_annex(meeting)),
    )


def _annex(meeting: Meeting) -> Iterator[Block]:
    if meeting.result:
        yield Heading(gettext("Chart of the result"))
        yield chart_of(spoken(meeting.result, meeting.session).rows)


# ---- head and foot


def letterhead_of(minutes: Minutes) -> Letterhead:
    """Give the head of a paper: the organisation, and by the kind of header the state or the Party beside it."""
    right, motto = {
        "national": (
            gettext("SOCIALIST REPUBLIC OF VIET NAM"),
            gettext("Independence - Freedom - Happiness"),
        ),
        "party": (gettext("COMMUNIST PARTY OF VIET NAM"), ""),
    }.get(minutes.header, ("", ""))
    official = bool(right)
    number = minutes.number or ("…" * 4 if official else "")
    day = when(minutes.ended) or when(minutes.started)
    return Letterhead(
        above=minutes.organisation_above.upper() if official else minutes.organisation_above,
        organisation=minutes.organisation.upper() if official else minutes.organisation,
        number=gettext("No. %(number)s", number=number) if number else "",
        right=right,
        motto=motto,
        dateline=f"{minutes.town}, {long_date(day)}" if minutes.town and day else "",
    )


def _signatures(meeting: Meeting) -> Iterator[Signature]:
    minutes, hint = meeting.minutes, gettext("(signature and full name)")
    yield Signature(_in_capitals(gettext("Secretary of the meeting")), hint, minutes.secretary)
    yield Signature(_in_capitals(gettext("Chair")), hint, minutes.chair)
    team = meeting.team or (Teller("", "head"),)
    if not any(teller.role == "head" for teller in team):
        team = (Teller("", "head"), *team)
    for teller in sorted(team, key=lambda teller: list(ROLE_WORDS).index(teller.role)):
        yield Signature(_in_capitals(_role_of(teller)), hint, teller.name)


def _role_of(teller: Teller) -> str:
    """Name a role where it stands alone: beside the secretary of the meeting there is one of the counting team."""
    return {
        "head": gettext("Head of the tellers"),
        "secretary": gettext("Secretary of the tellers"),
        "member": gettext("Teller"),
    }[teller.role]


def _in_capitals(text: str) -> str:
    return text.upper()


# ---- the sections


def _blocks(meeting: Meeting) -> Iterator[Block]:
    yield from (Paragraph(line, "basis") for line in meeting.minutes.legal_basis.splitlines())
    sections = (
        (gettext("TIME AND PLACE"), _time_and_place),
        (gettext("PERSONS TAKING PART"), _persons),
        (gettext("THE VOTE"), _vote),
        (gettext("BALLOTS AND CODES"), _ballots),
        (gettext("RESULT OF THE COUNT"), _result),
        (gettext("CONCLUSION"), _conclusion),
        (gettext("COMPLAINTS"), _complaints),
        (gettext("HOW TO CHECK THE COUNT"), _checking),
    )
    for numeral, (title, write) in zip(_ROMAN, sections, strict=False):
        yield Heading(f"{numeral}. {title}")
        yield from write(meeting)
    yield from _closing(meeting.minutes)


def _time_and_place(meeting: Meeting) -> Iterator[Block]:
    minutes = meeting.minutes
    yield Facts(
        (
            Fact(gettext("Beginning"), _moment(minutes.started)),
            Fact(gettext("End"), _moment(minutes.ended)),
            Fact(gettext("Place"), minutes.place),
        )
    )


def _persons(meeting: Meeting) -> Iterator[Block]:
    minutes, attendance = meeting.minutes, meeting.attendance
    took_part = meeting.result.collected if meeting.result else None
    yield Facts(
        (
            Fact(gettext("Members"), _number(attendance.members)),
            Fact(gettext("Convened"), _number(attendance.convened)),
            Fact(gettext("Present"), _number(attendance.present)),
            Fact(gettext("Absent"), _absent(meeting), tuple(attendance.absences.splitlines())),
            Fact(gettext("Took part in the vote"), _number(took_part)),
            Fact(gettext("Chair"), _with_position(minutes.chair, minutes.chair_position)),
            Fact(gettext("Secretary of the meeting"), _with_position(minutes.secretary, minutes.secretary_position)),
            Fact(
                gettext("Counting team"),
                gettext("elected by %(who)s", who=minutes.elected_by) if minutes.elected_by else "",
                tuple(f"{teller.name} – {gettext(ROLE_WORDS[teller.role])}" for teller in meeting.team),
            ),
        )
    )


def _absent(meeting: Meeting) -> str:
    absent, excused = meeting.attendance.absent, meeting.attendance.excused
    if absent is None or excused is None:
        return _number(absent)
    return gettext("%(absent)s, of these excused: %(excused)s", absent=absent, excused=excused)


def _vote(meeting: Meeting) -> Iterator[Block]:
    session, words = meeting.session, language()
    scale = scale_of(session.sheet.scale)
    facts = [
        Fact(gettext("Procedure"), _procedure(meeting)),
        Fact(gettext("Ballot paper"), _ballot_paper(session)),
        Fact(
            gettext("Lines on the list"),
            figure(len(session.sheet.people)),
            tuple(f"{heading}: {len(people)}" for heading, people in session.sheet.groups if heading),
        ),
    ]
    if scale.chooses_people:
        facts.append(_number_to_choose(session))
    citation = session.rule.citation[words]
    facts.append(Fact(gettext("Rule"), session.rule.names[words], (citation,) if citation else ()))
    if session.sheet.blank:
        facts.append(Fact(gettext("Blank lines"), gettext(BLANK_WORDS[session.rule.blank])))
    yield Facts(tuple(facts))
    yield Paragraph(who_counts(session))


def _number_to_choose(session: Session) -> Fact:
    groups, numbers = session.sheet.groups, session.sheet.choose
    name = gettext("Number to choose")
    if len(groups) == 1:
        return Fact(name, gettext("at most %(choose)s", choose=numbers[0]))
    if len(set(numbers)) == 1:
        return Fact(name, gettext("at most %(choose)s in each group", choose=numbers[0]))
    of_groups = zip((heading or gettext("without a heading") for heading, _ in groups), numbers, strict=True)
    return Fact(name, gettext("by group"), tuple(f"{heading}: {number}" for heading, number in of_groups))


def _procedure(meeting: Meeting) -> str:
    if meeting.paper:
        return gettext("secret ballot; encrypted ballots from phones, and paper ballots counted by hand")
    return gettext("secret ballot; encrypted ballots from phones")


def _ballot_paper(session: Session) -> str:
    scale = scale_of(session.sheet.scale)
    name = scale.names[language()]
    if scale.chooses_people:
        return name
    labels = " / ".join(session.sheet.labels if scale.has_own_labels else scale.labels[language()])
    # Some scales are called by their levels.
    return name if name == labels else f"{name}: {labels}"


def who_counts(session: Session) -> str:
    """Say in one sentence who can open the ballots."""
    size, threshold = len(session.tellers), session.threshold
    if not size:
        return gettext("The server's key alone counts: for secrecy, whoever runs it must be trusted.")
    if size == 1:
        quorum = gettext("the one teller")
    elif threshold == size:
        quorum = gettext("all %(size)s tellers", size=size)
    elif threshold == 1:
        quorum = gettext("any one of the %(size)s tellers", size=size)
    else:
        quorum = gettext("any %(threshold)s of the %(size)s tellers", threshold=threshold, size=size)
    return gettext("The tellers hold the key: it takes %(quorum)s and the server together to count.", quorum=quorum)


def _ballots(meeting: Meeting) -> Iterator[Block]:
    result, paper = meeting.result, meeting.paper
    figures = result.figures if result else None
    valid = figures.valid if figures else None
    collected = figures.collected if figures else None
    invalid = collected - valid if collected is not None and valid is not None else None
    yield Facts(
        (
            Fact(gettext("Ballots issued"), _number(figures.issued if figures else None)),
            Fact(
                gettext("Ballots collected"),
                _number(collected),
                (gettext("from phones: %(phones)s; on paper: %(paper)s", phones=result.ballots, paper=paper.collected),)
                if result and paper
                else (),
            ),
            Fact(gettext("Valid ballots"), _number(valid)),
            Fact(gettext("Invalid ballots"), _number(invalid)),
            *_codes(meeting),
        )
    )
    yield from (Paragraph(fault, "notice") for fault in meeting.reckoning.faults)
    yield from (Paragraph(doubt, "notice") for doubt in attendance_doubts(meeting.session))
    if result and (quorum := told(result).quorum):
        yield Paragraph(quorum)


def _codes(meeting: Meeting) -> Iterator[Fact]:
    codes = meeting.reckoning.figures
    yield Fact(gettext("Ballot codes"), equation_of(codes))
    yield Fact(
        gettext("Of these"),
        gettext("printed on slips: %(printed)s; not printed: %(pooled)s", printed=codes.printed, pooled=codes.pooled),
    )
    yield Fact(gettext("Void codes"), figure(codes.void), tuple(meeting.minutes.void_reasons.splitlines()))
    reasons = Counter(exchange.reason for exchange in codes.exchanges)
    remarks = tuple(exchange.remark for exchange in codes.exchanges if exchange.remark)
    yield Fact(
        gettext("Slips exchanged"),
        figure(len(codes.exchanges)),
        (*(f"{gettext(REASON_WORDS[reason])}: {figure(times)}" for reason, times in reasons.items()), *remarks),
    )
    if codes.noted_lost:
        told = filter(None, (recovered_words(codes), lost_words(codes)))
        yield Fact(gettext("Lost slips"), figure(codes.noted_lost), tuple(told))


def _result(meeting: Meeting) -> Iterator[Block]:
    yield Paragraph(denominators(meeting))
    yield result_table(meeting)
    if paper := paper_table(meeting):
        yield paper
        yield _unverified(meeting)
    if meeting.result:
        said = told(meeting.result)
        yield from (Paragraph(words, "notice") for words in (*said.late.values(), *said.remarks) if words)
    if withholding := withholding_of(meeting.session):
        yield Paragraph(withholding.words, "notice")


def _unverified(meeting: Meeting) -> Paragraph:
    signers = ", ".join(meeting.paper.signers) if meeting.paper else ""
    return Paragraph(
        gettext(
            "The paper ballots were counted by hand, and these stand for their figures: %(signers)s. Their part of the "
            "result cannot be verified as the encrypted ballots can be.",
            signers=signers or BLANK,
        ),
        "notice",
    )


def _conclusion(meeting: Meeting) -> Iterator[Block]:
    found = conclusions(meeting)
    if found:
        yield Facts(found)
    elif meeting.result and not meeting.result.rule.outcomes:
        yield Paragraph(gettext("The votes are counted, and no conclusion is drawn from them."))
    yield from _lines(meeting.minutes.conclusion, needed=not found)


def _complaints(meeting: Meeting) -> Iterator[Block]:
    yield from _lines(meeting.minutes.complaints, needed=True)


def _lines(text: str, *, needed: bool) -> Iterator[Block]:
    if text or needed:
        yield from (Paragraph(line) for line in text.splitlines() or (BLANK_LINE,))


def _checking(meeting: Meeting) -> Iterator[Block]:
    head, uuid = meeting.head, meeting.session.uuid
    if head:
        digits = (Fact(gettext("Digits of the tellers' key"), meeting.digits),) if meeting.digits else ()
        yield Facts(
            (
                Fact(gettext("Public board"), meeting.board),
                Fact(gettext("Encrypted ballots with a tracker"), _number(meeting.ballots)),
                Fact(gettext("Events on the board"), figure(head.height + 1)),
                Fact(
                    gettext("Fingerprint of the board after these events"),
                    " ".join(head.hash[i : i + 4] for i in range(0, len(head.hash), 4)),
                ),
                *digits,
            )
        )
    yield Paragraph(
        gettext(
            "Once the result is published, anyone can download the archive from the board and verify the count on an "
            "own computer, with the first of these two lines or, with a program that others wrote, with the second:"
        )
    )
    yield Paragraph(f"voting verify {uuid}.bel", "code")
    yield Paragraph(
        f"mkdir D && mv {uuid}.bel D/ && LWT_ASYNC_METHOD=none belenios-tool election verify --dir D", "code"
    )


def _closing(minutes: Minutes) -> Iterator[Block]:
    yield Paragraph(
        gettext(
            "These minutes were read out at %(time)s and are made in %(copies)s of equal value.",
            time=_moment(minutes.read_out) or BLANK,
            copies=_copies(minutes.copies),
        )
    )
    yield from _lines(minutes.handover, needed=False)


def _copies(number: int) -> str:
    # Vietnamese papers write numbers below ten with a zero before them, so that none can be put there.
    shown = f"{number:02}" if language() == "vi" else str(number)
    return ngettext("%(shown)s copy", "%(shown)s copies", number, shown=shown if number else "……")


# ---- small words


def _moment(text: str) -> str:
    at = when(text)
    return long_moment(at) if at else ""


def _number(number: int | None) -> str:
    return "" if number is None else figure(number)


def _with_position(name: str, position: str) -> str:
    return f"{name} – {position}" if name and position else name
