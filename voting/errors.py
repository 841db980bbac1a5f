"""One tree of refusals: everything that this service says no to, and nothing else.

A refusal is raised where the reason is known and travels up untouched. `voting/web/refusals.py` alone turns
its class into an HTTP status and a stable code; the command line prints its text and leaves with status 1.
The text is for the person who asked: it never holds a code, a key, a choice or the text of another exception.
"""


class Refusal(Exception):
    """The root: an act was refused and nothing was changed."""


# ---- what came from outside cannot be read


class Malformed(Refusal):
    """Bytes or values from outside are not what the format says, to the letter."""


class MalformedBallot(Malformed):
    """A ballot is not canonical, misses a field, has one too many, or a field is out of its range."""


class MalformedArchive(Malformed):
    """An archive, or a document in it, cannot be read as the format says."""


class MalformedCode(Malformed):
    """A typed or scanned ballot code is not 22 Base58 characters."""


class MalformedSheet(Malformed):
    """A sheet (people, scale, rule) cannot be used. `lines`: (line number, reason), from 1; 0 = the whole file."""

    def __init__(self, message: str, lines: tuple[tuple[int, str], ...] = ()) -> None:
        super().__init__(message)
        self.lines = lines


class MalformedForm(Malformed):
    """A field of a form or of a command is missing or out of its range. `field` names it."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class MalformedRule(Malformed):
    """A rule cannot be used. `field` names it, as `outcomes[2].share`; `file` where it came from one."""

    def __init__(self, message: str, field: str = "", file: str = "") -> None:
        super().__init__(message)
        self.field = field
        self.file = file


class MalformedRegister(Malformed):
    """A record of the organisation cannot be used. `field` names the entry; `lines`: (line of a file, reason)."""

    def __init__(self, message: str, field: str = "", lines: tuple[tuple[int, str], ...] = ()) -> None:
        super().__init__(message)
        self.field = field
        self.lines = lines


class MalformedFigures(Malformed):
    """Figures of the meeting do not agree with each other. `faults`: (name of the figure, reason)."""

    def __init__(self, message: str, faults: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(message)
        self.faults = faults


class TooLarge(Malformed):
    """More bytes than this entrance takes."""


# ---- the cryptography does not hold


class BadProof(Refusal):
    """A proof or signature does not hold. `where` names it, as `answers[3].overall_proof`."""

    def __init__(self, message: str, where: str = "") -> None:
        super().__init__(message)
        self.where = where


class WrongElection(Refusal):
    """A ballot was made for another session, or for another version of this one."""


class TallyMismatch(Refusal):
    """A tally, decryption or result does not follow from the board."""


# ---- codes


class UnknownCode(Refusal):
    """The credential is not on the list of this session."""


class VoidCode(Refusal):
    """The code was declared void by the chair."""


class CodeUsed(Refusal):
    """Another ballot was already cast with this code."""


class PoolEmpty(Refusal):
    """All codes that were kept for the desk, for claims and for exchanges have been given out."""


class UnknownDesk(Refusal):
    """The device is not the desk of this session, or the chair has replaced it."""


class UnknownClaim(Refusal):
    """The claim link does not belong to this session, or the chair has replaced it."""


class ClaimTaken(Refusal):
    """This claim was already made, from another phone."""


class BadPass(Refusal):
    """The anonymous pass was not made for this session."""


# ---- the life of a session


class WrongState(Refusal):
    """The act does not belong to the state that the session is in. `state` names it."""

    def __init__(self, message: str, state: str = "") -> None:
        super().__init__(message)
        self.state = state


class NotOpenYet(WrongState):
    """A ballot came before the chair opened the session."""


class Closed(WrongState):
    """A ballot came after the end of the session."""


class ChangedMeanwhile(Refusal):
    """Somebody else changed the same thing in between; read it again and decide again."""


# ---- the tellers


class TellersNotReady(Refusal):
    """The tellers have not made their key yet, so codes cannot be issued."""


class CeremonyStopped(Refusal):
    """The round of the key ceremony was stopped by a bad message; the chair begins another one."""


class BadMessage(Refusal):
    """A teller's message or decryption is not what the ceremony or the board asks for. It was not kept."""


class TooFewDecryptions(Refusal):
    """Fewer tellers than needed have decrypted: `present` of `needed`. Nothing is lost; the others can still do it."""

    def __init__(self, message: str, present: int = 0, needed: int = 0) -> None:
        super().__init__(message)
        self.present = present
        self.needed = needed


class UnknownLink(Refusal):
    """The link of a teller does not belong to this session, or the chair has replaced it."""


class LinkTaken(Refusal):
    """Another device has opened this teller's link first; only the chair can reset it."""


class UnknownDevice(Refusal):
    """The device is not the one that a teller's link belongs to."""


# ---- what was asked for is not there


class NotFound(Refusal):
    """Nothing of that name is here, or not for the one who asks."""


class UnknownSession(NotFound):
    """No session has this identifier."""


class UnknownTracker(NotFound):
    """No ballot on the board has this tracker."""


class UnknownUnit(NotFound):
    """No unit has this identifier."""


class UnknownOfficial(NotFound):
    """Nobody in the register has this identifier."""


class UnknownCycle(NotFound):
    """No cycle has this identifier."""


class UnknownNotice(NotFound):
    """The personal link leads to no result: it was never made, was revoked or replaced, or has expired."""


class NotPublished(NotFound):
    """The result is not public."""


# ---- people


class SignInRefused(Refusal):
    """Name and password do not belong together, or too many tries."""


class SignInNeeded(Refusal):
    """Only a signed-in chair may do this."""


class PasswordNeeded(SignInNeeded):
    """The chair signed in with a one-time password and must choose an own one before anything else."""


class NotCompetent(Refusal):
    """The account has no role that reaches this unit."""


class TooMany(Refusal):
    """Too many requests of a kind that is limited. `wait` is in seconds."""

    def __init__(self, message: str, wait: int = 60) -> None:
        super().__init__(message)
        self.wait = wait


class ForgedForm(Refusal):
    """The form did not come from a page of ours (CSRF token missing, stale or wrong)."""


class PlainConnection(Refusal):
    """The page was asked over plain HTTP from another machine, and the operator has not allowed that (FAULTS P8)."""


class ForeignHost(Refusal):
    """The request names a host that is not ours."""


# ---- the house itself


class NotRecorded(Refusal):
    """The store did not confirm the write: safe to try again with the same bytes."""


class StoreUnsafe(Refusal):
    """The store's settings could lose an acknowledged ballot."""


class BoardDamaged(Refusal):
    """The stored board does not agree with itself. `height` is the first bad record, 0-based."""

    def __init__(self, message: str, height: int = 0) -> None:
        super().__init__(message)
        self.height = height


class SealBroken(Refusal):
    """A sealed secret does not open: another sealing key is set, or the bytes were changed."""


class MissingSetting(Refusal):
    """The service cannot start: the setting named in the text is missing or unusable."""


class PortTaken(MissingSetting):
    """Another program listens on the address and port that the service was told to use."""
