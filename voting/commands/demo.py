"""`voting demo`: the service with a session ready to vote in, for a first look and for trying changes."""

import socket
import sys
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Final

import click

from config import Settings
from voting.commands.chair import add_chair
from voting.commands.demo_organisation import Tour, organisation
from voting.commands.house import check_boards, house_at, open_place
from voting.commands.listening import bind, own_address
from voting.commands.progress import progress_bar
from voting.commands.supervision import until_stopped, web_server
from voting.documents import qr
from voting.domain.casting import open_session
from voting.domain.drafting import create_session
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.sessions import Session
from voting.domain.sheets import Person, make_sheet
from voting.errors import PortTaken

CHAIR: Final = "demo"
"""An account of its own: the password of a real chair in the same folder is never touched."""
TITLE: Final = "Lấy phiếu tín nhiệm — phiên thử"
PEOPLE: Final = (
    Person("Nguyễn Văn An", "Giám đốc"),
    Person("Trần Thị Bình", "Phó Giám đốc"),
    Person("Lê Hoàng Cường", "Trưởng phòng Tổ chức cán bộ"),
    Person("Phạm Thu Dung", "Chánh Văn phòng"),
    Person("Đỗ Minh Đức", "Trưởng phòng Kế hoạch – Tài chính"),
)


@dataclass(frozen=True)
class _Trial:
    """What the one who looks around needs: all of it is shown once and kept nowhere."""

    uuid: str
    codes: tuple[str, ...]
    password: str


@click.command()
@click.option(
    "--organisation", "wants_organisation", is_flag=True, help="Make an organisation around the votes as well."
)
def demo(wants_organisation: bool) -> None:
    """Start a trial: a session ready to vote in.

    Every address is printed, with the codes and the chair's one-time password. The data stays in VOTING_DATA (./var);
    each start makes a further session and a new one-time password. Another port is taken when VOTING_PORT (8080) is
    not free. With VOTING_HOST=0.0.0.0 phones on the same network can vote, over plain HTTP: good for a try, not for a
    vote that matters. Ctrl-C stops all of it.

    With --organisation there are also an invented province with its districts and units, sixty people, and two yearly
    cycles of votes with what follows them. The first start makes it, in about half a minute; it stays in the data.
    """
    settings = Settings.from_env()
    # Who starts a demo for the network has opted in; every page carries the warning.
    settings = replace(settings, plain_http=settings.plain_http or not (settings.is_loopback or settings.has_tls))
    with (
        until_stopped() as impatient,
        closing(_bind_any(settings)) as listener,
        open_place(settings) as place,
    ):
        with house_at(place, settings) as house:
            check_boards(house)
            tour = _tour(house) if wants_organisation else None
            trial = _begin(house)
        with web_server(settings, place, listener) as server:
            impatient.append(server.hurry)
            server.wait_until_it_answers()
            address = own_address(settings, server.port)
            click.echo("\n".join([*(_way_around(address, tour) if tour else ()), *_lines(settings, address, trial)]))
            server.watch(place)


def _bind_any(settings: Settings) -> socket.socket:
    try:
        return bind(settings)
    except PortTaken:
        return bind(replace(settings, port=0))


def _tour(house: House) -> Tour:
    with progress_bar("Making the organisation") as progress:
        return organisation(house, progress)


def _begin(house: House) -> _Trial:
    known = house.store.account(CHAIR) is not None
    password = add_chair(house, CHAIR, reset=known)
    uuid = create_session(house, Session("", TITLE, make_sheet(PEOPLE), chair=CHAIR)).uuid
    codes = make_codes(house, uuid)
    confirm_codes(house, uuid)
    open_session(house, uuid)
    return _Trial(uuid, codes, password)


def _way_around(address: str, tour: Tour) -> list[str]:
    accounts = [
        f"             name {name}, one-time password {password}: {words}" for name, words, password in tour.accounts
    ]
    places = (
        ("cycle", tour.cycle, f"{address}/chair/cycles/{tour.cycle}"),
        ("years", tour.official, f"{address}/chair/officials/{tour.official}/years"),
        ("person", tour.link, f"{address}/r#{tour.link}"),
    )
    return [
        "",
        "An organisation has held its votes of two years:",
        "",
        f"  sign in    {address}/chair/",
        *accounts,
        *(f"  {words:<10} {place}" for words, there, place in places if there),
        "",
        "  The pages of cycle and years ask for the sign-in; the link of the person is all that the person needs.",
    ]


def _lines(settings: Settings, address: str, trial: _Trial) -> list[str]:
    first, *others = (f"{address}/v/{trial.uuid}#{code}" for code in trial.codes)
    lines = [
        "",
        f"A session is open: {TITLE}",
        "",
        f"  chair      {address}/chair/   name {CHAIR}, one-time password {trial.password}",
        f"  phone      {first}",
        f"  projector  {address}/s/{trial.uuid}/screen",
        f"  board      {address}/s/{trial.uuid}",
        "",
        "  more phones, each link votes once:",
        *(f"             {link}" for link in others),
        "",
    ]
    if not settings.is_loopback:
        lines += [qr.terminal(first, colours=sys.stdout.isatty()), ""]
        if not settings.has_tls:
            lines += [
                "WARNING: plain HTTP. Whoever is on this network can change the page that encrypts the ballots.",
                "Good for a try, not for a vote that matters.",
                "",
            ]
    return [*lines, f"Data: {'the store of REDIS_URL' if settings.redis_url else settings.data}   Ctrl-C stops."]
