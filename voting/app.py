"""Where the floors meet: settings, store and seal become a house, and the house becomes a web application."""

import socket
import time
from datetime import timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from flask import Flask, Response
from flask_wtf import CSRFProtect
from redis import ConnectionPool, Redis
from werkzeug.middleware.proxy_fix import ProxyFix

from config import LOOPBACK, Settings
from voting.domain.house import House
from voting.domain.sheets import MOST_BALLOT_BYTES
from voting.storage.embedded import EmbeddedServer
from voting.storage.sealing import SealingKeys
from voting.storage.store import RedisStore, open_store
from voting.web import (
    access,
    agenda,
    api,
    board,
    chair,
    charts,
    claims,
    compression,
    desk,
    headers,
    health,
    landing,
    languages,
    notice,
    organisation,
    phone,
    refusals,
    teller,
)
from voting.web.access import public
from voting.web.closing import Closing
from voting.web.counts import Counts
from voting.web.figures import Figures
from voting.web.limits import ClaimLimits, DecryptionLimits, DeskLimits, LinkLimits, NoticeLimits, SignInLimits, Tally
from voting.web.site import Site

TEMPLATES: Final = Path(__file__).parents[1] / "templates"
EVERY_ADDRESS: Final = frozenset({"0.0.0.0", "::", ""})  # noqa: S104  compared with, not bound to
SIGNED_IN_FOR: Final = timedelta(hours=12)


def from_environment() -> Flask:
    """Make the application from the environment: the entry for gunicorn, `voting.app:from_environment()`."""
    return create_app(Settings.from_env())


def create_app(settings: Settings, house: House | None = None) -> Flask:
    """Make the application. Without a house it reaches the store that the settings name, or starts the embedded one.

    Raises MissingSetting, NotRecorded when the store does not answer, StoreUnsafe, SealBroken.
    """
    app = Flask("voting", template_folder=str(TEMPLATES), static_folder=None)
    house = house or _open_house(settings, app)
    _configure(app, settings)
    refusals.install(app)
    headers.install(app)
    languages.install(app)
    charts.install(app)
    access.install(app)
    csrf = CSRFProtect(app)
    for blueprint in (api, teller, desk, claims, notice):
        # They read no cookie: who sends a request shows what another site cannot know, or nothing is needed.
        csrf.exempt(blueprint.blueprint)
    app.url_map.converters.update(session=api.SessionConverter, tracker=api.TrackerConverter)
    _serve_files(app)
    for blueprint in (landing, phone, board, agenda, api, teller, desk, claims, notice, health, chair, organisation):
        app.register_blueprint(blueprint.blueprint)
    store = house.store
    tally = Tally(app, _pool(house))
    figures = Figures(house)
    counts = Counts(house, figures.forget)
    site = Site(
        house=house,
        ping=store.ping if isinstance(store, RedisStore) else lambda: None,
        figures=figures,
        sign_in_limits=SignInLimits(tally, settings.cookie_key),
        link_limits=LinkLimits(tally),
        decryption_limits=DecryptionLimits(tally),
        desk_limits=DeskLimits(tally),
        claim_limits=ClaimLimits(tally),
        notice_limits=NoticeLimits(tally),
        counts=counts,
        closing=Closing(house, counts, figures.forget),
        public_url=settings.public_url,
        plain_http=settings.plain_http,
        has_tls=settings.has_tls,
        known_hosts=_known_hosts(settings),
        on_every_address=settings.host in EVERY_ADDRESS,
    )
    with app.app_context():
        site.keep_with_app()
    access.require_declarations(app)
    return app


def _open_house(settings: Settings, app: Flask) -> House:
    url = settings.redis_url
    if url is None:
        # The place among the server's users is held as long as the application is.
        app.extensions["voting_store"] = server = EmbeddedServer(settings.data)
        url = server.url
    store = open_store(url, allow_unsafe=settings.unsafe_store)
    sealer = SealingKeys(settings.sealing_keys)
    store.check_seal(sealer)
    return House(store, sealer, lambda: int(time.time()))


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.cookie_key,
        MAX_CONTENT_LENGTH=MOST_BALLOT_BYTES,
        # The prefix makes browsers refuse a cookie of this name that came without TLS or from a sibling domain.
        SESSION_COOKIE_NAME="__Host-voting" if settings.has_tls else "voting-chair",
        SESSION_COOKIE_SECURE=settings.has_tls,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        PERMANENT_SESSION_LIFETIME=SIGNED_IN_FOR,
        # A meeting outlasts an hour; the token ends with the session.
        WTF_CSRF_TIME_LIMIT=None,
        # Our own Referrer-Policy keeps browsers from sending what this would ask for; see access.refuse_foreign_form.
        WTF_CSRF_SSL_STRICT=False,
    )
    if (settings.public_url or "").startswith("https://") and settings.tls_certificate is None:
        # TLS ends at a proxy, which says so; of what it tells nothing else is believed. Flask wants such a thing put
        # in the place of its method.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=0, x_proto=1, x_host=0)  # type: ignore[method-assign]


def _known_hosts(settings: Settings) -> frozenset[str]:
    named = urlsplit(settings.public_url or "").hostname
    own = {settings.host} - EVERY_ADDRESS
    machine = socket.gethostname().lower()
    hosts = {*settings.trusted_hosts, *LOOPBACK, *own, machine, f"{machine}.local", *([named] if named else [])}
    return frozenset(f"[{host}]" if ":" in host else host for host in hosts)


def _pool(house: House) -> ConnectionPool | None:
    client = house.store.connection.client if isinstance(house.store, RedisStore) else None
    return client.connection_pool if isinstance(client, Redis) else None


def _serve_files(app: Flask) -> None:
    files = Path(__file__).parent / "web" / "static"
    app.static_folder = str(files)
    compression.install(app, files)

    @app.get("/static/<path:filename>", endpoint="static")
    @public
    def static(filename: str) -> Response:
        return app.send_static_file(filename)
