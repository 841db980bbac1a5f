/**
 * The teller's page: takes the link out of the address before anything else, then lets the visit run.
 */
import { byId, show } from "./page.js";
import { passingStore } from "./phone/memory.js";
import { browserWait } from "./polling.js";
import { makeApi } from "./teller/api.js";
import { keepLink } from "./teller/arrival.js";
import { makeDesk } from "./teller/desk.js";
import { drawDevice, examine } from "./teller/links.js";
import { makeMemory } from "./teller/memory.js";
import { makePages } from "./teller/pages/frame.js";
import { Visit } from "./teller/visit.js";

/** @returns {string} what the address holds behind its # */
function readFragment() {
  const raw = location.hash.slice(1);
  try {
    return decodeURIComponent(raw);
  } catch {
    return raw;
  }
}

function eraseFragment() {
  if (location.hash) history.replaceState(null, "", location.pathname + location.search);
}

/**
 * @param {() => Storage} open
 * @returns {Storage | undefined} nothing where the browser's settings forbid it
 */
function usable(open) {
  try {
    const store = open();
    store.setItem("voting:probe", "1");
    store.removeItem("voting:probe");
    return store;
  } catch {
    return undefined;
  }
}

const draw = () => drawDevice((bytes) => crypto.getRandomValues(bytes));

function start() {
  const root = byId("visit");
  const uuid = root.dataset["uuid"] ?? "";
  const lasting = usable(() => localStorage);
  const tab = usable(() => sessionStorage);
  const passing = passingStore();
  const memory = makeMemory(uuid, lasting ?? tab ?? passing, tab ?? passing);
  const opened = examine(readFragment());
  if (opened.problem === "none") keepLink(memory, opened.link, draw);
  if (location.hash && tab) {
    // Rather than rewriting the address: a page that replaces itself at once is the beginning of a redirect to the
    // browser, which then does not list it, link and all, among the pages visited.
    location.replace(location.pathname + location.search);
    return;
  }
  eraseFragment();
  // A browser that is asked keeps what is stored for longer; what it answers changes nothing here.
  void navigator.storage?.persist?.().catch(() => false);

  /** @type {import("./teller/round.js").Exclusively} */
  // Where a browser has no such locks, two tabs are told apart by what each reads before it writes.
  const exclusively = (act) => (navigator.locks ? navigator.locks.request(`voting:teller:${uuid}`, act) : act());
  const pages = makePages({ uuid });
  const visit = new Visit({
    uuid,
    api: makeApi(uuid, fetch.bind(globalThis)),
    desk: makeDesk(() => new Worker(root.dataset["worker"] ?? "")),
    memory,
    lasting: lasting !== undefined,
    view: pages.view,
    drawDevice: draw,
    wait: browserWait,
    random: Math.random,
    exclusively,
  });
  pages.connect(visit);
  visit.begin();

  addEventListener("online", () => visit.hurry());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") visit.hurry();
  });
  addEventListener("hashchange", () => {
    const scanned = examine(readFragment());
    eraseFragment();
    if (scanned.problem === "none") visit.open(scanned.link);
  });
  // A page taken out of the browser's cache would show what was wiped in between.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  addEventListener("beforeunload", (event) => {
    if (["saving", "retyping", "decrypting"].includes(visit.screen)) event.preventDefault();
  });
}

if (typeof BigInt === "undefined" || typeof Worker === "undefined") show(byId("unsupported"), true);
else start();
