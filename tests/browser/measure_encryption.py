"""Measures the phone's work in Chromium: `python -m tests.browser.measure_encryption` prints the figures.

A page on loopback, under the headers that the service sends, starts the real worker and has it encrypt ballots of
20 people x 3 levels. The bundle must have been built (`make setup`).
"""

import gzip
import json
import statistics
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.bare_page import served
from tests.browser.chromium import chromium_arguments, chromium_program

ROOT = Path(__file__).parents[2]
WORKER = ROOT / "voting" / "web" / "static" / "build" / "worker.js"
KEY = "c34750137412a7876c8398b3b3a73ee5cb4e9ca95f35342add14a6ef4c129f5d"  # of tests/vectors/single
CODE = "u8SXq-zGA5uH-8nF8d-kDxodM"

# Asks the worker one thing at a time and tells how long each answer took, in milliseconds.
DRIVER = """
async ([election, code, ballots]) => {
  const begun = performance.now();
  const worker = new Worker("/static/build/worker.js");
  const ask = (request, wanted) => new Promise((resolve, reject) => {
    const began = performance.now();
    let progress = 0;
    worker.onerror = (event) => reject(new Error(event.message || "the worker did not start"));
    worker.onmessage = ({ data }) => {
      if (data.type === "progress") progress++;
      if (data.type === wanted) resolve({ reply: data, progress, took: performance.now() - began });
      else if (data.type === "error") reject(new Error(data.code));
    };
    worker.postMessage(request);
  });
  const { questions } = JSON.parse(election);
  const choices = () => questions.map(() => [[1, 0, 0], [0, 1, 0], [0, 0, 1]][Math.floor(Math.random() * 3)]);
  await ask({ type: "are you there" }, "error");
  const started = performance.now() - begun;
  const { took: prepared } = await ask({ type: "prepare", election }, "ready");
  const made = [];
  for (let i = 0; i < ballots; i++) made.push(await ask({ type: "encrypt", code, choices: choices() }, "ballot"));
  worker.terminate();
  return { started, prepared, made };
}
"""


@dataclass(frozen=True)
class Figures:
    """What was measured; times in milliseconds, sizes in bytes."""

    started: float  # from asking for the worker to its first word: loading and compiling
    prepared: float  # reading the election, building both tables
    ballots: tuple[float, ...]
    worker_bytes: int
    worker_gzipped: int
    json: tuple[str, ...]
    progress: tuple[int, ...]


def election_of(people: int, levels: int) -> bytes:
    """Write an election of `people` lines with `levels` answers each."""
    questions = [
        {"answers": [f"Level {n + 1}" for n in range(levels)], "min": 1, "max": 1, "question": f"Person {i + 1}"}
        for i in range(people)
    ]
    election = {
        "version": 1,
        "description": "",
        "name": "Measure",
        "group": "Ed25519",
        "public_key": KEY,
        "questions": questions,
        "uuid": "cyuzb8XAcr1FSj",
    }
    return json.dumps(election, separators=(",", ":")).encode()


def measure(election: bytes, ballots: int) -> Figures:
    """Encrypt `ballots` ballots in Chromium, one after the other in one worker."""
    with served({"/static/build/worker.js": WORKER.read_bytes()}) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_program(), args=chromium_arguments())
        try:
            page = browser.new_page()
            page.goto(address)
            seen = page.evaluate(DRIVER, [election.decode(), CODE, ballots])
        finally:
            browser.close()
    bundle = WORKER.read_bytes()
    return Figures(
        started=float(seen["started"]),
        prepared=float(seen["prepared"]),
        ballots=tuple(float(made["took"]) for made in seen["made"]),
        worker_bytes=len(bundle),
        worker_gzipped=len(gzip.compress(bundle, 9)),
        json=tuple(made["reply"]["json"] for made in seen["made"]),
        progress=tuple(made["progress"] for made in seen["made"]),
    )


def main() -> None:
    """Print the figures of 20 people x 3 levels."""
    figures = measure(election_of(20, 3), ballots=15)
    print(f"worker started                {figures.started:6.0f} ms")
    print(f"tables prepared               {figures.prepared:6.0f} ms")
    print(f"first ballot                  {figures.ballots[0]:6.0f} ms")
    print(f"ballot, median of {len(figures.ballots)}          {statistics.median(figures.ballots):6.0f} ms")
    print(f"ballot, best                  {min(figures.ballots):6.0f} ms")
    print(f"ballot                        {len(figures.json[0]):6d} bytes")
    print(f"worker.js                     {figures.worker_bytes:6d} bytes, {figures.worker_gzipped} gzipped")


if __name__ == "__main__":
    main()
