"""The cap on the best level over a cycle, in each unit and each group: a page that warns and changes nothing."""

from flask import render_template

from voting.domain.organisation.caps import caps_of, is_capped
from voting.domain.organisation.concluded import PublishedVote, published_vote
from voting.domain.organisation.cycles import Cycle, cycle_of
from voting.domain.organisation.officials import register_of
from voting.domain.organisation.reviews import reviews_of
from voting.domain.organisation.roles import Act
from voting.errors import BoardDamaged, Malformed, NotPublished, UnknownSession
from voting.web.languages import language
from voting.web.organisation.access import competent, standing
from voting.web.organisation.blueprint import blueprint
from voting.web.site import house


@blueprint.get("/cycles/<session:cycle>/caps")
@competent(Act.MANAGE, Act.REVIEW, of="cycle")
def caps(cycle: str) -> str:
    """Show where the cap of the rule is exceeded over the published votes of a cycle. Raises UnknownCycle."""
    own, tree = cycle_of(house(), cycle), standing().tree
    votes, unread = _published(own)
    register = register_of(house())
    groups = {official.id: official.group for official in register.officials.values()}
    checks = caps_of(list(votes.values()), own.units, groups, register.aliases)
    return render_template(
        "organisation/caps.html",
        cycle=own,
        by_unit=[(tree.name(check.name), check) for check in checks if check.kind == "unit"],
        by_group=[(check.name, check) for check in checks if check.kind == "group"],
        levels=next((vote.session.sheet.level_labels(language()) for vote in votes.values() if is_capped(vote)), ()),
        missing=[tree.name(unit) for unit in own.units if unit not in votes and unit not in unread],
        unread=[tree.name(unit) for unit in unread],
        uncapped=[tree.name(unit) for unit, vote in votes.items() if not is_capped(vote)],
        caps=list({(check.cap.level, check.cap.share): check.cap for check in checks}.values()),
        bases={vote.session.rule.cap.base for vote in votes.values() if is_capped(vote) and vote.session.rule.cap},
        unknown=sum(check.concluded.unknown for check in checks if check.kind == "unit"),
    )


def _published(cycle: Cycle) -> tuple[dict[str, PublishedVote], list[str]]:
    """Read the published votes of a cycle, by unit, and name the units whose vote cannot be read."""
    known = reviews_of(house())
    votes: dict[str, PublishedVote] = {}
    unread: list[str] = []
    for unit in cycle.units:
        if uuid := cycle.session_of(unit):
            try:
                votes[unit] = published_vote(house(), uuid, known)
            except (NotPublished, UnknownSession):
                # Not held, or not published, or its draft was deleted: the page names the unit as missing.
                continue
            except (BoardDamaged, Malformed):
                unread.append(unit)
    return votes, unread
