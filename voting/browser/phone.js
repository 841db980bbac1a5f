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

/** @returns {string} the fragment, which the address no longer holds */
function takeFragment() {
  const fragment = decodeURIComponentOrNothing(location.hash.slice(1));
  if (location.hash) history.replaceState(null, "", location.pathname + location.search);
  return fragment;
}

/** @param {string} text */
function decodeURIComponentOrNothing(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

function tabStore() {
  try {
    sessionStorage.setItem("voting:probe", "1");
    sessionStorage.removeItem("voting:probe");
    return sessionStorage;
  } catch {
    return passingStore();
  }
}

function start() {
  const fragment = takeFragment();
  const root = byId("visit");
  const uuid = root.dataset["uuid"] ?? "";
  const memory = makeMemory(uuid, tabStore());
  if (examine(fragment).problem === "none") memory.begin(inGroups(fragment));
  else if (fragment) memory.forgetSecrets();

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
    const scanned = takeFragment();
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
