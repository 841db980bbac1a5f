/**
 * One attendee's way from the link to a code. The claim says who, and is answered by a signature that the service cannot
 * see; the pass that comes of it says nothing of who, and is shown only once the vote is open, some seconds later. It sees
 * the page only through the `View` that is handed in. docs/adr/0011
 */
import { Answered } from "../api.js";
import { watch } from "../polling.js";
import { parseCode } from "../protocol/codes.js";
import { parseElection } from "../protocol/election.js";
import { blind, checkNamed, drawSecret, signOfKey, unblind } from "../protocol/passes.js";
import { Refusal } from "../protocol/refusals.js";

/**
 * @typedef {"connecting" | "entering" | "early" | "offering" | "claiming" | "waiting" | "mixing" | "leaving" | "taken"
 *   | "unknown" | "empty" | "alarm" | "closed" | "cancelled" | "missing" | "failed"} Screen
 *
 * @typedef {object} Model
 * @property {string | undefined} title
 * @property {string} sign what people compare of the pass key, empty when it is not known
 *
 * @typedef {object} View
 * @property {(screen: Screen, model: Model) => void} show
 * @property {(screen: Screen, model: Model) => void} update
 * @property {(online: boolean) => void} connection
 */

/** The pass is shown so long after the vote was seen open, in milliseconds: at least, and up to so much more. */
export const MIX_AT_LEAST = 2000;
export const MIX_MORE = 6000;

/** @type {Partial<Record<Screen, number>>} */
const WATCHED = { connecting: 1500, early: 2000, offering: 4000, claiming: 1500, waiting: 1500, mixing: 1500 };
/** What comes of a refusal. @type {Record<string, Screen>} */
const REFUSED = {
  "unknown-claim": "unknown",
  "claim-taken": "taken",
  "pool-empty": "empty",
  "unknown-session": "missing",
  "not-open": "waiting",
  closed: "closed",
  cancelled: "cancelled",
};

export class Visit {
  /** @type {Screen} */
  #screen = "connecting";
  /** @type {Model} */
  #model = { title: undefined, sign: "" };
  /** The pass key that the session showed last and the board names, and the election that stands there. */
  #election = { fingerprint: "", key: "" };
  #mixed = false;
  #ports;
  /** @type {ReturnType<typeof watch> | undefined} */
  #watch;

  /**
   * @param {object} ports
   * @param {string} ports.uuid
   * @param {import("./api.js").Api} ports.api
   * @param {import("./memory.js").Memory} ports.memory
   * @param {View} ports.view
   * @param {(code: string) => void} ports.leave goes on to the phone page
   * @param {() => bigint} [ports.draw] a secret scalar
   * @param {import("../polling.js").Wait} ports.wait
   * @param {() => number} ports.random
   */
  constructor(ports) {
    this.#ports = ports;
  }

  /** @returns {Screen} */
  get screen() {
    return this.#screen;
  }

  begin() {
    this.#ports.view.show(this.#screen, this.#model);
    this.#watch = watch(this.#ports, { task: () => this.#tick(), every: () => WATCHED[this.#screen] ?? 5000 });
  }

  hurry() {
    this.#watch?.now();
  }

  /**
   * Open a link that was typed or scanned.
   * @param {string} link
   */
  open(link) {
    // A code that is on its way must arrive first.
    if (this.#screen === "claiming" || this.#screen === "mixing" || this.#screen === "leaving") return;
    this.#ports.memory.keepLink(link);
    this.#mixed = false;
    this.#go("connecting");
    this.hurry();
  }

  /** Type another link. */
  enter() {
    this.#ports.memory.forgetLink();
    this.#go("entering");
  }

  /** Claim. A second tap is none: what was drawn is kept, and sent until it is answered. */
  claim() {
    const { memory, draw } = this.#ports;
    if (this.#screen !== "offering") return;
    try {
      if (memory.claim() === undefined) memory.keep({ ...drawSecret(draw), key: this.#election.key, election: this.#election.fingerprint });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return this.#go("failed");
    }
    this.#go("claiming");
    this.hurry();
  }

  /** Try once more to get the code of a pass that is good. */
  retry() {
    this.#go("connecting");
    this.hurry();
  }

  async #tick() {
    const { api, memory } = this.#ports;
    if (memory.link() === undefined) {
      if (this.#screen === "connecting") this.#go("entering");
      return;
    }
    if (WATCHED[this.#screen] === undefined) return;
    const before = this.#screen;
    try {
      const session = await api.session();
      if (this.#screen !== before) return;
      await this.#take(session);
    } catch (error) {
      if (error instanceof Refusal) return this.#go(error.code === "bad-randomness" ? "failed" : "alarm");
      if (!(error instanceof Answered)) throw error;
      this.#refused(error.code);
    }
  }

  /** @param {import("../api.js").Session & {pass_key?: string | null}} session */
  async #take({ state, title, pass_key: key }) {
    const { memory, uuid, view } = this.#ports;
    const shown = memory.claim()?.key ?? key;
    Object.assign(this.#model, { title: title || undefined, sign: shown ? signOfKey(uuid, shown) : "" });
    view.update(this.#screen, this.#model);
    if (state === "draft") return this.#go("early");
    if (state === "cancelled") return this.#end("cancelled");
    if (state !== "ready" && state !== "open") return this.#end("closed");
    if (!key) return this.#go("empty");
    if (this.#election.key !== key) await this.#readBoard(key);
    const claim = memory.claim();
    if (claim === undefined) return this.#go("offering");
    // A key for this phone alone, put away before people compare, would tell its pass from the others.
    if (claim.key !== key || claim.election !== this.#election.fingerprint) return this.#go("alarm");
    if (claim.signed === undefined) await this.#send(key);
    if (memory.claim()?.signed === undefined) return;
    if (state === "ready") return this.#go("waiting");
    await this.#redeem();
  }

  /**
   * Look up on the board whether it names this pass key. It begins before anybody can claim, and it does not change.
   * @param {string} key
   */
  async #readBoard(key) {
    const { api, uuid } = this.#ports;
    const election = parseElection(await api.election());
    if (election.uuid !== uuid) throw new Refusal("wrong-election", "this is another session's", "uuid");
    checkNamed(election, key);
    this.#election = { fingerprint: election.fingerprint, key };
  }

  /**
   * Send the claim, again until it is answered, and keep the pass that comes of it.
   * @param {string} key
   */
  async #send(key) {
    const { api, memory, uuid } = this.#ports;
    const { token, blinding = "", ...place } = memory.claim() ?? { token: "", key };
    this.#go("claiming");
    try {
      const answer = await api.claim(memory.link() ?? "", blind(uuid, { token, blinding }));
      const signed = unblind(uuid, key, { token, blinding }, answer);
      memory.keep({ ...place, token, signed });
    } catch (error) {
      if (!(error instanceof Answered)) throw error;
      // Another tab of this phone may have drawn at the same moment: then its claim is the one that counts.
      if (error.code === "claim-taken" && memory.claim()?.token !== token) return;
      if (REFUSED[error.code] !== undefined && error.code !== "not-open") memory.forget();
      throw error;
    }
  }

  async #redeem() {
    const { api, memory, wait, random, leave } = this.#ports;
    const claim = memory.claim();
    if (claim?.signed === undefined) return;
    this.#go("mixing");
    if (!claim.redeemed && !this.#mixed) await wait(MIX_AT_LEAST + MIX_MORE * random()).done;
    this.#mixed = true;
    const code = parseCode(String(await api.redeem(claim.token, claim.signed)));
    memory.keep({ ...claim, redeemed: true });
    // Whoever has this tab next is not led to the code without the link.
    memory.forgetLink();
    this.#go("leaving");
    leave(code);
  }

  /** @param {string} code */
  #refused(code) {
    const screen = REFUSED[code] ?? "failed";
    if (screen === "closed" || screen === "cancelled") this.#end(screen);
    else this.#go(screen);
  }

  /**
   * The vote is over: what was kept leads nowhere any more.
   * @param {"closed" | "cancelled"} screen
   */
  #end(screen) {
    this.#ports.memory.forget();
    this.#go(screen);
  }

  /** @param {Screen} screen */
  #go(screen) {
    if (screen === this.#screen) return;
    this.#screen = screen;
    this.#ports.view.show(screen, this.#model);
  }
}
