"""Who counts a closed session, so that no two processes are at it, and why the last count failed."""

from typing import cast

from voting.storage import keys
from voting.storage.acts import Acts


class CountLeases(Acts):
    """The part of `voting.domain.ports.Store` that is about counts which begin by themselves."""

    def lease_count(self, uuid: str, holder: str, seconds: float) -> bool:
        """Take, or keep, the right to count a closed session for so long; False while another holder has it.

        Raises WrongState unless closed.
        """
        lasts = str(round(seconds * 1000))
        word, *_ = self._act("lease_count", uuid, _touched(uuid), holder, lasts, repeatable=True)
        return bool(word == "ok")

    def end_count(self, uuid: str, holder: str, failure: str = "") -> None:
        """Give the right to count back, and keep the name of what the count failed with, empty when it did not.

        Of no effect when the right was lost.
        """
        self._act("end_count", uuid, _touched(uuid), holder, failure, repeatable=True)

    def count_failure(self, uuid: str) -> str:
        """Give the name of what the last count failed with, empty when it did not."""
        client = self.connection.client
        found = self.connection.ask(lambda: client.hget(keys.session(uuid), "count_failure"))
        return cast(bytes, found or b"").decode(errors="backslashreplace")


def _touched(uuid: str) -> list[str]:
    return [keys.session(uuid), keys.count_lease(uuid)]
