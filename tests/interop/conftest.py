"""belenios-tool, the reference that we did not write, and where the makers of whole sessions are found."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

TOOL = Path(__file__).with_name("belenios-tool")
sys.path.insert(0, str(Path(__file__).parents[1] / "protocol"))


@dataclass(frozen=True)
class Board:
    """A folder that holds one archive, as the tool wants it."""

    folder: Path

    def election(self, command: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        """Run `belenios-tool election COMMAND` on the folder."""
        called = [TOOL, "election", command, "--dir", self.folder, *map(str, arguments)]
        return subprocess.run(called, capture_output=True, text=True, check=False)


@pytest.fixture
def board(reference: Path, tmp_path: Path) -> Callable[[str, bytes], Board]:
    """Put an archive where the tool finds it."""

    def put(uuid: str, archive: bytes) -> Board:
        folder = tmp_path / f"board{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        (folder / f"{uuid}.bel").write_bytes(archive)
        return Board(folder)

    return put
