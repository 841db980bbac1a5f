/**
 * The phone page: takes the code out of the address before anything else, then lets the visit run.
 */
import { makeApi } from "./api.js";
import { byId, show } from "./page.js";
import { makeEncryptor } from "./phone/encryptor.js";
import { makeMemory, passingStore } from "./phone/memory.js";
import { makePages } from "./phone/pages/frame.js";
import { examine, inGroups } from "./phone/typing.js";
import { Visit } from "./phone/visit.js";
import { browserWait } from "./polling.js";

/** @returns {string} what the address holds behind its #; never empty when something stands there */
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

/** @returns {Storage | undefined} nothing where the browser's settings forbid it */
function tabStore() {
  try {
    sessionStorage.setItem("voting:probe", "1");
    sessionStorage.removeItem("voting:probe");
    return sessionStorage;
  } catch {
    return undefined;
  }
}

function start() {
  const root = byId("visit");
  const uuid = root.dataset["uuid"] ?? "";
  const store = tabStore();
  const memory = makeMemory(uuid, store ?? passingStore());
  const fragment = readFragment();
  if (fragment) memory.begin(examine(fragment).problem === "none" ? inGroups(fragment) : undefined);
  if (fragment && store) {
    // Rather than rewriting the address: a page that replaces itself at once is the beginning of a redirect to the
    // browser, which then does not list it, code and all, among the pages visited.
    location.replace(location.pathname + location.search);
    return;
  }
  eraseFragment();

  const pages = makePages({ uuid });
  const visit = new Visit({
    uuid,
    api: makeApi(uuid, fetch.bind(globalThis)),
    encryptor: makeEncryptor(() => new Worker(root.dataset["worker"] ?? "")),
    memory,
    view: pages.view,
    wait: browserWait,
    random: Math.random,
  });
  pages.connect(visit);
  visit.begin();

  addEventListener("online", () => visit.hurry());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") visit.hurry();
  });
  addEventListener("hashchange", () => {
    const scanned = readFragment();
    eraseFragment();
    if (examine(scanned).problem === "none") visit.enter(inGroups(scanned));
  });
  // A page taken out of the browser's cache would show what was wiped in between.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  addEventListener("beforeunload", (event) => {
    if (visit.screen === "sending") event.preventDefault();
  });
}

if (typeof BigInt === "undefined" || typeof Worker === "undefined") show(byId("unsupported"), true);
else start();
