import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Answered, Unreachable } from "../../../voting/browser/api.js";
import { makeMemory } from "../../../voting/browser/desk/memory.js";
import { COVERED_AFTER, GRACE, Visit } from "../../../voting/browser/desk/visit.js";
import { passingStore } from "../../../voting/browser/stores.js";

const UUID = "aaaabbbbccccdd";
const LINK = "aaaa-bbbb-cccc";
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A desk whose service, clock and page are the test's. */
async function desk({ claimed = true, state = "ready", left = 3 } = {}) {
  const server = {
    state, left, drawn: 0,
    /** @type {string[]} */ voided: [],
    /** @type {Error | undefined} */ refusal: undefined,
    /** @type {(() => void)[]} answers to draws that are held back */ held: [],
    hold: false,
    holdVoid: false,
  };
  const refuse = () => {
    if (server.refusal) throw server.refusal;
  };
  const api = {
    claim: async (/** @type {string} */ link) => {
      refuse();
      if (link !== LINK) throw new Answered(401, "unknown-desk");
    },
    view: async () => {
      refuse();
      return { state: /** @type {any} */ (server.state), left: server.left };
    },
    next: async () => {
      server.drawn += 1;
      const code = `code ${server.drawn}`;
      if (server.hold) await new Promise((resolve) => server.held.push(() => resolve(undefined)));
      refuse();
      server.left -= 1;
      return { code, left: server.left, qr: { size: 21, path: "M0 0h1v1h-1z" } };
    },
    untaken: async (/** @type {string} */ _device, /** @type {string} */ code) => {
      if (server.holdVoid) await new Promise((resolve) => server.held.push(() => resolve(undefined)));
      refuse();
      server.voided.push(code);
    },
  };
  const store = passingStore();
  const memory = makeMemory(UUID, store);
  if (claimed) memory.keep({ link: LINK, device: "d".repeat(24) });
  /** @type {{milliseconds: number, pass: () => void}[]} */
  let waits = [];
  /** @type {import("../../../voting/browser/polling.js").Wait} */
  const wait = (milliseconds) => {
    let pass = () => {};
    const done = new Promise((/** @type {(value: void) => void} */ resolve) => (pass = () => resolve()));
    const entry = { milliseconds, pass };
    waits.push(entry);
    const end = () => {
      waits = waits.filter((other) => other !== entry);
      pass();
    };
    return { done, cut: end };
  };
  const clock = { now: 0 };
  /** @type {any} */
  let model;
  const view = {
    show: (/** @type {any} */ _screen, /** @type {any} */ shown) => (model = { ...shown }),
    update: (/** @type {any} */ _screen, /** @type {any} */ shown) => (model = { ...shown }),
    connection: () => {},
  };
  const visit = new Visit({ api, memory, view, drawDevice: () => "e".repeat(24), wait, random: () => 0.5, now: () => clock.now });
  visit.begin();
  await turn();
  /** Let everything pass that waits for so long. @param {(milliseconds: number) => boolean} which */
  const pass = async (which) => {
    const due = waits.filter(({ milliseconds }) => which(milliseconds));
    waits = waits.filter((entry) => !due.includes(entry));
    for (const entry of due) entry.pass();
    await turn();
  };
  return {
    server, visit, memory, store, clock, view, model: () => model,
    minute: () => pass((milliseconds) => milliseconds === COVERED_AFTER),
    poll: () => pass((milliseconds) => milliseconds !== COVERED_AFTER),
  };
}

test("a reload claims nothing again and shows no code by itself", async () => {
  const { visit, memory, server } = await desk();
  assert.equal(visit.screen, "idle");
  assert.deepEqual(memory.kept(), { device: "d".repeat(24) });
  assert.equal(server.drawn, 0);
});

test("taps while an answer is on its way, or just after it came, draw nothing", async () => {
  const { visit, server, clock, model } = await desk();
  server.hold = true;
  const first = visit.next();
  await visit.next();
  await visit.next();
  assert.equal(visit.screen, "drawing");
  server.hold = false;
  for (const answer of server.held.splice(0)) answer();
  await first;
  assert.equal(model().drawn.code, "code 1");
  clock.now = GRACE - 1;
  await visit.next();
  assert.equal(server.drawn, 1);
  clock.now = GRACE;
  await visit.next();
  assert.equal(model().drawn.code, "code 2");
});

test("the old code is forgotten before the next one is asked for", async () => {
  const { visit, server, clock, model } = await desk();
  await visit.next();
  clock.now = GRACE;
  server.hold = true;
  const second = visit.next();
  await turn();
  assert.equal(model().drawn, undefined);
  server.refusal = new Unreachable("away");
  for (const answer of server.held.splice(0)) answer();
  await second;
  assert.equal(visit.screen, "idle");
  assert.equal(model().note, "lost");
});

test("a code that comes after the page was left is shown to nobody", async () => {
  const { visit, server, model } = await desk();
  server.hold = true;
  const drawing = visit.next();
  await turn();
  visit.leave();
  for (const answer of server.held.splice(0)) answer();
  await drawing;
  assert.equal(visit.screen, "idle");
  assert.equal(model().drawn, undefined);
});

test("a code is covered after a minute, unless the page was touched", async () => {
  const { visit, model, minute } = await desk();
  await visit.next();
  visit.touched();
  await turn();
  assert.equal(visit.screen, "showing");
  await minute();
  assert.equal(visit.screen, "covered");
  visit.uncover();
  assert.equal(model().drawn.code, "code 1");
  visit.ask();
  await minute();
  assert.equal(visit.screen, "covered");
  await visit.next();
  assert.equal(model().drawn.code, "code 2");
});

test("each refusal has a screen of its own", async () => {
  for (const [code, screen] of [["unknown-desk", "released"], ["pool-empty", "empty"], ["unknown-session", "missing"]]) {
    const { visit, server, model } = await desk();
    server.refusal = new Answered(400, String(code));
    await visit.next();
    assert.equal(visit.screen, screen);
    assert.equal(model().drawn, undefined);
  }
  const wrong = await desk({ claimed: false });
  assert.equal(wrong.visit.screen, "entering");
  wrong.visit.open("zzzz-zzzz-zzzz");
  await wrong.poll();
  await turn();
  assert.equal(wrong.visit.screen, "unknown");
  wrong.visit.enter();
  wrong.server.refusal = new Answered(409, "link-taken");
  wrong.visit.open(LINK);
  await wrong.poll();
  assert.equal(wrong.visit.screen, "taken");
});

test("the page follows the session, and nothing is kept of it in the end", async () => {
  const { visit, server, poll, store, model } = await desk({ state: "draft", left: 0 });
  assert.equal(visit.screen, "early");
  Object.assign(server, { state: "ready", left: 1 });
  await poll();
  assert.equal(visit.screen, "idle");
  await visit.next();
  await poll();
  assert.equal(visit.screen, "showing", "an empty pool does not take the last code away");
  server.state = "closed";
  await poll();
  assert.equal(visit.screen, "over");
  assert.equal(model().drawn, undefined);
  assert.equal(store.getItem(`voting:desk:${UUID}`), null);
});

test("what became of a code that nobody took is said, also when the answer was lost", async () => {
  for (const [refusal, screen, note] of /** @type {const} */ ([
    [undefined, "idle", "void"],
    [new Answered(409, "code-used"), "idle", "used"],
    [new Answered(403, "void-code"), "idle", "void"],
    [new Unreachable("away"), "showing", "unsure"],
  ])) {
    const { visit, server, model } = await desk();
    await visit.next();
    await visit.untaken();
    assert.deepEqual(server.voided, [], "not without the question");
    visit.ask();
    server.refusal = refusal;
    await visit.untaken();
    assert.deepEqual([visit.screen, model().note], [screen, note]);
    assert.equal(model().drawn?.code, screen === "showing" ? "code 1" : undefined);
  }
});

test("what becomes of the page while a code is being made void stands", async () => {
  for (const [meanwhile, screen] of /** @type {const} */ ([["cover", "covered"], ["leave", "idle"], ["close", "over"], ["release", "released"]])) {
    for (const refusal of [new Unreachable("away"), new Answered(409, "wrong-state"), new Answered(409, "code-used"), undefined]) {
      const { visit, server, model, poll } = await desk();
      await visit.next();
      visit.ask();
      server.holdVoid = true;
      const voiding = visit.untaken();
      if (meanwhile === "cover") visit.cover();
      if (meanwhile === "leave") visit.leave();
      if (meanwhile === "close") server.state = "closed";
      if (meanwhile === "release") server.refusal = new Answered(401, "unknown-desk");
      if (meanwhile === "close" || meanwhile === "release") await poll();
      server.refusal = refusal;
      for (const answer of server.held.splice(0)) answer();
      await voiding;
      await turn();
      const answered = refusal instanceof Answered && refusal.code === "wrong-state" ? "over" : "idle";
      const expected = meanwhile === "cover" && !(refusal instanceof Unreachable) ? answered : screen;
      assert.equal(visit.screen, expected, `${meanwhile}, ${refusal}`);
      assert.equal(model().drawn?.code, visit.screen === "covered" ? "code 1" : undefined);
    }
  }
});

test("a code that comes while the page is out of sight is covered", async () => {
  const { visit, server } = await desk();
  server.hold = true;
  const drawing = visit.next();
  await turn();
  visit.cover();
  assert.equal(visit.screen, "drawing");
  for (const answer of server.held.splice(0)) answer();
  await drawing;
  assert.equal(visit.screen, "covered");
  visit.uncover();
  assert.equal(visit.screen, "showing");
});

test("a page whose device another tab has let go shows no code any more", async () => {
  for (const showing of [false, true]) {
    const { visit, memory, poll, model } = await desk();
    if (showing) await visit.next();
    memory.forget();
    await poll();
    assert.equal(visit.screen, "entering");
    assert.equal(model().drawn, undefined);
  }
});

test("a device that opens its link once more stays the desk", async () => {
  const { visit, memory, poll } = await desk();
  visit.open(LINK);
  assert.deepEqual(memory.kept(), { link: LINK, device: "d".repeat(24) });
  await poll();
  assert.equal(visit.screen, "idle");
});

test("the desk writes no markup from a text, and its logic never touches the page", () => {
  const browser = fileURLToPath(new URL("../../../voting/browser/", import.meta.url));
  const codeOf = (/** @type {string} */ path) => readFileSync(browser + path, "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*|"[^"\n]*"|`[^`]*`/g, "");
  for (const name of [...readdirSync(`${browser}desk`).map((file) => `desk/${file}`), "desk.js"]) {
    assert.doesNotMatch(codeOf(name), /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|\bconsole\b/, name);
    if (name === "desk.js" || name.endsWith("pages.js")) continue;
    assert.doesNotMatch(codeOf(name), /\b(document|window|navigator|location|localStorage|sessionStorage|fetch|Math\.random|Date)\b(?!:)/, name);
  }
});
