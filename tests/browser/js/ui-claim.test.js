import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Answered, Unreachable } from "../../../voting/browser/api.js";
import { makeMemory } from "../../../voting/browser/claim/memory.js";
import { claimedUnder, FRESH_FOR, sweepClaims, sweepUnlisted } from "../../../voting/browser/claim/kept.js";
import { MIX_AT_LEAST, MIX_MORE, Visit } from "../../../voting/browser/claim/visit.js";
import { sha256Base64, toBytes, toJson } from "../../../voting/browser/protocol/canonical.js";
import { hashOfKey } from "../../../voting/browser/protocol/passes.js";
import { passingStore } from "../../../voting/browser/stores.js";
import { claims } from "../../../voting/browser/typing.js";

const vectors = JSON.parse(readFileSync(new URL("../../vectors/passes.json", import.meta.url), "utf8"));
const [MINE, OTHER] = vectors.passes;
const UUID = MINE.uuid;
const LINK = "aB3d-EfGh-Jk2m";
// Not one half: then a pause between two questions would be as long as the one before the pass.
const RANDOM = 0.4;
const MIXING = MIX_AT_LEAST + MIX_MORE * RANDOM;
const CODE = "aB3dE-fGhJk2-mNpQr-sTuVw9";

/**
 * The election that stands on the board, in its bytes.
 * @param {string} description
 * @param {string} [uuid]
 */
const election = (description, uuid = UUID) =>
  toBytes(
    toJson({
      version: 1,
      description,
      name: "T",
      group: "Ed25519",
      public_key: MINE.pass_key,
      questions: [{ answers: ["x", "y"], min: 1, max: 1, question: "A" }],
      uuid,
    }),
  );
/** What the service writes there. @param {string} key */
const named = (key) => `Key by which codes are given out to personal links: SHA-256 ${hashOfKey(UUID, key)}`;

/** Give the scalars that the vectors were made with, so that the answers there fit. @param {any} vector */
const drawn = (vector) => {
  const scalars = [BigInt(`0x${vector.token}`), BigInt(`0x${vector.blinding}`)];
  return () => /** @type {bigint} */ (scalars.shift());
};

/**
 * A phone with a link, and a service in a state.
 * @param {any} [change]
 */
function room(change = {}) {
  const server = {
    state: "open",
    key: MINE.pass_key,
    /** @type {Uint8Array | undefined} the one that names the key of the moment, when none is given */
    election: undefined,
    down: false,
    /** @type {any} */
    answer: MINE.answer,
    /** @type {any} */
    code: CODE,
    /** @type {any[]} */
    claims: [],
    /** @type {any[]} */
    passes: [],
    ...change,
  };
  /** @template T @param {T} value @returns {Promise<T>} */
  const answer = async (value) => {
    if (server.down) throw new Unreachable();
    if (value instanceof Error) throw value;
    return value;
  };
  /** @type {any} */
  const api = {
    session: () => answer({ uuid: UUID, title: "T", state: server.state, pass_key: server.key }),
    election: () => answer(server.election ?? election(named(server.key))),
    claim: (/** @type {string} */ link, /** @type {string} */ blinded) => (server.claims.push([link, blinded]), answer(server.answer)),
    redeem: (/** @type {string} */ token, /** @type {string} */ signed) => (server.passes.push([token, signed]), answer(server.code)),
  };
  return { server, api, lasting: change.lasting ?? passingStore(), tab: change.tab ?? passingStore() };
}

/**
 * Load the page.
 * @param {ReturnType<typeof room>} place
 * @param {any} [vector] whose scalars the phone draws
 */
function load({ server, api, lasting, tab }, vector = MINE) {
  const memory = makeMemory(UUID, lasting, tab);
  /** @type {string[]} */
  const screens = [];
  /** @type {string[]} what people compare */
  const shown = [];
  /** @type {string[]} */
  const left = [];
  /** @type {number[]} */
  const waits = [];
  /** @type {(() => void)[]} */
  const pending = [];
  const visit = new Visit({
    uuid: UUID,
    api,
    memory,
    view: { show: (screen) => void screens.push(screen), update: (_, { sign }) => void shown.push(sign), connection: () => {} },
    leave: (code) => void left.push(code),
    draw: drawn(vector),
    wait: (milliseconds) => {
      waits.push(milliseconds);
      const done = new Promise((/** @type {(value: void) => void} */ resolve) => pending.push(resolve));
      return { done, cut: () => {} };
    },
    random: () => RANDOM,
  });
  /** Let everything happen that happens without waiting, then let the next wait end. */
  const settle = async () => {
    for (let i = 0; i < 50; i++) await Promise.resolve();
  };
  const tick = async (times = 1) => {
    for (let i = 0; i < times; i++) {
      await settle();
      pending.shift()?.();
      await settle();
    }
  };
  return { server, memory, visit, screens, shown, left, waits, tick };
}

/** @param {ReturnType<typeof room>} place */
async function opened(place) {
  place.tab.setItem(`voting:claim:${UUID}`, LINK);
  const page = load(place);
  page.visit.begin();
  await page.tick();
  return page;
}

test("a tap claims, the pass is shown some seconds after the opening, and the page goes on with the code", async () => {
  const page = await opened(room({ state: "ready" }));
  assert.deepEqual(page.screens, ["connecting", "offering"]);
  page.visit.claim();
  await page.tick(2);
  assert.deepEqual(page.server.claims, [[LINK, MINE.blinded]]);
  assert.equal(page.visit.screen, "waiting");
  await page.tick(5);
  assert.equal(page.server.passes.length, 0);
  page.server.state = "open";
  await page.tick(1);
  assert.equal(page.visit.screen, "mixing");
  assert.equal(page.server.passes.length, 0);
  assert.equal(page.waits.at(-1), MIXING);
  await page.tick(1);
  assert.deepEqual(page.server.passes, [[MINE.token, MINE.pass]]);
  assert.deepEqual(page.left, [CODE]);
  assert.equal(page.visit.screen, "leaving");
});

test("nothing that the pass comes with is in the claim", async () => {
  const page = await opened(room());
  page.visit.claim();
  await page.tick(4);
  const sent = JSON.stringify(page.server.passes);
  assert.doesNotMatch(sent, new RegExp(`${LINK}|${MINE.blinded}|${MINE.answer.signed}|${MINE.blinding}`));
  assert.equal(page.server.passes.length, 1);
});

test("a double tap claims once", async () => {
  const page = await opened(room());
  page.visit.claim();
  page.visit.claim();
  await page.tick(4);
  page.visit.claim();
  await page.tick(2);
  assert.equal(page.server.claims.length, 1);
  assert.equal(page.left.length, 1);
});

test("a claim whose answer is lost is sent again with the same bytes, also after a reload", async () => {
  const place = room();
  const first = await opened(place);
  first.visit.claim();
  place.server.answer = new Unreachable();
  await first.tick(3);
  assert.ok(place.server.claims.length >= 1);
  place.server.answer = MINE.answer;
  // Another draw would give other bytes.
  const second = load(place, OTHER);
  second.visit.begin();
  await second.tick(4);
  assert.deepEqual(new Set(place.server.claims.map((/** @type {string[]} */ [, blinded]) => blinded)), new Set([MINE.blinded]));
  assert.deepEqual(second.left, [CODE]);
});

test("a code whose answer is lost is asked for again with the same pass, and once it came at once", async () => {
  const place = room();
  const first = await opened(place);
  first.visit.claim();
  place.server.code = new Unreachable();
  await first.tick(4);
  assert.deepEqual(first.left, []);
  place.server.code = CODE;
  await first.tick(2);
  assert.deepEqual(first.left, [CODE]);
  const again = load(place, OTHER);
  again.memory.keepLink(LINK);
  again.visit.begin();
  await again.tick(2);
  assert.deepEqual(again.left, [CODE]);
  assert.equal(new Set(place.server.passes.map(String)).size, 1);
  assert.equal(place.server.claims.length, 1);
  assert.ok(!again.waits.includes(MIXING));
});

test("once the answer has come, this phone keeps nothing that tells its claim, and never the code", async () => {
  const lasting = passingStore();
  /** @type {string[]} */
  const written = [];
  const spy = { ...lasting, setItem: (/** @type {string} */ name, /** @type {string} */ value) => (written.push(name + value), lasting.setItem(name, value)) };
  const page = await opened(room({ lasting: spy }));
  page.visit.claim();
  await page.tick(4);
  assert.deepEqual(page.left, [CODE]);
  // Whoever takes the phone next in this tab is not led to the code of the one before.
  assert.equal(page.memory.link(), undefined);
  page.memory.keepLink(LINK);
  assert.deepEqual(Object.keys(page.memory.claim() ?? {}).sort(), ["election", "key", "redeemed", "signed", "token"]);
  assert.doesNotMatch(written.join(" "), new RegExp(`${CODE}|${LINK}`));
});

test("an answer with another key stops this phone before it shows a pass", async () => {
  for (const { answer } of vectors.refused) {
    const page = await opened(room({ answer }));
    page.visit.claim();
    await page.tick(3);
    assert.equal(page.visit.screen, "alarm");
    assert.equal(page.server.passes.length, 0);
    page.server.answer = MINE.answer;
    page.visit.retry();
    await page.tick(4);
    assert.deepEqual(page.left, [CODE]);
  }
});

test("a key that this phone alone was shown for its claim cannot be put away again before the pass is shown", async () => {
  const place = room({ state: "ready" });
  const page = await opened(place);
  page.visit.claim();
  await page.tick(2);
  assert.equal(page.visit.screen, "waiting");
  // From now on the key of all others, so that people who compare find nothing.
  Object.assign(place.server, { key: OTHER.pass_key, state: "open" });
  await page.tick(4);
  assert.equal(page.visit.screen, "alarm");
  const again = load(place);
  again.visit.begin();
  await again.tick(4);
  assert.equal(again.visit.screen, "alarm");
  assert.deepEqual(place.server.passes, []);
  assert.deepEqual(new Set([...page.shown, ...again.shown]), new Set([MINE.sign]));
});

test("a key that came with the answer to the claim and was not there at the tap is not taken", async () => {
  const place = room({ key: OTHER.pass_key });
  const page = await opened(place);
  page.visit.claim();
  place.server.key = MINE.pass_key;
  await page.tick(4);
  assert.equal(page.visit.screen, "alarm");
  assert.deepEqual(place.server.claims, []);
});

for (const [what, description] of /** @type {[string, string][]} */ ([
  ["another key", named(OTHER.pass_key)],
  ["no key", "Rule: R (r), SHA-256 " + "0".repeat(64)],
  ["nothing", ""],
  ["the key, and another one below it", `${named(MINE.pass_key)}\n${named(OTHER.pass_key)}`],
  ["the key and more behind it", `${named(MINE.pass_key)} ${hashOfKey(UUID, OTHER.pass_key)}`],
  ["the key in another session", named(MINE.pass_key).replace(hashOfKey(UUID, MINE.pass_key), hashOfKey("1".repeat(14), MINE.pass_key))],
])) {
  test(`a phone does not claim while the board names ${what}`, async () => {
    const page = await opened(room({ election: election(description) }));
    assert.equal(page.visit.screen, "alarm");
    page.visit.claim();
    await page.tick(3);
    assert.deepEqual(page.server.claims, []);
    assert.equal(page.memory.claim(), undefined);
    page.server.election = election(`A description\n${named(MINE.pass_key)}`);
    page.visit.retry();
    await page.tick(2);
    assert.equal(page.visit.screen, "offering");
  });
}

test("an election of another session or in another form is none", async () => {
  for (const bad of [election(named(MINE.pass_key), "1".repeat(14)), toBytes("{}")]) {
    const page = await opened(room({ election: bad }));
    assert.equal(page.visit.screen, "alarm");
  }
});

test("an election that this phone alone was shown for its claim is not exchanged before the pass is shown", async () => {
  const place = room({ state: "ready", election: election(`For you alone\n${named(MINE.pass_key)}`) });
  const page = await opened(place);
  page.visit.claim();
  await page.tick(2);
  assert.equal(page.visit.screen, "waiting");
  Object.assign(place.server, { election: undefined, state: "open" });
  const again = load(place);
  again.visit.begin();
  await again.tick(4);
  assert.equal(again.visit.screen, "alarm");
  assert.deepEqual(place.server.passes, []);
});

/** @param {Record<string, string>} content */
function shelf(content) {
  const kept = new Map(Object.entries(content));
  return {
    get length() {
      return kept.size;
    },
    key: (/** @type {number} */ i) => [...kept.keys()][i] ?? null,
    getItem: (/** @type {string} */ name) => kept.get(name) ?? null,
    removeItem: (/** @type {string} */ name) => void kept.delete(name),
    names: () => [...kept.keys()],
  };
}

test("passes of votes that are over are swept away, and nothing else is", () => {
  const over = "2".repeat(14);
  const all = shelf({ [`voting:claim:${over}:aa`]: "{}", [`voting:claim:${over}:bb`]: "no JSON", [`voting:claim:${UUID}:aa`]: "{}", [`voting:${over}:code`]: "c", other: "x", [`voting:claim:${over}`]: LINK });
  sweepClaims(all, (uuid) => uuid === over);
  assert.deepEqual(all.names(), [`voting:claim:${UUID}:aa`, `voting:${over}:code`, "other", `voting:claim:${over}`]);
});

test("a list that came long ago sweeps nothing: a claim may have been made in another tab since", () => {
  const name = `voting:claim:${UUID}:aa`;
  for (const [age, left] of /** @type {[number, string[]][]} */ ([[0, []], [FRESH_FOR, [name]], [3600000, [name]], [-1, [name]], [NaN, [name]]])) {
    const all = shelf({ [name]: "{}" });
    sweepUnlisted(all, [], age);
    assert.deepEqual(all.names(), left, String(age));
  }
  const listed = shelf({ [name]: "{}" });
  sweepUnlisted(listed, ["2".repeat(14), UUID], 0);
  assert.deepEqual(listed.names(), [name]);
});

test("a ballot is made under the election that named the key of the claim, whoever claimed on this phone", () => {
  const claim = (/** @type {string | undefined} */ fingerprint) => JSON.stringify({ token: "t", key: "k", election: fingerprint });
  const all = shelf({ [`voting:claim:${UUID}:aa`]: claim("phi"), [`voting:claim:${UUID}:bb`]: claim("phi"), [`voting:claim:${"2".repeat(14)}:aa`]: claim("else") });
  assert.equal(claimedUnder(all, UUID, "phi"), true);
  assert.equal(claimedUnder(all, UUID, "psi"), false);
  assert.equal(claimedUnder(shelf({ [`voting:claim:${UUID}:aa`]: claim("phi"), [`voting:claim:${UUID}:bb`]: claim("psi") }), UUID, "phi"), false);
  assert.equal(claimedUnder(shelf({}), UUID, "phi"), true);
});

test("what comes in place of a code is no address to go to", async () => {
  for (const code of ["https://elsewhere.example/", "", undefined, "a".repeat(22) + "#x"]) {
    const page = await opened(room({ code }));
    page.visit.claim();
    await page.tick(4);
    assert.deepEqual(page.left, [], String(code));
    assert.equal(page.visit.screen, "alarm");
  }
});

for (const [code, status, screen] of /** @type {[string, number, string][]} */ ([
  ["claim-taken", 409, "taken"],
  ["unknown-claim", 403, "unknown"],
  ["closed", 410, "closed"],
  ["cancelled", 410, "cancelled"],
  ["unknown-session", 404, "missing"],
  ["malformed", 400, "failed"],
])) {
  test(`a claim that is refused as ${code} leads to "${screen}"`, async () => {
    const page = await opened(room({ answer: new Answered(status, code) }));
    page.visit.claim();
    await page.tick(2);
    assert.equal(page.visit.screen, screen);
    await page.tick(3);
    assert.equal(page.server.passes.length, 0);
  });
}

test("a second phone is refused, and its link can be typed anew", async () => {
  const page = await opened(room({ answer: new Answered(409, "claim-taken") }));
  page.visit.claim();
  await page.tick(2);
  assert.equal(page.visit.screen, "taken");
  assert.equal(page.memory.claim(), undefined);
  page.visit.enter();
  assert.equal(page.visit.screen, "entering");
  page.server.answer = MINE.answer;
  page.visit.open("aB3d-EfGh-Jk2n");
  await page.tick(2);
  assert.equal(page.visit.screen, "offering");
});

test("of two tabs that draw at the same moment, the second goes on with the claim of the first", async () => {
  const place = room();
  const page = await opened(place);
  page.visit.claim();
  // The other tab wrote after this one had read what it drew, and its claim arrived first.
  const { api } = place;
  const original = api.claim;
  let first = true;
  api.claim = async (/** @type {string} */ link, /** @type {string} */ blinded) => {
    if (!first) return original(link, blinded);
    first = false;
    place.server.claims.push([link, blinded]);
    const fingerprint = sha256Base64(election(named(OTHER.pass_key)));
    page.memory.keep({ token: OTHER.token, blinding: OTHER.blinding, key: OTHER.pass_key, election: fingerprint });
    place.server.key = OTHER.pass_key;
    place.server.answer = OTHER.answer;
    throw new Answered(409, "claim-taken");
  };
  await page.tick(6);
  assert.deepEqual(place.server.claims.map((/** @type {string[]} */ [, blinded]) => blinded), [MINE.blinded, OTHER.blinded]);
  assert.deepEqual(place.server.passes, [[OTHER.token, OTHER.pass]]);
  assert.deepEqual(page.left, [CODE]);
});

test("when no code is left, the pass is kept and can be tried again", async () => {
  const page = await opened(room({ code: new Answered(409, "pool-empty") }));
  page.visit.claim();
  await page.tick(4);
  assert.equal(page.visit.screen, "empty");
  assert.ok(page.memory.claim()?.signed);
  page.server.code = CODE;
  page.visit.retry();
  await page.tick(3);
  assert.deepEqual(page.left, [CODE]);
});

test("a session without codes to give out says so", async () => {
  const page = await opened(room({ key: null }));
  assert.equal(page.visit.screen, "empty");
});

test("a draft is waited for, and the end of the vote wipes what is left", async () => {
  const page = await opened(room({ state: "draft" }));
  assert.equal(page.visit.screen, "early");
  page.server.state = "ready";
  await page.tick();
  assert.equal(page.visit.screen, "offering");
  page.visit.claim();
  await page.tick(2);
  assert.equal(page.visit.screen, "waiting");
  page.server.state = "closed";
  await page.tick();
  assert.equal(page.visit.screen, "closed");
  assert.equal(page.memory.claim(), undefined);
});

test("two people who share a phone do not get each other's code", () => {
  const place = room();
  const memory = makeMemory(UUID, place.lasting, place.tab);
  memory.keepLink(LINK);
  memory.keep({ token: MINE.token, signed: MINE.pass, key: MINE.pass_key });
  memory.keepLink("aB3d-EfGh-Jk2n");
  assert.equal(memory.claim(), undefined);
  memory.keepLink(LINK);
  assert.equal(memory.claim()?.token, MINE.token);
});

test("without a link one is asked for", async () => {
  const page = load(room());
  page.visit.begin();
  await page.tick();
  assert.equal(page.visit.screen, "entering");
  assert.equal(claims.takeApart(`https://x.example/c/${UUID}?lang=vi#${LINK}`).uuid, UUID);
});

test("the modules of a claim touch neither page, storage, clock nor network, and write no markup", () => {
  const folder = fileURLToPath(new URL("../../../voting/browser/claim/", import.meta.url));
  for (const name of readdirSync(folder)) {
    const code = readFileSync(`${folder}${name}`, "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*|"[^"\n]*"|`[^`]*`/g, "");
    assert.doesNotMatch(code, /innerHTML|outerHTML|insertAdjacentHTML|\beval\b|new Function/, name);
    if (name === "pages.js") continue;
    assert.doesNotMatch(code, /\b(document|window|navigator|location|localStorage|sessionStorage|fetch|Math\.random|Date)\b/, name);
  }
});
