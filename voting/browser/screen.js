/**
 * The projector: turnout while the vote runs, what tellers and phones compare once it is closed, the result once it is
 * published.
 */
import { makeApi } from "./api.js";
import { makeServerClock } from "./clock.js";
import { isLater } from "./life.js";
import { byId, language, readWords, say, show } from "./page.js";
import { browserWait, poll } from "./polling.js";
import { resultBasis, resultRow } from "./result.js";
import { countdown, fill, shortHash } from "./words.js";

/** How long one page of a long result stays, in milliseconds. */
const PAGE_TIME = 12000;
/** How often the server is asked, in milliseconds. */
const EVERY = 1500;
/** How often it is asked which vote of the agenda is held, in milliseconds. */
const AGENDA_EVERY = 3000;
/** How long that answer may take, in milliseconds. */
const PATIENCE = 15000;

const root = byId("screen");
const words = readWords();
const api = makeApi(root.dataset["uuid"] ?? "", fetch.bind(globalThis));

/**
 * @typedef {object} Count while the tellers count
 * @property {number | null} [decrypted] tellers who have done their part
 * @property {{threshold: number} | null} [tellers]
 */
const clock = makeServerClock(() => performance.now());
let closesAt = 0;
let closesItself = false;
let state = root.dataset["state"] ?? "";
let drawn = false;

/** @param {import("./api.js").Session & Count} session */
function update(session) {
  state = session.state;
  closesAt = session.closes_at ?? 0;
  closesItself = session.closes_itself ?? false;
  clock.hear(session.date);
  root.dataset["state"] = state;
  say(byId("screen-title"), session.title);
  const badge = byId("screen-state");
  badge.className = `badge badge-${state}`;
  say(badge, words[state] ?? "");
  say(byId("screen-ballots"), String(session.ballots));
  say(byId("screen-of"), fill(words["of"] ?? "", { codes: session.codes }));
  const meter = /** @type {HTMLProgressElement} */ (byId("screen-meter"));
  meter.max = Math.max(session.codes, session.ballots, 1);
  meter.value = session.ballots;
  for (const place of ["screen-hash", "screen-head"]) say(byId(place), session.head ? shortHash(session.head) : "–");
  show(byId("screen-invite"), state === "ready" || state === "open");
  show(byId("screen-compare"), state === "closed");
  show(byId("screen-foot-hash"), state !== "closed");
  tellCount(session);
  tick();
}

/** @param {Count} count */
function tellCount({ decrypted, tellers }) {
  const line = byId("screen-decrypted");
  const counting = tellers !== null && tellers !== undefined && typeof decrypted === "number";
  show(line, counting);
  if (counting) say(line, fill(words["decrypted"] ?? "", { present: Math.min(decrypted, tellers.threshold), needed: tellers.threshold }));
}

function tick() {
  const line = byId("screen-countdown");
  const counting = state === "open" && closesAt > 0;
  show(line, counting);
  if (!counting) return;
  const left = closesAt - clock.now();
  say(line, left > 0 ? fill(words["left"] ?? "", { time: countdown(left) }) : (words[closesItself ? "endingnow" : "due"] ?? ""));
}

/** @param {import("./api.js").Result} result */
function drawResult(result) {
  drawn = true;
  show(byId("screen-live"), false);
  show(byId("screen-result"), true);
  byId("screen-basis").replaceChildren(...resultBasis(result, language(), words.result));
  const rows = result.rows.map((row) => resultRow(row, language(), words.result, { paper: result.paper !== null }));
  byId("screen-rows").replaceChildren(...rows);
  page(0);
}

/**
 * Show as many lines as fit on the wall, beginning at `first`, and turn the page after a while.
 * @param {number} first
 */
function page(first) {
  const rows = /** @type {HTMLElement[]} */ ([...byId("screen-rows").children]);
  const place = byId("screen-rows");
  let count = 0;
  for (const row of rows) show(row, false);
  for (const row of rows.slice(first)) {
    show(row, true);
    count += 1;
    if (place.scrollHeight > place.clientHeight + 1 && count > 1) {
      show(row, false);
      count -= 1;
      break;
    }
  }
  clearTimeout(turning);
  if (count === rows.length) return say(byId("screen-page"), "");
  // The last page may hold fewer lines; the number of pages follows from the first.
  perPage = first === 0 ? count : perPage;
  const text = { page: Math.floor(first / perPage) + 1, pages: Math.ceil(rows.length / perPage) };
  say(byId("screen-page"), fill(words["page"] ?? "", text));
  const next = first + count >= rows.length ? 0 : first + count;
  turning = setTimeout(page, PAGE_TIME, next);
}
let perPage = 1;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let turning;

addEventListener("resize", () => {
  if (drawn) page(0);
});
setInterval(tick, 500);

poll({
  async task() {
    const session = await api.session();
    if (isLater(state, session.state)) return true;
    update(session);
    if (session.state === "published" && !drawn) drawResult(await api.result());
    return !drawn;
  },
  every: () => EVERY,
  wait: browserWait,
  random: Math.random,
  onFailure: (failures) => show(byId("screen-offline"), failures > 1),
  onSuccess: () => show(byId("screen-offline"), false),
});

const agenda = root.dataset["agenda"];
if (agenda) {
  poll({
    async task() {
      const answer = await fetch(agenda, { credentials: "omit", redirect: "error", signal: AbortSignal.timeout(PATIENCE) });
      if (!answer.ok) throw new Error(`no agenda: ${answer.status}`);
      const { current } = await answer.json();
      // The same address shows the vote that is held now.
      if (typeof current === "string" && current !== root.dataset["uuid"]) location.reload();
      return true;
    },
    every: () => AGENDA_EVERY,
    wait: browserWait,
    random: Math.random,
  });
}
