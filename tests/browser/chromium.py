"""Where Chromium is and how it is started."""

import os
import shutil

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# Two panels of the address bar, each a page that Chromium draws for every context although nobody sees them: half of
# all the work of a short test.
UNSEEN = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup")
# What Playwright turns off. Chromium obeys the last such list alone, so ours has to name these again.
OFF_BY_PLAYWRIGHT = (
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades"),
    *("HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding"),
    *("AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled"),
    *("PreconnectToSearch", "ThirdPartyStoragePartitioning"),
)


def chromium_program() -> str:
    """Find Chromium. Without one the tests are skipped, except in CI, where they must not be missing unnoticed."""
    found = os.environ.get("VOTING_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        say = pytest.fail if os.environ.get("CI") else pytest.skip
        say(f"Chromium is needed: none of {', '.join(NAMES)} is installed, and VOTING_CHROMIUM names none")
    return found


def chromium_arguments() -> list[str]:
    """Give the arguments to start it with: no traffic of its own, and no sandbox for root, where it does not work."""
    off = f"--disable-features={','.join((*OFF_BY_PLAYWRIGHT, *UNSEEN))}"
    return [*QUIET, off, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
