"""`voting serve` closes a vote at its announced end, also when that came while nothing ran."""

import signal
import time
from pathlib import Path

import pytest

from tests.commands.conftest import bare_environment
from tests.commands.process import running
from tests.commands.test_serve_counts import house_on, until
from tests.running import connected
from voting.domain.casting import open_session
from voting.domain.counting import is_tallied
from voting.domain.drafting import create_session
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.sessions import Session, State
from voting.domain.sheets import Person, make_sheet
from voting.storage.embedded import running_store
from voting.web.closing import GRACE

pytestmark = pytest.mark.store


def test_an_end_that_came_while_the_service_was_down_is_carried_out_after_some_seconds(tmp_path: Path) -> None:
    environment = bare_environment(tmp_path / "data")
    with running_store(tmp_path / "data") as server, connected(server.url) as store:
        house = house_on(store, environment)
        uuids = []
        for _ in range(2):
            draft = create_session(house, Session("", "Vote", make_sheet([Person("An")]), codes=5))
            make_codes(house, draft.uuid)
            confirm_codes(house, draft.uuid)
            open_session(house, draft.uuid)
            uuids.append(draft.uuid)
        passed, left_alone = uuids
        now = int(time.time())
        store.set_deadline(passed, now, itself=True, now=now, notice=0, notice_before=0)
        store.set_deadline(left_alone, now, itself=False, now=now, notice=0, notice_before=0)
        with running(environment, tmp_path, "serve") as serve:
            serve.wait_for("Serving at")
            began = time.monotonic()
            assert until(lambda: is_tallied(house, passed), GRACE + 15)
            waited = time.monotonic() - began
            assert serve.end(signal.SIGTERM) == 0
            assert serve.stderr.read_text() == ""
        assert waited > GRACE - 5
        assert store.session(passed).state == State.CLOSED
        assert store.session(left_alone).state == State.OPEN
        types = [record.split(b"\n")[0] for record in store.records(passed)]
        assert types == [b"Setup", b"EndBallots", b"EncryptedTally"]
