/**
 * The phone page: takes the code out of the address before anything else, then lets the visit run.
 */
import { makeApi } from "./api.js";
import { claimedUnder, sweepClaims } from "./claim/kept.js";
import { eraseFragment, leaveFragment, readFragment, watchFragment } from "./fragment.js";
import { byId, show } from "./page.js";
import { makeEncryptor } from "./phone/encryptor.js";
import { makeMemory } from "./phone/memory.js";
import { makePages } from "./phone/pages/frame.js";
import { Visit } from "./phone/visit.js";
import { browserWait } from "./polling.js";
import { watchReturns } from "./screens.js";
import { passingStore, usableStore } from "./stores.js";
import { codes } from "./typing.js";

function start() {
  const root = byId("visit");
  const uuid = root.dataset["uuid"] ?? "";
  // A lent device remembers nothing beyond the page as it stands, and takes no code out of an address, which it would list.
  const lent = root.dataset["lent"] === "yes";
  const store = lent ? undefined : usableStore(() => sessionStorage);
  const shelf = lent ? undefined : (usableStore(() => localStorage) ?? store);
  const memory = makeMemory(uuid, store ?? passingStore());
  const fragment = lent ? "" : readFragment();
  if (fragment) memory.begin(codes.examine(fragment).problem === "none" ? codes.inGroups(fragment) : undefined);
  if (fragment && store) return leaveFragment();
  eraseFragment();

  const pages = makePages({ uuid, lent });
  const visit = new Visit({
    uuid,
    api: makeApi(uuid, fetch.bind(globalThis)),
    encryptor: makeEncryptor(() => new Worker(root.dataset["worker"] ?? "")),
    memory,
    claims: {
      under: (fingerprint) => shelf === undefined || claimedUnder(shelf, uuid, fingerprint),
      // Of other sessions it is not asked here: that would tell that this voter has taken part in them.
      forget: () => shelf && sweepClaims(shelf, (other) => other === uuid),
    },
    view: pages.view,
    wait: browserWait,
    random: Math.random,
  });
  pages.connect(visit);
  visit.begin();

  watchReturns(visit, lent ? ["voting", "reviewing", "sending"] : ["sending"]);
  watchFragment(codes, (code) => {
    if (!lent) visit.enter(code);
  });
}

if (typeof BigInt === "undefined" || typeof Worker === "undefined") show(byId("unsupported"), true);
else start();
