"""The one place where a refusal becomes an answer: a status, a stable code, and words for the person who asked.

The API answers `{"error": code, "message": words}`; a page shows the same words and what to do next, in the person's
language. Codes are part of the interface: they may be added, never changed.
"""

from dataclasses import dataclass
from typing import Final

from flask import Flask, Response, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import ClientDisconnected, HTTPException, RequestEntityTooLarge, SecurityError
from werkzeug.wrappers import Response as AnyResponse

from voting import errors
from voting.errors import Refusal
from voting.protocol.canonical import to_bytes
from voting.web.journal import note_fault
from voting.web.languages import N_, gettext


@dataclass(frozen=True)
class Answer:
    """What a refusal is told as. `title` says what happened, `advice` what to do next; both are msgids."""

    status: int
    code: str
    title: str
    advice: str


_TRY_AGAIN: Final = N_("Nothing was lost. Please try again in a moment.")
_ASK_OPERATOR: Final = N_("Please tell the person who runs this service.")
_CHECK_ADDRESS: Final = N_("Please check the address, or scan the QR code on your slip again.")
_CHECK_INPUT: Final = N_("Nothing was changed. Please go back, check what you entered and try again.")
_VOTE_AGAIN: Final = N_("Your code is not used up. Please open the link on your slip again and vote from there.")
_SEE_CHAIR: Final = N_("Please ask the chair or the counting team.")
_CHOOSE_AGAIN: Final = N_("Please check the address, or choose the session from your list again.")
_CHOOSE_FROM_LIST: Final = N_("Please choose it from the list again.")
_SESSION_PAGE: Final = N_("Open the page of the session again: it shows the step that comes next.")
_OWN_LINK: Final = N_("Please open the link that the chair gave you once more, or ask the chair for a new one.")

ANSWERS: Final[dict[type[Refusal], Answer]] = {
    Refusal: Answer(400, "refused", N_("This cannot be done"), _CHECK_INPUT),
    errors.Malformed: Answer(400, "malformed", N_("This cannot be read"), _CHECK_INPUT),
    errors.MalformedBallot: Answer(
        400, "malformed-ballot", N_("This is not a ballot that can be counted, so it was not recorded"), _VOTE_AGAIN
    ),
    errors.MalformedArchive: Answer(400, "malformed-archive", N_("The archive cannot be read"), _CHECK_INPUT),
    errors.MalformedCode: Answer(
        400,
        "malformed-code",
        N_("This is not a ballot code"),
        N_("A code has 22 letters and digits in four groups. Capital and small letters differ."),
    ),
    errors.MalformedSheet: Answer(400, "malformed-sheet", N_("The list cannot be used"), _CHECK_INPUT),
    errors.MalformedForm: Answer(400, "malformed-form", N_("An entry is missing or cannot be used"), _CHECK_INPUT),
    errors.MalformedRule: Answer(400, "malformed-rule", N_("This rule cannot be used"), _CHECK_INPUT),
    errors.MalformedRegister: Answer(
        400, "malformed-register", N_("This entry of the organisation cannot be used"), _CHECK_INPUT
    ),
    errors.NotCompetent: Answer(
        403,
        "not-competent",
        N_("This belongs to a unit that your role does not reach"),
        N_("Please ask the administrator of your unit if you should have access."),
    ),
    errors.MalformedFigures: Answer(
        400, "malformed-figures", N_("These figures do not agree with each other"), _CHECK_INPUT
    ),
    errors.TooLarge: Answer(
        413, "too-large", N_("This is larger than any ballot can be, so it was not recorded"), _VOTE_AGAIN
    ),
    errors.BadProof: Answer(
        400, "bad-proof", N_("A proof in the ballot does not hold, so it was not recorded"), _VOTE_AGAIN
    ),
    errors.WrongElection: Answer(
        400, "wrong-election", N_("This ballot was made for another vote, so it was not recorded"), _VOTE_AGAIN
    ),
    errors.TallyMismatch: Answer(
        500, "tally-mismatch", N_("The count does not follow from the board, so it was not accepted"), _ASK_OPERATOR
    ),
    errors.UnknownCode: Answer(
        403,
        "unknown-code",
        N_("This code does not belong to this vote"),
        N_("Please compare the code with the slip: capital and small letters differ."),
    ),
    errors.VoidCode: Answer(
        403, "void-code", N_("This code was declared void"), N_("Please ask the counting team for another slip.")
    ),
    errors.CodeUsed: Answer(
        409, "code-used", N_("A ballot was already cast with this code"), N_("Each code counts once.")
    ),
    errors.PoolEmpty: Answer(
        409, "pool-empty", N_("There is no code left to give out"), N_("Please ask the chair or the counting team.")
    ),
    errors.UnknownDesk: Answer(
        401, "unknown-desk", N_("This device is not the desk of this vote any more"), _SEE_CHAIR
    ),
    errors.UnknownClaim: Answer(
        403, "unknown-claim", N_("This link does not belong to an attendee, or it was replaced"), _SEE_CHAIR
    ),
    errors.ClaimTaken: Answer(
        409,
        "claim-taken",
        N_("A code was already claimed with this link, on another phone"),
        N_("If that was not you, tell the chair or the counting team at once."),
    ),
    errors.BadPass: Answer(400, "bad-pass", N_("What this phone sent does not belong to this vote"), _SEE_CHAIR),
    errors.WrongState: Answer(409, "wrong-state", N_("This step does not come now"), _SESSION_PAGE),
    errors.NotOpenYet: Answer(
        423, "not-open", N_("The vote has not been opened yet"), N_("Please wait until the chair opens it.")
    ),
    errors.Closed: Answer(
        410, "closed", N_("The vote is closed: no ballot is taken any more"), N_("The result follows after the count.")
    ),
    errors.ChangedMeanwhile: Answer(
        409,
        "changed-meanwhile",
        N_("This was changed in between, from another window or by another person"),
        N_("Nothing of yours was saved. Please open the page again and decide again."),
    ),
    errors.TellersNotReady: Answer(
        409,
        "tellers-not-ready",
        N_("The tellers have not made their key yet, so no slips can be made"),
        N_("Every teller opens the own link and keeps the page open until it says that the key is made."),
    ),
    errors.CeremonyStopped: Answer(
        409,
        "ceremony-stopped",
        N_("A message did not hold, so the tellers' key was not made"),
        N_("The chair can replace a teller or let all of you begin again; this page then goes on by itself."),
    ),
    errors.BadMessage: Answer(
        400,
        "bad-message",
        N_("What this device sent is not what was asked for, so it was not kept"),
        N_("Please load the page again. If this comes back, tell the chair."),
    ),
    errors.TooFewDecryptions: Answer(
        409,
        "too-few-decryptions",
        N_("Too few tellers have helped to count yet"),
        N_("Nothing is lost: the count goes on as soon as enough tellers have opened their page and helped to count."),
    ),
    errors.UnknownLink: Answer(
        403, "unknown-link", N_("This link does not belong to a teller, or it was replaced"), _OWN_LINK
    ),
    errors.LinkTaken: Answer(
        409,
        "link-taken",
        N_("This link was opened on another device first"),
        N_("If that was not you, tell the chair at once: only the chair can give you a new link."),
    ),
    errors.UnknownDevice: Answer(
        401, "unknown-device", N_("This device does not belong to a teller any more"), _OWN_LINK
    ),
    errors.NotFound: Answer(404, "not-found", N_("There is nothing at this address"), _CHECK_ADDRESS),
    errors.UnknownSession: Answer(404, "unknown-session", N_("There is no session at this address"), _CHECK_ADDRESS),
    errors.UnknownTracker: Answer(404, "unknown-tracker", N_("No ballot on the board has this tracker"), _SEE_CHAIR),
    errors.UnknownUnit: Answer(404, "unknown-unit", N_("There is no such unit"), _CHOOSE_FROM_LIST),
    errors.UnknownOfficial: Answer(
        404, "unknown-official", N_("There is nobody like this in the register"), _CHOOSE_FROM_LIST
    ),
    errors.UnknownCycle: Answer(404, "unknown-cycle", N_("There is no such cycle"), _CHOOSE_FROM_LIST),
    errors.UnknownNotice: Answer(
        404,
        "unknown-notice",
        N_("This personal link leads to no result: it was replaced or taken back, or its time is over"),
        _SEE_CHAIR,
    ),
    errors.NotPublished: Answer(
        404, "not-published", N_("The result is not published"), N_("The chair announces it after the count.")
    ),
    errors.SignInRefused: Answer(
        401, "sign-in-refused", N_("Name and password do not belong together"), N_("Please try again.")
    ),
    errors.SignInNeeded: Answer(401, "sign-in-needed", N_("Please sign in first"), N_("This page is for the chair.")),
    errors.PasswordNeeded: Answer(
        401, "password-needed", N_("Please choose your own password first"), N_("This page is for the chair.")
    ),
    errors.TooMany: Answer(429, "too-many", N_("Too many tries"), N_("Please wait a few minutes, then try again.")),
    errors.ForgedForm: Answer(
        400,
        "forged-form",
        N_("The form was too old or did not come from this page, so nothing was changed"),
        N_("Please open the page again and send the form from there. Cookies must be allowed for it."),
    ),
    errors.NotRecorded: Answer(503, "not-recorded", N_("The store did not confirm; nothing is lost"), _TRY_AGAIN),
    errors.StoreUnsafe: Answer(503, "store-unsafe", N_("The store is not set up safely"), _ASK_OPERATOR),
    errors.BoardDamaged: Answer(
        500, "board-damaged", N_("The stored board is damaged, so it is neither opened nor counted"), _ASK_OPERATOR
    ),
    errors.SealBroken: Answer(500, "seal-broken", N_("A sealed key cannot be opened"), _ASK_OPERATOR),
    errors.MissingSetting: Answer(500, "missing-setting", N_("A setting of the service is missing"), _ASK_OPERATOR),
    errors.PortTaken: Answer(500, "port-taken", N_("A setting of the service is missing"), _ASK_OPERATOR),
    errors.PlainConnection: Answer(
        403,
        "plain-connection",
        N_("This page is not shown over an unencrypted connection"),
        N_(
            "Anyone on the network could read along and change the page. Whoever runs this service can set up HTTPS, "
            "or allow this knowingly with VOTING_PLAIN_HTTP=yes."
        ),
    ),
    errors.ForeignHost: Answer(400, "foreign-host", N_("This address does not belong to this service"), _CHECK_ADDRESS),
}
CANCELLED: Final = Answer(410, "cancelled", N_("The session was cancelled"), _SEE_CHAIR)
FAULT: Final = Answer(500, "fault", N_("Something went wrong on our side"), _TRY_AGAIN)
FORM_TOO_LARGE: Final = Answer(
    413,
    "too-large",
    N_("This is larger than the service accepts"),
    N_("A list or a file may have up to 1 MB. Nothing was changed: go back, and what you typed is still there."),
)
MESSAGE_TOO_LARGE: Final = Answer(
    413, "too-large", N_("This is larger than the service accepts"), ANSWERS[errors.BadMessage].advice
)
BROKEN_OFF: Final = Answer(
    408, "incomplete", N_("The request did not arrive completely, so nothing was changed"), _TRY_AGAIN
)
BY_STATUS: Final[dict[int, Answer]] = {
    404: ANSWERS[errors.NotFound],
    405: Answer(405, "method-not-allowed", N_("This address does not take that"), _CHECK_ADDRESS),
    413: FORM_TOO_LARGE,
}


def answer_of(refusal: Refusal) -> Answer:
    """Find what a refusal is told as: its own class's words, else those of the class above."""
    if isinstance(refusal, errors.Closed) and refusal.state == "cancelled":
        return CANCELLED
    if isinstance(refusal, errors.TooLarge) and _is_tellers():
        return MESSAGE_TOO_LARGE
    return next(ANSWERS[kind] for kind in type(refusal).__mro__ if kind in ANSWERS)


def answer_refusal(refusal: Refusal) -> AnyResponse:
    """Answer a refusal. A page that needs a chair leads to the sign-in."""
    answer = answer_of(refusal)
    if isinstance(refusal, errors.SignInNeeded) and not is_api():
        needed = "chair.password" if isinstance(refusal, errors.PasswordNeeded) else "chair.sign_in"
        return redirect(url_for(needed), 303)
    response = say(answer)
    if isinstance(refusal, errors.TooMany):
        response.headers["Retry-After"] = str(refusal.wait)
    elif answer.status == 503:
        response.headers["Retry-After"] = "1"
    return response


def say(answer: Answer, *, status: int | None = None, number: str = "") -> Response:
    """Write an answer as JSON for the API and as a page for people. `number` finds a fault in the log."""
    advice = gettext(_advice_here() if answer.advice == _CHECK_ADDRESS else answer.advice)
    title = gettext(answer.title)
    if is_api():
        response = Response(
            to_bytes({"error": answer.code, "message": f"{title}. {advice}"}), mimetype="application/json"
        )
    else:
        page = "organisation/not_competent.html" if answer is ANSWERS[errors.NotCompetent] else "errors/error.html"
        response = make_response(render_template(page, title=title, advice=advice, code=answer.code, number=number))
    response.status_code = status or answer.status
    return response


def _is_tellers() -> bool:
    return (request.endpoint or "").startswith("teller.")


def _advice_here() -> str:
    """Say what to do about a wrong address: chairs and tellers hold no slip."""
    if request.path.startswith("/chair/"):
        return _CHOOSE_AGAIN
    return _OWN_LINK if request.path.startswith("/t/") else _CHECK_ADDRESS


def is_api() -> bool:
    """Tell whether a program asks, not a person."""
    return request.path.startswith("/api/")


def _answer_http(error: HTTPException) -> AnyResponse:
    if isinstance(error, SecurityError):
        # Without a host that we know, no address can be built, so no page either.
        return Response("This address does not belong to this service.\n", 400, mimetype="text/plain")
    if isinstance(error, CSRFError):
        return say(ANSWERS[errors.ForgedForm])
    if isinstance(error, ClientDisconnected):
        return say(BROKEN_OFF)
    if isinstance(error, RequestEntityTooLarge) and is_api():
        return say(answer_of(errors.TooLarge()))
    status = error.code or 500
    if status < 400:
        return error.get_response()
    response = say(BY_STATUS.get(status, ANSWERS[errors.Malformed]), status=status)
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _answer_fault(error: Exception) -> AnyResponse:
    return say(FAULT, number=note_fault(error))


def expect_whole_body() -> None:
    """Tell a body that broke off from a short one: gunicorn ends both alike, their announced length does not."""
    if request.content_length is not None:
        request.environ.pop("wsgi.input_terminated", None)


def install(app: Flask) -> None:
    """Answer every exception of an application; no text of one reaches a client."""
    app.before_request(expect_whole_body)
    app.register_error_handler(Refusal, answer_refusal)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(Exception, _answer_fault)
