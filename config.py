"""The settings: read once from the environment, frozen, handed down. Nothing below app.py reads the environment.

Secrets come from the environment, or from a file in the data folder that is made at the first start (mode 0600). With
a store elsewhere (`REDIS_URL`) and no data folder named, a missing secret stops the start with its name: two
machines that each made up their own could not open each other's boxes.
"""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from voting.errors import MissingSetting

SECRETS_FILE: Final = "secrets.json"
SHORTEST_SECRET: Final = 32
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True)
class Settings:
    """Everything that can be set. `sealing_keys`: the first seals, all open (rotation)."""

    data: Path
    redis_url: str | None = field(repr=False)
    host: str
    port: int
    public_url: str | None
    plain_http: bool
    unsafe_store: bool
    trusted_hosts: tuple[str, ...]
    tls_certificate: Path | None
    tls_key: Path | None
    cookie_key: str = field(repr=False)
    sealing_keys: tuple[str, ...] = field(repr=False)

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the service."""
        return self.host in LOOPBACK

    @property
    def has_tls(self) -> bool:
        """Whether people reach the service over HTTPS, by own certificate or by a proxy named in VOTING_PUBLIC_URL."""
        return self.tls_certificate is not None or (self.public_url or "").startswith("https://")

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Self:
        """Read the settings. Raises MissingSetting with the name of what is missing or unusable."""
        data = Path(env.get("VOTING_DATA") or "var").absolute()
        redis_url = env.get("REDIS_URL") or None
        kept = _kept_secrets(data, env, may_make=redis_url is None or bool(env.get("VOTING_DATA")))
        certificate, key = env.get("VOTING_TLS_CERTIFICATE"), env.get("VOTING_TLS_KEY")
        if bool(certificate) != bool(key):
            raise MissingSetting("VOTING_TLS_CERTIFICATE and VOTING_TLS_KEY belong together; one is missing.")
        public_url = (env.get("VOTING_PUBLIC_URL") or "").rstrip("/") or None
        if public_url and not public_url.startswith(("http://", "https://")):
            raise MissingSetting("VOTING_PUBLIC_URL must begin with http:// or https://.")
        return cls(
            data=data,
            redis_url=redis_url,
            host=env.get("VOTING_HOST") or "127.0.0.1",
            port=_port(env.get("VOTING_PORT") or "8080"),
            public_url=public_url,
            plain_http=_yes(env, "VOTING_PLAIN_HTTP"),
            unsafe_store=_yes(env, "VOTING_UNSAFE_STORE"),
            trusted_hosts=tuple(env.get("VOTING_TRUSTED_HOSTS", "").replace(",", " ").split()),
            tls_certificate=Path(certificate) if certificate else None,
            tls_key=Path(key) if key else None,
            cookie_key=kept["VOTING_COOKIE_KEY"],
            sealing_keys=tuple(kept["VOTING_SEALING_KEY"].split(",")),
        )


def _kept_secrets(data: Path, env: Mapping[str, str], *, may_make: bool) -> dict[str, str]:
    names = ("VOTING_COOKIE_KEY", "VOTING_SEALING_KEY")
    found = {name: env[name] for name in names if env.get(name)}
    if len(found) < len(names):
        file = data / SECRETS_FILE
        if may_make and not file.exists():
            try:
                _make_secrets(file, names)
            except OSError as error:
                raise MissingSetting(
                    f"The data folder (VOTING_DATA) cannot be used: {file}: {error.strerror}."
                ) from None
        if may_make:
            found = _read_secrets(file, names) | found
    for name in names:
        parts = found.get(name, "").split(",")
        if not all(len(part) >= SHORTEST_SECRET for part in parts):
            raise MissingSetting(f"{name} is missing or shorter than {SHORTEST_SECRET} characters.")
    return found


def _read_secrets(file: Path, names: tuple[str, ...]) -> dict[str, str]:
    try:
        if file.stat().st_mode & 0o077:
            raise MissingSetting(f"{file} can be read by other users of this machine. Run: chmod 600 {file}")
        kept = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        raise MissingSetting(f"{file} cannot be read.") from None
    if not isinstance(kept, dict):
        raise MissingSetting(f"{file} must be a JSON object that holds {' and '.join(names)}.")
    for name in names:
        if not isinstance(kept.get(name, ""), str):
            raise MissingSetting(f"{name} in {file} must be a text.")
    return {name: kept[name] for name in names if name in kept}


def _make_secrets(file: Path, names: tuple[str, ...]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as out:
        json.dump({name: secrets.token_urlsafe(32) for name in names}, out)
        out.flush()
        os.fsync(out.fileno())
    try:
        # Of two processes that start at once, the first wins and both read the same secrets.
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 5 or not 0 <= int(text) <= 65535:
        raise MissingSetting("VOTING_PORT must be a number between 0 and 65535.")
    return int(text)


def _yes(env: Mapping[str, str], name: str) -> bool:
    text = env.get(name, "").lower()
    if text not in ("", "0", "1", "no", "yes", "false", "true"):
        raise MissingSetting(f"{name} must be yes or no.")
    return text in ("1", "yes", "true")
