/**
 * The chair's pages: live turnout, printing and copying. All of them work without this; what needs it is hidden until then.
 */
import { makeApi } from "./api.js";
import { copyText, say, show } from "./page.js";
import { browserWait, poll } from "./polling.js";

/** How often the server is asked, in milliseconds. */
const EVERY = 2000;
/** How long a button says that it has copied, in milliseconds. */
const SHOWN = 2500;
/** The life of a session; it may be cancelled at any point. */
const LIFE = ["draft", "ready", "open", "closed", "counted", "published", "cancelled"];

/**
 * Tell whether a session has gone on since the page was made. The server may answer with what was true a second ago.
 * @param {string} state as the server told it now
 * @param {string | undefined} shown on the page
 */
export function isLater(state, shown) {
  return shown !== undefined && LIFE.indexOf(state) > LIFE.indexOf(shown);
}

for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-session]"))) {
  const figures = place.matches("[data-turnout]") ? [place] : [...place.querySelectorAll("[data-turnout]")];
  if (figures.length === 0) continue;
  const meters = /** @type {NodeListOf<HTMLProgressElement>} */ (place.querySelectorAll("progress[data-turnout-meter]"));
  const api = makeApi(place.dataset["session"] ?? "", fetch.bind(globalThis));
  const before = place.dataset["state"];
  poll({
    async task() {
      const session = await api.session();
      for (const figure of figures) say(figure, String(session.ballots));
      for (const meter of meters) meter.value = session.ballots;
      // Somebody else, or another window of the chair, took the next step.
      if (isLater(session.state, before)) location.reload();
      return session.state === "open" || session.state === "ready";
    },
    every: () => EVERY,
    wait: browserWait,
    random: Math.random,
  });
}

for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-print]"))) {
  show(button, true);
  button.addEventListener("click", () => print());
}

for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-copy]"))) {
  show(button, true);
  button.addEventListener("click", async () => {
    if (!(await copyText(button.dataset["copy"] ?? ""))) return;
    const words = button.textContent ?? "";
    if (!button.dataset["copied"] || words === button.dataset["copied"]) return;
    say(button, button.dataset["copied"]);
    setTimeout(() => say(button, words), SHOWN);
  });
}
