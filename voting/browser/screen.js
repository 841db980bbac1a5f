/**
 * The projector: turnout while the vote runs, what tellers and phones compare once it is closed, the result once it is
 * published.
 */
import { makeApi } from "./api.js";
import { isLater } from "./life.js";
import { byId, language, readWords, say, show } from "./page.js";
import { browserWait, poll } from "./polling.js";
import { resultRow } from "./result.js";
import { countdown, fill, shortHash } from "./words.js";

/** How long one page of a long result stays, in milliseconds. */
const PAGE_TIME = 12000;
/** How often the server is asked, in milliseconds. */
const EVERY = 1500;

const root = byId("screen");
const words = readWords();
const api = makeApi(root.dataset["uuid"] ?? "", fetch.bind(globalThis));

/**
 * @typedef {object} Count while the tellers count
 * @property {number | null} [decrypted] tellers who have done their part
 * @property {{threshold: number} | null} [tellers]
 */
let closesAt = 0;
let state = root.dataset["state"] ?? "";
let drawn = false;

/** @param {import("./api.js").Session & Count} session */
function update(session) {
  state = session.state;
  closesAt = session.closes_at ?? 0;
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
  const left = closesAt - Date.now() / 1000;
  say(line, left > 0 ? fill(words["left"] ?? "", { time: countdown(left) }) : (words["due"] ?? ""));
}

/** @param {import("./api.js").Result} result */
function drawResult(result) {
  drawn = true;
  show(byId("screen-live"), false);
  show(byId("screen-result"), true);
  say(byId("screen-basis"), fill(words["basis"] ?? "", { ballots: result.ballots }));
  byId("screen-rows").replaceChildren(...result.rows.map((row) => resultRow(row, language(), words["blank"] ?? "")));
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
