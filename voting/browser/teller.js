/**
 * The teller's page: takes the link out of the address before anything else, then lets the visit run.
 */
import { eraseFragment, leaveFragment, readFragment, watchFragment } from "./fragment.js";
import { byId, show } from "./page.js";
import { browserWait } from "./polling.js";
import { watchReturns } from "./screens.js";
import { passingStore, usableStore } from "./stores.js";
import { makeApi } from "./teller/api.js";
import { keepLink } from "./teller/arrival.js";
import { makeCalculator } from "./teller/calculator.js";
import { drawDevice } from "./teller/device.js";
import { makeMemory } from "./teller/memory.js";
import { makePages } from "./teller/pages/frame.js";
import { Visit } from "./teller/visit.js";
import { links } from "./typing.js";

const draw = () => drawDevice((bytes) => crypto.getRandomValues(bytes));

function start() {
  const root = byId("visit");
  const uuid = root.dataset["uuid"] ?? "";
  const lasting = usableStore(() => localStorage);
  const tab = usableStore(() => sessionStorage);
  const passing = passingStore();
  const memory = makeMemory(uuid, lasting ?? tab ?? passing, tab ?? passing);
  const fragment = readFragment();
  if (links.examine(fragment).problem === "none") keepLink(memory, links.inGroups(fragment), draw);
  if (fragment && tab) return leaveFragment();
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
    calculator: makeCalculator(() => new Worker(root.dataset["worker"] ?? "")),
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

  watchReturns(visit, ["saving", "retyping", "decrypting"]);
  watchFragment(links, (link) => visit.open(link));
}

if (typeof BigInt === "undefined" || typeof Worker === "undefined") show(byId("unsupported"), true);
else start();
