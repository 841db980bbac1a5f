/**
 * The projector: turnout while the vote runs, what tellers and phones compare once it is closed, the result once it is
 * published.
 */
import { followAgenda } from "./agenda.js";
import { makeApi } from "./api.js";
import { makeServerClock } from "./clock.js";
import { isLater } from "./life.js";
import { byId, language, readWords, say, show } from "./page.js";
import { browserWait, poll } from "./polling.js";
import { resultBasis, resultRow } from "./result.js";
import { pagesOf, piecesOf } from "./wall.js";
import { countdown, figure, fill, shortHash } from "./words.js";

/** How long one page of a long result stays, in milliseconds. */
const PAGE_TIME = 12000;
/** Columns that the lines of a result may stand in. */
const COLUMNS = [1, 2];
/** How often the server is asked, in milliseconds. */
const EVERY = 1500;
/** How long the page with the charts may take, in milliseconds. */
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
/** Whether the page came with the charts of the result. */
const charted = state === "published";

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
  say(byId("screen-ballots"), figure(session.ballots, language()));
  say(byId("screen-of"), fill(words["of"] ?? "", { codes: figure(session.codes, language()) }));
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

/**
 * Give the charts that follow the lines; a wall that was here before the result asks for the session's page anew, and
 * not for its own address: on an agenda that may show another session by now.
 * @returns {Promise<HTMLElement[]>}
 */
async function readCharts() {
  /** @type {ParentNode} */
  let page = document;
  if (!charted) {
    const answer = await fetch(`/s/${root.dataset["uuid"]}/screen${location.search}`, { redirect: "error", signal: AbortSignal.timeout(PATIENCE) });
    if (!answer.ok) throw new Error("no page with the charts");
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  }
  const template = /** @type {HTMLTemplateElement | null} */ (page.querySelector("#screen-charts"));
  return [...(template?.content.children ?? [])].map((chart) => /** @type {HTMLElement} */ (document.importNode(chart, true)));
}

/**
 * @param {import("./api.js").Result} result
 * @param {HTMLElement[]} charts
 */
function drawResult(result, charts) {
  drawn = true;
  show(byId("screen-live"), false);
  show(byId("screen-result"), true);
  byId("screen-basis").replaceChildren(...resultBasis(result, language(), words.result));
  const rows = result.rows
    .flatMap(piecesOf)
    .map(({ row, first }) => resultRow(row, language(), words.result, { paper: result.paper !== null, levels: words.levels, first }));
  byId("screen-rows").replaceChildren(...rows, ...charts);
  const all = { frame: [], units: rows.map((row) => [row]), columns: COLUMNS };
  parts = [all, ...charts.map((chart) => ({ frame: [chart], units: barsOf(chart), columns: [1] }))];
  layOut();
  // The letters of the page may come after its lines, and are of another size than those that stood in for them.
  void document.fonts.ready.then(layOut);
}

/**
 * What is divided into pages: `units` that stay whole, within a `frame` that is on each page.
 * @typedef {{frame: HTMLElement[], units: HTMLElement[][], columns: readonly number[]}} Part
 * @type {Part[]}
 */
let parts = [];

/**
 * Give the bars of a chart, each heading with the bar below it.
 * @param {HTMLElement} chart
 * @returns {HTMLElement[][]}
 */
function barsOf(chart) {
  const lines = /** @type {HTMLElement[]} */ ([...chart.querySelectorAll("li")]);
  return lines.flatMap((line, at) => {
    const heading = lines[at - 1];
    if (line.classList.contains("chart-group")) return [];
    return [heading?.classList.contains("chart-group") ? [heading, line] : [line]];
  });
}

/** Divide lines and charts into pages for the wall as it is now, and show the first. */
function layOut() {
  const place = byId("screen-rows");
  const hidden = parts.flatMap(({ frame, units }) => [...frame, ...units.flat()]);
  /** @param {{columns: number, shown: HTMLElement[]}} page */
  function showOnly({ columns, shown }) {
    place.dataset["columns"] = String(columns);
    for (const each of hidden) show(each, shown.includes(each));
  }
  const pages = parts.flatMap(({ frame, units, columns }) => {
    const divided = columns.map((wide) => {
      const page = (/** @type {number} */ first, /** @type {number} */ end) => ({ columns: wide, shown: [...frame, ...units.slice(first, end).flat()] });
      const spans = pagesOf(units.length, (first, end) => {
        showOnly(page(first, end));
        return place.scrollHeight <= place.clientHeight;
      });
      return spans.map(([first, end]) => page(first, end));
    });
    // The wider lines are read more easily, so columns must save a page.
    return divided.reduce((best, next) => (next.length < best.length ? next : best));
  });
  clearInterval(turning);
  let page = 0;
  function turn() {
    showOnly(pages[page] ?? { columns: 1, shown: [] });
    say(byId("screen-page"), pages.length > 1 ? fill(words["page"] ?? "", { page: page + 1, pages: pages.length }) : "");
    page = (page + 1) % pages.length;
  }
  turn();
  if (pages.length > 1) turning = setInterval(turn, PAGE_TIME);
}
/** @type {ReturnType<typeof setInterval> | undefined} */
let turning;

addEventListener("resize", () => {
  if (drawn) layOut();
});
setInterval(tick, 500);

poll({
  async task() {
    const session = await api.session();
    if (isLater(state, session.state)) return true;
    update(session);
    // Without charts rather than not at all: the lines are the result.
    if (session.state === "published" && !drawn) drawResult(await api.result(), await readCharts().catch(() => []));
    return !drawn;
  },
  every: () => EVERY,
  wait: browserWait,
  random: Math.random,
  onFailure: (failures) => show(byId("screen-offline"), failures > 1),
  onSuccess: () => show(byId("screen-offline"), false),
});

const agenda = root.dataset["agenda"];
if (agenda) followAgenda(agenda, root.dataset["uuid"] ?? null);
