/**
 * A room of tellers for the tests of their page: a service that relays and checks nothing, real desks, and pages that
 * write down what they were told to show.
 */
import assert from "node:assert/strict";
import { Answered, Unreachable } from "../../../voting/browser/api.js";
import { passingStore } from "../../../voting/browser/stores.js";
import { Refusal } from "../../../voting/browser/protocol/refusals.js";
import { keepLink } from "../../../voting/browser/teller/arrival.js";
import { makeCalculator } from "../../../voting/browser/teller/calculator.js";
import { makeMemory } from "../../../voting/browser/teller/memory.js";
import { createService } from "../../../voting/browser/teller/service.js";
import { Visit } from "../../../voting/browser/teller/visit.js";
import { Relay, UUID } from "./meeting.js";

export const NAMES = ["An", "Bình", "Chi"];
/** The link of a teller. @param {number} index */
export const linkOf = (index) => `aaaa-bbbb-ccc${index}`;

/** The pages of a room that another one has followed stand still. */
let rooms = 0;

/** @param {number} size @param {number} threshold */
export function room(size = 3, threshold = 2) {
  const number = ++rooms;
  const relay = new Relay(NAMES.slice(0, size), threshold);
  const links = new Map(NAMES.slice(0, size).map((_, i) => [linkOf(i + 1), i + 1]));
  /** @type {Map<string, number>} */
  const devices = new Map();
  const server = {
    relay, links, devices,
    state: "draft",
    down: false,
    /** @type {any} */
    fault: null,
    /** Whether the ballots are added up after the close. */
    tallied: true,
    /** @type {Map<number, string>} other names in the places of the first tellers */
    names: new Map(),
    /** @type {Map<string, () => void>} what happens while the next view of a device is on its way */
    meanwhile: new Map(),
    /** @type {any} what the view says instead of the truth */
    changes: {},
    /** @type {string[]} */
    heard: [],
    /** @type {Map<number, string>} */
    decryptions: new Map(),
    /** @type {any} */
    summary: { ballots: 7, head: "a".repeat(64), fingerprint: "", tally: "tally-1", setup: "s".repeat(64) },
    /** @type {any} what the beginning of the board says, beside the summary's fingerprint */
    board: { setup: "s".repeat(64), size, threshold },
    /** Beginnings of the board that were asked for. */
    looks: 0,
    /** @type {Refusal | undefined} */
    broken: undefined,
    /** @type {string | undefined} code that the next message is refused with */
    refuse: undefined,
  };

  /** @template T @param {T} value @returns {Promise<T>} */
  const answer = async (value) => {
    await new Promise((resolve) => setImmediate(resolve));
    if (server.down) throw new Unreachable();
    return value;
  };
  /** @param {string} device */
  const indexOf = async (device) => {
    await answer(0);
    const index = devices.get(device);
    if (index === undefined) throw new Answered(401, "unknown-device");
    return index;
  };
  const refused = () => {
    const code = server.refuse;
    server.refuse = undefined;
    if (code) throw new Answered(code === "bad-message" ? 400 : 409, code);
  };

  /** @param {number} index */
  const viewOf = (index) => {
    const tellers = NAMES.slice(0, size).map((name, i) => ({ name: server.names.get(i + 1) ?? name, role: "member", joined: true, steps: 0, decrypted: server.decryptions.has(i + 1) }));
    const { name } = /** @type {{name: string}} */ (tellers[index - 1]);
    return { title: "T", language: "vi", state: server.state, name, role: "member", tellers, ...relay.view(index, server.changes), fault: server.fault, tallied: server.tallied };
  };

  /** @type {any} */
  const api = {
    session: () => answer({ uuid: UUID, title: "T", state: server.state }),
    claim: async (/** @type {string} */ link, /** @type {string} */ device) => {
      await answer(0);
      const index = links.get(link);
      if (index === undefined) throw new Answered(403, "unknown-link");
      if (devices.get(device) === index) return index;
      if ([...devices.values()].includes(index)) throw new Answered(409, "link-taken");
      devices.set(device, index);
      return index;
    },
    view: async (/** @type {string} */ device) => {
      try {
        return viewOf(await indexOf(device));
      } finally {
        server.meanwhile.get(device)?.();
        server.meanwhile.delete(device);
      }
    },
    post: async (/** @type {string} */ device, /** @type {import("./meeting.js").Step} */ step, /** @type {number} */ round, /** @type {string} */ body) => {
      const index = await indexOf(device);
      refused();
      server.heard.push(`${index} ${step} ${round}`);
      const at = relay.messages[step];
      if (at[index - 1] !== undefined && at[index - 1] !== body) throw new Answered(409, "changed-meanwhile");
      at[index - 1] = body;
      return {};
    },
    accuse: async (/** @type {string} */ device, /** @type {number} */ _, /** @type {number} */ against) => {
      const by = await indexOf(device);
      server.fault ??= { step: "reveal", against, by, reason: "bad share" };
      return {};
    },
    archive: () => answer(new Uint8Array(8)),
    beginning: async () => {
      server.looks += 1;
      if (server.board === "unreachable") throw new Unreachable();
      return answer(server.board === null ? null : new Uint8Array(8));
    },
    decryption: async (/** @type {string} */ device, /** @type {string} */ body) => {
      const index = await indexOf(device);
      refused();
      server.decryptions.set(index, body);
      return { present: server.decryptions.size, needed: threshold };
    },
  };

  /** A device of its own: what it keeps outlives its pages. */
  function device() {
    const [lasting, tab] = [passingStore(), passingStore()];
    return {
      /** @param {number} [link] index of the teller whose link is opened */
      open(link) {
        const memory = makeMemory(UUID, lasting, tab);
        if (link !== undefined) keepLink(memory, linkOf(link), () => `device${Math.random()}`);
        return page(memory);
      },
    };
  }

  /** @param {import("../../../voting/browser/teller/memory.js").Memory} memory */
  function page(memory) {
    /** @type {string[]} */
    const shown = [];
    /** @type {any} */
    let model;
    /** @type {any} */
    const port = { onmessage: null, onerror: null };
    const verifier = {
      verify: async () => {
        if (server.broken) throw server.broken;
        return server.summary;
      },
      inspect: async (/** @type {unknown} */ _, /** @type {unknown} */ __, /** @type {string | null} */ key) => {
        if (server.board instanceof Refusal) throw server.board;
        return { fingerprint: server.summary.fingerprint, own: key === null ? null : relay.seeds.includes(key), ...server.board };
      },
      decrypt: (/** @type {string} */ key) => {
        if (!relay.seeds.includes(key)) throw new Refusal("bad-envelope", "no key of this teller", "box");
        return `decryption by ${key} of ${server.summary.tally}`;
      },
    };
    const handle = createService((reply) => setImmediate(() => port.onmessage({ data: reply })), verifier);
    port.postMessage = (/** @type {any} */ request) => void handle(structuredClone(request));
    const visit = new Visit({
      uuid: UUID,
      api,
      calculator: makeCalculator(() => port),
      memory,
      lasting: true,
      exclusively: (act) => act(),
      drawDevice: () => `device${Math.random()}`,
      random: () => 0.5,
      wait: () => ({ done: new Promise((resolve) => void (number === rooms && setTimeout(resolve, 1).unref())), cut: () => {} }),
      view: {
        show: (screen, given) => void (shown.push(screen), (model = given)),
        update: (_, given) => void (model = given),
        connection() {},
        verifying() {},
      },
    });
    visit.begin();
    return { visit, memory, shown, model: () => /** @type {import("../../../voting/browser/teller/visit.js").Model} */ (model) };
  }

  /**
   * Bring a teller up to a saved key.
   * @param {number} index
   */
  async function joined(index) {
    const phone = device();
    const opened = phone.open(index);
    await until(() => opened.visit.screen === "intro");
    await opened.visit.make();
    assert.equal(opened.visit.screen, "saving");
    const { key } = opened.model();
    /** @type {string[]} */ (/** @type {unknown} */ (relay.seeds))[index - 1] = key;
    opened.visit.confirmSaved();
    return { phone, key, ...opened };
  }

  /** Bring all tellers to the agreed key. */
  async function agreed() {
    const tellers = await Promise.all(NAMES.slice(0, size).map((_, i) => joined(i + 1)));
    for (const { visit } of tellers) await until(() => visit.screen === "agreed");
    server.summary.fingerprint = tellers[0]?.model().fingerprint;
    return /** @type {[typeof tellers[0], typeof tellers[0], typeof tellers[0]]} */ (tellers);
  }

  return { server, device, joined, agreed };
}

/** @param {() => boolean} condition */
export async function until(condition) {
  for (let tries = 0; tries < 3000; tries += 1) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  assert.fail("it did not come about");
}

/**
 * The chair begins a round.
 * @param {ReturnType<typeof room>["server"]} server
 * @param {number} round
 */
export function begin(server, round) {
  server.relay.messages = { certificate: [], commitment: [], reveal: [], key: [] };
  server.relay.round = round;
  server.fault = null;
}
