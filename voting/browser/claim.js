/**
 * The page on which an attendee claims a code: takes the link out of the address before anything else, then lets the
 * visit run. The code that comes goes into the address of the phone page at once, behind its #, and is kept nowhere here.
 */
import { makeApi } from "./claim/api.js";
import { makeMemory } from "./claim/memory.js";
import { makePages } from "./claim/pages.js";
import { Visit } from "./claim/visit.js";
import { eraseFragment, leaveFragment, readFragment, watchFragment } from "./fragment.js";
import { byId, show } from "./page.js";
import { browserWait } from "./polling.js";
import { makeConnection, watchActs, watchReturns } from "./screens.js";
import { passingStore, usableStore } from "./stores.js";
import { claims } from "./typing.js";

function start() {
  const uuid = byId("visit").dataset["uuid"] ?? "";
  const lasting = usableStore(() => localStorage);
  const tab = usableStore(() => sessionStorage);
  const passing = passingStore();
  const memory = makeMemory(uuid, lasting ?? tab ?? passing, tab ?? passing);
  const fragment = readFragment();
  if (claims.examine(fragment).problem === "none") memory.keepLink(claims.inGroups(fragment));
  if (fragment && tab) return leaveFragment();
  eraseFragment();

  const { visit, connect } = makeConnection();
  const view = makePages((link, other) => {
    if (other && other !== uuid) location.assign(`/c/${other}#${link}`);
    else visit().open(link);
  });
  const running = new Visit({
    uuid,
    api: makeApi(uuid, fetch.bind(globalThis)),
    memory,
    view,
    leave: (code) => location.replace(`/v/${uuid}${location.search}#${code}`),
    wait: browserWait,
    random: Math.random,
  });
  connect(running);
  watchActs({
    claim: () => running.claim(),
    relink: () => running.enter(),
    retry: () => running.retry(),
    reload: () => location.reload(),
  });
  running.begin();
  watchReturns(running, []);
  watchFragment(claims, (link) => running.open(link));
}

if (typeof BigInt === "undefined") show(byId("unsupported"), true);
else start();
