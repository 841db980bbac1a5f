"""The ZIP of all papers: whole, and written without holding it."""

import io
import zipfile
from collections.abc import Iterator
from datetime import datetime

from voting.documents.bundle import Entry, pack

AT = datetime(2026, 11, 25, 10, 5, 30)


def test_every_file_comes_out_as_it_went_in() -> None:
    files = {"a.txt": [b"one", b"two"], "b/c.bin": [bytes(range(256))] * 1000, "empty": []}
    raw = b"".join(pack((Entry(name, pieces) for name, pieces in files.items()), AT))
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        assert packed.testzip() is None
        assert packed.namelist() == list(files)
        assert {name: packed.read(name) for name in files} == {name: b"".join(p) for name, p in files.items()}
        assert {info.date_time for info in packed.infolist()} == {(2026, 11, 25, 10, 5, 30)}


def test_it_is_given_away_while_it_is_written() -> None:
    asked = 0

    def pieces() -> Iterator[bytes]:
        nonlocal asked
        for number in range(100):
            asked = number
            # Such that it cannot be compressed to nothing.
            yield bytes((number * step) % 251 for step in range(50_000))

    packed = pack([Entry("large", pieces())], AT)
    next(packed)
    assert asked < 10
    assert sum(len(piece) for piece in packed) > 10_000
    assert asked == 99


def test_a_clock_that_stands_before_zip_files_does_no_harm() -> None:
    raw = b"".join(pack([Entry("a", [b"x"])], datetime(1970, 1, 1)))
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        assert packed.read("a") == b"x"
