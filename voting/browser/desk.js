/**
 * The page of the desk at the door: takes the link out of the address before anything else, then lets the visit run.
 */
import { makeApi } from "./desk/api.js";
import { makeMemory } from "./desk/memory.js";
import { makePages } from "./desk/pages.js";
import { Visit } from "./desk/visit.js";
import { eraseFragment, leaveFragment, readFragment, watchFragment } from "./fragment.js";
import { byId } from "./page.js";
import { browserWait } from "./polling.js";
import { makeConnection, watchActs } from "./screens.js";
import { passingStore, usableStore } from "./stores.js";
import { drawDevice } from "./teller/device.js";
import { desks } from "./typing.js";

const uuid = byId("desk").dataset["uuid"] ?? "";
const draw = () => drawDevice((bytes) => crypto.getRandomValues(bytes));

/** Keep the screen of the tablet on; where a browser cannot, its own settings decide. */
function stayAwake() {
  if (document.visibilityState === "visible") void navigator.wakeLock?.request("screen").catch(() => {});
}

function start() {
  const lasting = usableStore(() => localStorage);
  const memory = makeMemory(uuid, lasting ?? passingStore());
  const fragment = readFragment();
  const isLink = desks.examine(fragment).problem === "none";
  if (isLink) memory.keep({ link: desks.inGroups(fragment), device: memory.kept()?.device ?? draw() });
  if (fragment && lasting) return leaveFragment();
  eraseFragment();

  const { visit, connect } = makeConnection();
  const view = makePages((link, other) => {
    if (other && other !== uuid) location.assign(`/d/${other}#${link}`);
    else visit().open(link);
  });
  const running = new Visit({
    api: makeApi(uuid, fetch.bind(globalThis)),
    memory,
    view,
    drawDevice: draw,
    wait: browserWait,
    random: Math.random,
    now: () => performance.now(),
  });
  connect(running);
  watchActs({
    next: () => running.next(),
    uncover: () => running.uncover(),
    ask: () => running.ask(),
    keep: () => running.keep(),
    untaken: () => running.untaken(),
    relink: () => running.enter(),
    reload: () => location.reload(),
  });
  running.begin();
  stayAwake();

  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => running.touched());
  addEventListener("online", () => running.hurry());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") return running.cover();
    stayAwake();
    running.hurry();
  });
  // A page that is kept for going back would show the code once more.
  addEventListener("pagehide", () => running.leave());
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  watchFragment(desks, (link) => running.open(link));
}

start();
