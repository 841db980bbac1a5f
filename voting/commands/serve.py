"""`voting serve`: the service, with its store beside it, until a signal ends it."""

from contextlib import closing

import click

from config import Settings
from voting.commands.house import check_boards, house_at, open_place
from voting.commands.listening import bind, own_address, require_tls_or_consent
from voting.commands.supervision import until_stopped, web_server


@click.command()
def serve() -> None:
    """Run the service until Ctrl-C or SIGTERM.

    It listens on VOTING_HOST (127.0.0.1) and VOTING_PORT (8080; 0: a free one), keeps its data in VOTING_DATA (./var)
    or in the store that REDIS_URL names, and starts only on a store that cannot lose an acknowledged ballot and whose
    boards are whole. Other machines are served over TLS alone (VOTING_TLS_CERTIFICATE and VOTING_TLS_KEY, or
    VOTING_PUBLIC_URL of a proxy), unless VOTING_PLAIN_HTTP=yes says otherwise.
    """
    settings = Settings.from_env()
    require_tls_or_consent(settings)
    with until_stopped() as impatient, closing(bind(settings)) as listener, open_place(settings) as place:
        with house_at(place, settings) as house:
            check_boards(house)
        with web_server(settings, place, listener) as server:
            impatient.append(server.hurry)
            server.wait_until_it_answers()
            click.echo(f"Serving at {own_address(settings, server.port)}/ (Ctrl-C stops)")
            server.watch(place)
