"""The acts of the journal in words: what somebody has done, as the journal says it."""

from typing import Final

from voting.web.languages import N_, gettext

ACT_WORDS: Final[dict[str, str]] = {
    "unit.add": N_("Made a unit"),
    "unit.rename": N_("Renamed a unit"),
    "unit.move": N_("Moved a unit"),
    "unit.remove": N_("Removed a unit"),
    "unit.import": N_("Read units from a file"),
    "account.add": N_("Made an account"),
    "account.renew": N_("Gave an account a new one-time password"),
    "role.grant": N_("Gave an account a role"),
    "role.revoke": N_("Took a role back"),
    "official.add": N_("Put a person into the register"),
    "official.change": N_("Changed the entries of a person"),
    "official.move": N_("Moved a person to another unit"),
    "official.leave": N_("Noted that a person has left"),
    "official.return": N_("Noted that a person is back"),
    "official.import": N_("Read people from a file"),
    "official.merge": N_("Made one record of two"),
    "official.distinct": N_("Said that two records are two people"),
    "official.erase": N_("Erased the personal data of a person"),
    "cycle.make": N_("Planned a cycle"),
    "cycle.change": N_("Changed a cycle"),
    "cycle.remove": N_("Removed a cycle"),
    "cycle.draft": N_("Made the drafts of a cycle"),
    "cycle.step": N_("Entered a step of the procedure"),
    "review.record": N_("Recorded a conclusion"),
    "notice.make": N_("Made personal links to results"),
    "notice.renew": N_("Made personal links to results anew"),
    "notice.revoke": N_("Took a personal link back"),
    "notice.acknowledge": N_("Confirmed that the own result was read"),
    "notice.petition": N_("Sent a petition"),
    "notice.answer": N_("Answered a petition"),
    "notice.clear": N_("Deleted petitions, answers and links whose time was over"),
    "settings.keeping": N_("Changed how long things are kept"),
    "journal.trim": N_("Deleted entries of the journal whose time was over"),
    "session.create": N_("Made a session"),
    "session.draft": N_("Made a session from the register"),
    "session.use_model": N_("Made a session from a template"),
    "session.copy": N_("Copied a session as a new draft"),
    "session.second_vote": N_("Prepared the second vote"),
    "session.save_as_model": N_("Saved a session as a template"),
    "session.change": N_("Changed a draft"),
    "session.change_rule": N_("Changed the rule of a draft"),
    "session.subjects": N_("Tied the lines of a session to the register"),
    "session.two_records": N_("Let one vote serve two records"),
    "session.one_record": N_("Let a vote serve one record again"),
    "session.make": N_("Made the codes and slips"),
    "session.make_links": N_("Made links of tellers"),
    "session.take_replace": N_("Replaced a teller"),
    "session.take_restart": N_("Let the tellers' key be made anew"),
    "session.make_desk": N_("Made the link of the desk"),
    "session.add_people": N_("Put people on the roster"),
    "session.remove_person": N_("Took a person off the roster"),
    "session.make_personal_links": N_("Made personal links of the roster"),
    "session.ready": N_("Made a session ready"),
    "session.open": N_("Opened a vote"),
    "session.announce": N_("Set or took back the end of a vote"),
    "session.close": N_("Closed a vote"),
    "session.count": N_("Counted the ballots"),
    "session.publish": N_("Published a result"),
    "session.cancel": N_("Cancelled a session"),
    "session.enter_left": N_("Entered the slips left over"),
    "session.keep_attendance": N_("Entered the attendance"),
    "session.enter_paper": N_("Entered paper ballots"),
    "session.drop_paper": N_("Removed the paper ballots"),
    "session.keep_minutes": N_("Entered something into the minutes"),
    "session.archive": N_("Put a session into the archive"),
    "session.take_out": N_("Took a session out of the archive"),
    "session.reduce": N_("Deleted keys, links and lists of people of a session"),
    "session.delete": N_("Deleted a session"),
}
"""By the names that acts have in the store: they may be added, never changed."""

OF_THE_PERSON: Final = frozenset({"notice.acknowledge", "notice.petition"})
"""What people do who have no account: they come with a personal link."""


def act_words(act: str) -> str:
    """Say an act in the language of this request; one that this version does not know, as it stands."""
    return gettext(ACT_WORDS[act]) if act in ACT_WORDS else act
