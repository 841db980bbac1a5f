/**
 * The chair's pages: live turnout, the tellers' progress, printing and copying. All of them work without this; what needs it is hidden until then.
 */
import { makeApi } from "./api.js";
import { absentOf, disagreements, readFigure } from "./attendance.js";
import { followEnd } from "./ending.js";
import { isLater } from "./life.js";
import { copyText, language, readWords, say, show } from "./page.js";
import { browserWait, poll } from "./polling.js";
import { figure } from "./words.js";

/** How often the server is asked, in milliseconds. */
const EVERY = 2000;
/** How long an answer may take, in milliseconds. */
const PATIENCE = 15000;
/** After this time without an answer a form may be sent again, in milliseconds: it was stopped, or it is lost. */
const LONGEST_SENDING = 60000;
/** How long a button says that it has copied, in milliseconds. */
const SHOWN = 2500;

/**
 * See to it that one form is sent at a time. Links and slips are in one answer alone: a second tap, or a page that
 * loads itself again meanwhile, would throw that answer away.
 * @param {() => Iterable<{disabled: boolean}>} buttons those that send a form
 * @param {(act: () => void) => void} later calls after the form was put together, which a disabled button is not part of
 */
export function oneAtATime(buttons, later) {
  let sending = false;
  /** @type {{disabled: boolean}[]} */
  let held = [];
  return {
    /** Whether an answer is being waited for. */
    isSending: () => sending,
    /**
     * Let a form go, or hold it back when another is on its way.
     * @param {{preventDefault: () => void, defaultPrevented: boolean}} event
     */
    send(event) {
      if (sending) return void event.preventDefault();
      if (event.defaultPrevented) return;
      sending = true;
      later(() => {
        if (event.defaultPrevented) sending = false;
        if (!sending) return;
        held = [...buttons()].filter((button) => !button.disabled);
        for (const button of held) button.disabled = true;
      });
    },
    /** The page is shown, for the first time or once more: whatever was sent has been answered. */
    release() {
      sending = false;
      for (const button of held) button.disabled = false;
      held = [];
    },
  };
}

const forms = oneAtATime(
  () => /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("button[type=submit]")),
  (act) => setTimeout(act),
);
for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form[method=post]"))) {
  form.addEventListener("submit", (event) => {
    forms.send(event);
    setTimeout(forms.release, LONGEST_SENDING);
  });
}
globalThis.addEventListener?.("pageshow", forms.release);

/** Load the page again, unless it waits for the answer to a form. */
function renew() {
  if (!forms.isSending()) location.reload();
}

for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-session]"))) {
  const figures = place.matches("[data-turnout]") ? [place] : [...place.querySelectorAll("[data-turnout]")];
  if (figures.length === 0) continue;
  const meters = /** @type {NodeListOf<HTMLProgressElement>} */ (place.querySelectorAll("progress[data-turnout-meter]"));
  const api = makeApi(place.dataset["session"] ?? "", fetch.bind(globalThis));
  const before = place.dataset["state"];
  const ending = place.querySelector("#ending") ? followEnd(readWords("end-words")) : undefined;
  poll({
    async task() {
      const session = await api.session();
      for (const shown of figures) say(shown, figure(session.ballots, language()));
      for (const meter of meters) meter.value = session.ballots;
      ending?.hear(session);
      // Somebody else, or another window of the chair, took the next step.
      if (isLater(session.state, before)) renew();
      return forms.isSending() || session.state === "open" || session.state === "ready";
    },
    every: () => EVERY,
    wait: browserWait,
    random: Math.random,
  });
}

/**
 * How far the counting team is, as `/chair/sessions/UUID/tellers/progress` tells it.
 * @typedef {object} TeamProgress
 * @property {string} mark differs from that of the page when the page must be loaded again
 * @property {string} words what is waited for
 * @property {number} present tellers who have decrypted, of those needed
 * @property {{status: string, steps: number, decrypted: boolean}[]} tellers in their order
 */

/**
 * Ask how far the tellers are. Throws when there is no answer that can be used: the chair may have been signed out.
 * @param {string} address
 * @param {typeof fetch} fetcher
 * @returns {Promise<TeamProgress>}
 */
export async function readProgress(address, fetcher) {
  const answer = await fetcher(address, {
    credentials: "same-origin",
    redirect: "error",
    cache: "no-store",
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (!answer.ok) throw new Error(`no progress: ${answer.status}`);
  const progress = await answer.json();
  if (typeof progress?.mark !== "string" || !Array.isArray(progress.tellers)) throw new TypeError("no progress");
  return progress;
}

/**
 * Write on the page how far the tellers are.
 * @param {HTMLElement} place
 * @param {TeamProgress} progress
 */
function showProgress(place, progress) {
  for (const words of place.querySelectorAll("[data-words]")) say(words, progress.words);
  for (const figure of place.querySelectorAll("[data-present]")) say(figure, String(progress.present));
  const meters = /** @type {NodeListOf<HTMLProgressElement>} */ (place.querySelectorAll("[data-present-meter]"));
  for (const meter of meters) meter.value = progress.present;
  progress.tellers.forEach((teller, i) => {
    const row = place.querySelector(`[data-teller="${i + 1}"]`);
    if (row === null) return;
    row.classList.toggle("done", teller.decrypted);
    for (const status of row.querySelectorAll("[data-status]")) say(status, teller.status);
    for (const figure of row.querySelectorAll("[data-steps]")) say(figure, String(teller.steps));
    for (const meter of row.querySelectorAll("progress")) meter.value = teller.steps;
  });
}

for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-progress]"))) {
  poll({
    async task() {
      const progress = await readProgress(place.dataset["progress"] ?? "", fetch.bind(globalThis));
      if (progress.mark !== place.dataset["mark"]) {
        renew();
        // Asked again when a form was on its way and has failed.
        return forms.isSending();
      }
      showProgress(place, progress);
      return true;
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

for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form[data-attendance]"))) {
  const fields = /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll("[data-figure]")]);
  /** @type {Record<string, string>} */
  const words = JSON.parse(form.dataset["words"] ?? "{}");
  const ballots = { issued: readFigure(form.dataset["issued"] ?? ""), collected: readFigure(form.dataset["collected"] ?? "") };
  const compare = () => {
    const figures = { ...ballots, ...Object.fromEntries(fields.map((field) => [field.name, readFigure(field.value)])) };
    const found = disagreements(figures);
    for (const field of fields) {
      const fault = found.find(({ name }) => name === field.name);
      const place = form.querySelector(`#${field.name}-typed`);
      if (place) {
        say(place, fault ? (words[fault.words] ?? "").replace("%(figure)s", String(fault.figure)) : "");
        place.classList.toggle("doubt", fault?.doubt === true);
      }
      // What the server found was about the figures as they were sent.
      form.querySelector(`#${field.name}-error`)?.remove();
      if (fault && !fault.doubt) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
    }
    for (const place of form.querySelectorAll("[data-absent]")) say(place, String(absentOf(figures) ?? "–"));
  };
  for (const field of fields) field.addEventListener("input", compare);
}

for (const list of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-rules]"))) {
  const rules = /** @type {HTMLInputElement[]} */ ([...list.querySelectorAll("input[name=rule]")]);
  const scales = /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("input[name=scale]"));
  const follow = () => {
    const scale = [...scales].find((box) => box.checked)?.value ?? "";
    for (const rule of rules) {
      const fits = fitsScale(rule.dataset["scales"] ?? "", scale);
      const place = rule.closest("label");
      if (place) show(place, fits);
      // Told, because a choice of the chair is taken back.
      if (!fits && rule.checked && rules[0]) {
        if (list.hasAttribute("data-choose")) rule.checked = false;
        else rules[0].checked = true;
        for (const told of list.querySelectorAll("[data-told]")) say(told, list.dataset["reset"] ?? "");
      }
    }
  };
  for (const box of scales) box.addEventListener("change", follow);
  for (const rule of rules) {
    rule.addEventListener("change", () => {
      for (const told of list.querySelectorAll("[data-told]")) say(told, "");
    });
  }
  follow();
}

/**
 * Tell whether a rule was made for a scale.
 * @param {string} scales identifiers with spaces between them; none: it fits every scale
 * @param {string} scale
 */
export function fitsScale(scales, scale) {
  const made = scales.split(" ").filter((one) => one !== "");
  return made.length === 0 || made.includes(scale);
}
