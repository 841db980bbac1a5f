import assert from "node:assert/strict";
import { test } from "node:test";
import { Answered, Unreachable } from "../../../voting/browser/api.js";
import { WorkerRefusal } from "../../../voting/browser/asking.js";
import { makeMemory } from "../../../voting/browser/phone/memory.js";
import { passingStore } from "../../../voting/browser/stores.js";
import { Visit } from "../../../voting/browser/phone/visit.js";

const UUID = "cyuzb8XAcr1FSj";
const CODE = "aB3dE-fGhJk2-mNpQr-sTuVw9";
const OTHER = "bB3dE-fGhJk2-mNpQr-sTuVw9";
const QUESTIONS = [
  { text: "A", answers: ["high", "low"], min: 1, max: 1, blank: false },
  { text: "B", answers: ["high", "low"], min: 1, max: 1, blank: false },
];
const RECEIPT = { tracker: "tracker-1", height: 1, signature: "s" };

/**
 * A room: a server in a state, a worker, a tab, and a phone page that writes down what it was told to show.
 * @param {any} [change]
 */
function room(change = {}) {
  const store = passingStore();
  const server = {
    state: "open",
    down: false,
    status: "unused",
    genuine: true,
    onBoard: true,
    fingerprint: "phi",
    /** @type {string | undefined} the election under which this phone has claimed its code */
    claimed: undefined,
    /** @returns {Promise<unknown>} */
    events: () => answer("events"),
    encryptions: 0,
    /** @type {string[]} */
    cast: [],
    /** @type {any} */
    answer: RECEIPT,
    ...change,
  };
  /** @template T @param {T} value @returns {Promise<T>} */
  const answer = async (value) => {
    if (server.down) throw new Unreachable();
    return value;
  };
  /** @type {any} */
  const api = {
    session: () => answer({ uuid: UUID, title: "T", state: server.state, ballots: 0, codes: 2, receipt_key: "k", head: "h1", height: 1 }),
    election: () => answer(new Uint8Array()),
    status: () => answer(server.status),
    cast: async (/** @type {string} */ ballot) => {
      await answer(0);
      server.cast.push(ballot);
      if (server.answer instanceof Error) throw server.answer;
      return server.answer;
    },
    result: () => answer({ ballots: 1, rows: [] }),
    events: () => server.events(),
  };
  /** @type {any} */
  const encryptor = {
    prepare: async () => ({ uuid: UUID, questions: QUESTIONS, fingerprint: server.fingerprint }),
    credential: async (/** @type {string} */ code) => `credential of ${code}`,
    encrypt: async (/** @type {string} */ code, /** @type {number[][]} */ choices) => {
      server.encryptions += 1;
      assert.equal(code, CODE);
      const json = `ballot ${server.encryptions} ${JSON.stringify(choices)}`;
      return { json, tracker: "tracker-1", credential: `credential of ${code}` };
    },
    checkReceipt: async () => {
      if (!server.genuine) throw new WorkerRefusal("bad-receipt");
    },
    checkBoard: async () => {
      if (!server.onBoard) throw new WorkerRefusal("ballot-missing");
    },
  };
  const open = () => {
    /** @type {string[]} */
    const shown = [];
    /** @type {boolean[]} */
    const connection = [];
    /** @type {import("../../../voting/browser/phone/visit.js").Model | undefined} */
    let model;
    const seen = (/** @type {any} */ given) => (model = given);
    const memory = makeMemory(UUID, store);
    /** @type {any} */
    const ports = {
      uuid: UUID,
      api,
      encryptor,
      memory,
      claims: {
        under: (/** @type {string} */ fingerprint) => server.claimed === undefined || server.claimed === fingerprint,
        forget: () => void (server.claimed = undefined),
      },
      random: () => 0.5,
      // A visit watches for as long as its page stays; the test run does not wait for that.
      wait: () => ({ done: new Promise((resolve) => void setTimeout(resolve, 1).unref()), cut: () => {} }),
      view: {
        show: (/** @type {string} */ screen, /** @type {any} */ given) => void (shown.push(screen), seen(given)),
        update: (/** @type {string} */ _, /** @type {any} */ given) => void seen(given),
        connection: (/** @type {boolean} */ online) => void connection.push(online),
        encrypting() {},
        retrying() {},
      },
    };
    const visit = new Visit(ports);
    return {
      visit,
      memory,
      shown,
      connection,
      model: () => /** @type {import("../../../voting/browser/phone/visit.js").Model} */ (model),
    };
  };
  return { server, open };
}

/**
 * @param {() => boolean} condition
 */
async function until(condition) {
  for (let tries = 0; tries < 500; tries += 1) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  assert.fail("it did not come about");
}

/** @param {ReturnType<ReturnType<typeof room>["open"]>} phone */
async function fillIn(phone) {
  phone.memory.begin(CODE);
  phone.visit.begin();
  await until(() => phone.visit.screen === "voting");
  phone.visit.pick(0, 0, true);
  phone.visit.pick(1, 1, true);
  phone.visit.review();
  assert.equal(phone.visit.screen, "reviewing");
}

test("a visit ends with a receipt and forgets code and choices", async () => {
  const { server, open } = room();
  const phone = open();
  await fillIn(phone);
  phone.visit.cast();
  await until(() => phone.visit.screen === "voted");
  assert.deepEqual(server.cast, ["ballot 1 [[1,0],[0,1]]"]);
  assert.equal(phone.memory.code(), undefined);
  assert.equal(phone.memory.choices(), undefined);
  assert.equal(phone.memory.ballot(), undefined);
  assert.equal(phone.memory.receipt()?.genuine, true);
  assert.deepEqual(phone.model().lines, []);
  phone.visit.forget();
  assert.equal(phone.memory.receipt(), undefined);
});

test("a double tap makes one ballot", async () => {
  const { server, open } = room();
  const phone = open();
  await fillIn(phone);
  phone.visit.cast();
  phone.visit.cast();
  await until(() => phone.visit.screen === "voted");
  assert.equal(server.encryptions, 1);
  assert.equal(server.cast.length, 1);
});

test("a reload in the sending state sends the same ballot on", async () => {
  const { server, open } = room();
  const phone = open();
  await fillIn(phone);
  server.down = true;
  phone.visit.cast();
  await until(() => phone.memory.ballot() !== undefined);
  const kept = phone.memory.ballot()?.json;
  const again = open();
  again.visit.begin();
  assert.equal(again.visit.screen, "sending");
  server.down = false;
  await until(() => again.visit.screen === "voted");
  assert.equal(server.encryptions, 1);
  assert.deepEqual([...new Set(server.cast)], [kept]);
});

test("choices survive a reload until the ballot is cast", async () => {
  const { open } = room();
  await fillIn(open());
  const again = open();
  again.visit.begin();
  await until(() => again.visit.screen === "voting");
  assert.deepEqual(again.model().lines, [[0], [1]]);
});

test("another code in the same tab begins with an empty sheet", async () => {
  const { open } = room();
  const phone = open();
  await fillIn(phone);
  phone.memory.begin(OTHER);
  assert.equal(phone.memory.choices(), undefined);
});

test("another slip, or one that cannot be read, waits for the ballot on its way and is told so", async () => {
  for (const slip of [OTHER, undefined]) {
    const { server, open } = room();
    const phone = open();
    await fillIn(phone);
    server.down = true;
    phone.visit.cast();
    await until(() => phone.memory.ballot() !== undefined);
    const kept = phone.memory.ballot()?.json;
    const again = open();
    again.memory.begin(slip);
    again.visit.begin();
    assert.equal(again.visit.screen, "sending");
    assert.equal(again.model().deferred, true);
    server.down = false;
    await until(() => again.visit.screen === "voted");
    assert.deepEqual([...new Set(server.cast)], [kept]);
    // What stands there is still not of the slip that was opened last.
    assert.equal(again.model().deferred, true);
    again.visit.enter(OTHER);
    await until(() => again.visit.screen === "voting");
    assert.equal(again.model().deferred, false);
    assert.equal(again.memory.deferred(), false);
    assert.equal(again.memory.receipt(), undefined);
  }
});

test("another slip that is scanned while the ballot is made or sent changes nothing of it", async () => {
  const { server, open } = room();
  const phone = open();
  await fillIn(phone);
  phone.visit.cast();
  phone.visit.enter(CODE);
  assert.equal(phone.model().deferred, false);
  phone.visit.enter(OTHER);
  assert.equal(phone.model().deferred, true);
  assert.equal(phone.memory.deferred(), true);
  assert.equal(phone.memory.code(), CODE);
  await until(() => phone.visit.screen === "voted");
  assert.deepEqual(server.cast, ["ballot 1 [[1,0],[0,1]]"]);
  assert.equal(phone.memory.receipt()?.credential, `credential of ${CODE}`);
});

test("the own slip shows its receipt again in the same tab, and another slip does not", async () => {
  for (const state of ["open", "closed", "published"]) {
    const { server, open } = room();
    const phone = open();
    await fillIn(phone);
    phone.visit.cast();
    await until(() => phone.visit.screen === "voted");
    Object.assign(server, { state, status: "used" });
    const again = open();
    again.memory.begin(CODE);
    again.visit.begin();
    await until(() => again.visit.screen === "voted");
    assert.equal(again.model().receipt?.tracker, "tracker-1");
    assert.equal(again.memory.code(), undefined);
    const other = open();
    other.memory.begin(OTHER);
    other.visit.begin();
    await until(() => other.visit.screen === (state === "open" ? "used" : "closed"));
    assert.equal(other.shown.includes("voted"), false);
    assert.equal(other.memory.receipt(), undefined);
  }
});

test("the waiting screen goes on by itself", async () => {
  const { server, open } = room({ state: "ready" });
  const phone = open();
  phone.memory.begin(CODE);
  phone.visit.begin();
  await until(() => phone.visit.screen === "waiting");
  server.state = "open";
  await until(() => phone.visit.screen === "voting");
});

test("a session in preparation looks the code up once the list is final", async () => {
  const { server, open } = room({ state: "draft", status: "void" });
  const phone = open();
  phone.memory.begin(CODE);
  phone.visit.begin();
  await until(() => phone.visit.screen === "unready");
  server.state = "ready";
  await until(() => phone.visit.screen === "void");
});

test("a close while the sheet is filled in wipes it and says so", async () => {
  const { server, open } = room();
  const phone = open();
  await fillIn(phone);
  server.state = "closed";
  await until(() => phone.visit.screen === "closed");
  assert.equal(phone.memory.code(), undefined);
  assert.equal(phone.memory.choices(), undefined);
  phone.visit.cast();
  assert.equal(server.encryptions, 0);
});

test("a lost connection is told, and its end too", async () => {
  const { server, open } = room({ down: true });
  const phone = open();
  phone.memory.begin(CODE);
  phone.visit.begin();
  await until(() => phone.connection.includes(false));
  server.down = false;
  await until(() => phone.visit.screen === "voting" && phone.connection.at(-1) === true);
});

test("a used code is told when the page loads and when the ballot is cast", async () => {
  const early = room({ status: "used" }).open();
  early.memory.begin(CODE);
  early.visit.begin();
  await until(() => early.visit.screen === "used");
  const { open } = room({ answer: new Answered(409, "code-used") });
  const phone = open();
  await fillIn(phone);
  phone.visit.cast();
  await until(() => phone.visit.screen === "used");
  assert.equal(phone.memory.code(), undefined);
  assert.equal(phone.memory.ballot(), undefined);
});

test("a session that was cancelled while the ballot was on its way is told as that", async () => {
  const { open } = room({ answer: new Answered(410, "cancelled") });
  const phone = open();
  await fillIn(phone);
  phone.visit.cast();
  await until(() => phone.visit.screen === "cancelled");
  assert.equal(phone.memory.ballot(), undefined);
});

test("a ballot that the server cannot read keeps code and choices for another try", async () => {
  const { open } = room({ answer: new Answered(400, "malformed-ballot") });
  const phone = open();
  await fillIn(phone);
  phone.visit.cast();
  await until(() => phone.visit.screen === "failed");
  assert.equal(phone.memory.ballot(), undefined);
  const again = open();
  again.visit.begin();
  await until(() => again.visit.screen === "voting");
  assert.deepEqual(again.model().lines, [[0], [1]]);
});

test("a receipt for another ballot, or one that is not signed, raises the alarm", async () => {
  for (const change of [{ answer: { ...RECEIPT, tracker: "tracker-2" } }, { genuine: false }, { answer: "thanks" }]) {
    const phone = room(change).open();
    await fillIn(phone);
    phone.visit.cast();
    await until(() => phone.visit.screen === "voted");
    assert.equal(phone.model().receipt?.genuine, false);
    assert.equal(phone.model().receipt?.tracker, "tracker-1");
  }
});

test("the phone looks for its ballot on the board and fetches the result", async () => {
  const { server, open } = room();
  const phone = open();
  await fillIn(phone);
  phone.visit.cast();
  await until(() => phone.visit.screen === "voted");
  server.state = "closed";
  await until(() => phone.model().board === "holds");
  assert.equal(phone.model().result, undefined);
  server.state = "published";
  await until(() => phone.model().result !== undefined);
});

test("a ballot that is missing from the board raises the alarm", async () => {
  const { server, open } = room({ onBoard: false });
  const phone = open();
  await fillIn(phone);
  phone.visit.cast();
  await until(() => phone.visit.screen === "voted");
  server.state = "published";
  await until(() => phone.model().board === "alarm");
});

test("a ballot that vanishes between the close and the publishing raises the alarm", async () => {
  const { server, open } = room();
  const phone = open();
  await fillIn(phone);
  phone.visit.cast();
  await until(() => phone.visit.screen === "voted");
  server.state = "closed";
  await until(() => phone.model().board === "holds");
  server.onBoard = false;
  server.state = "published";
  await until(() => phone.model().board === "alarm");
});

test("what is found about a receipt is not said of the slip that came after it", async () => {
  const { server, open } = room();
  const phone = open();
  await fillIn(phone);
  phone.visit.cast();
  await until(() => phone.visit.screen === "voted");
  let answer = (/** @type {string} */ _) => {};
  let asked = false;
  server.events = () => {
    asked = true;
    return new Promise((resolve) => (answer = resolve));
  };
  server.state = "closed";
  await until(() => asked);
  phone.visit.forget();
  server.onBoard = false;
  answer("events");
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(phone.model().board, "pending");
});

test("whoever goes away from a device that is lent is forgotten, wherever they stopped", async () => {
  for (const stop of ["voting", "reviewing"]) {
    const { open } = room();
    const phone = open();
    await fillIn(phone);
    if (stop === "voting") phone.visit.change();
    assert.equal(phone.visit.screen, stop);
    phone.visit.forget();
    assert.equal(phone.visit.screen, "entering");
    assert.deepEqual([phone.memory.code(), phone.memory.choices(), phone.model().lines], [undefined, undefined, []]);
  }
});

test("under another election than that of its claim a phone makes no ballot", async () => {
  const { server, open } = room({ claimed: "psi" });
  const phone = open();
  phone.memory.begin(CODE);
  phone.visit.begin();
  await until(() => phone.visit.screen === "alarm");
  phone.visit.pick(0, 0, true);
  phone.visit.cast();
  assert.deepEqual(server.cast, []);
  assert.equal(phone.memory.code(), CODE);
});

for (const state of ["closed", "counted", "published", "cancelled"]) {
  test(`what a phone keeps of claims ends when the session is ${state}, and not before`, async () => {
    const { server, open } = room({ claimed: "phi" });
    const phone = open();
    await fillIn(phone);
    assert.equal(server.claimed, "phi");
    server.state = state;
    phone.visit.hurry();
    await until(() => phone.visit.screen === (state === "cancelled" ? "cancelled" : "closed"));
    assert.equal(server.claimed, undefined);
  });
}

test("a phone that comes back for the result forgets its claims too", async () => {
  const { server, open } = room({ claimed: "phi", state: "published" });
  const phone = open();
  phone.memory.keepReceipt({ ...RECEIPT, genuine: true });
  phone.visit.begin();
  await until(() => phone.model()?.result !== undefined);
  assert.equal(server.claimed, undefined);
});
