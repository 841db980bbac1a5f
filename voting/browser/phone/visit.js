/**
 * One attendee's visit from the code to the receipt: what is asked of the server and of the worker, when, and what is
 * kept or forgotten. It sees the page only through the `View` that is handed in.
 */
import { Answered } from "../api.js";
import { poll, watch } from "../polling.js";
import { WorkerRefusal } from "../asking.js";
import { eventOf, FINAL, isOver, step, WATCHED } from "./flow.js";
import { clear, missing, pick, restoreLines, toChoices } from "./lines.js";
import { readReceipt } from "./receipt.js";
import { send } from "./sending.js";

/**
 * @typedef {import("./flow.js").Screen} Screen
 * @typedef {import("./flow.js").Event} Event
 * @typedef {import("./lines.js").Lines} Lines
 * @typedef {import("./memory.js").Receipt} Receipt
 * @typedef {import("../api.js").Session} Session
 *
 * @typedef {object} Model everything a screen may show
 * @property {string} uuid
 * @property {Session | undefined} session
 * @property {readonly import("../protocol/election.js").Question[]} questions
 * @property {Lines} lines
 * @property {Receipt | undefined} receipt
 * @property {boolean} deferred whether another slip waits for the ballot that this is about
 * @property {"pending" | "holds" | "alarm"} board whether the ballot was found on the board
 * @property {import("../api.js").Result | undefined} result
 *
 * @typedef {object} View
 * @property {(screen: Screen, model: Model) => void} show a screen for the first time
 * @property {(screen: Screen, model: Model) => void} update the screen that is shown
 * @property {(online: boolean) => void} connection
 * @property {(done: number, total: number) => void} encrypting
 * @property {(failures: number) => void} retrying
 */

/** A refusal of this page's own. */
const OTHER_ELECTION = "other-election";

export class Visit {
  /** @type {Screen} */
  #screen = "connecting";
  #prepared = false;
  #checkedWithResult = false;
  #cutRetry = () => {};
  /** @type {ReturnType<typeof watch> | undefined} */
  #watch;
  /** @type {Model} */
  #model;
  #ports;

  /**
   * @param {object} ports
   * @param {string} ports.uuid
   * @param {import("../api.js").Api} ports.api
   * @param {import("./encryptor.js").Encryptor} ports.encryptor
   * @param {import("./memory.js").Memory} ports.memory
   * @param {object} ports.claims what this browser keeps of codes that were claimed with a personal link
   * @param {(fingerprint: string) => boolean} ports.claims.under whether all of them were claimed under this election
   * @param {() => void} ports.claims.forget
   * @param {View} ports.view
   * @param {import("../polling.js").Wait} ports.wait
   * @param {() => number} ports.random
   */
  constructor(ports) {
    this.#ports = ports;
    this.#model = {
      uuid: ports.uuid,
      session: undefined,
      questions: [],
      lines: [],
      receipt: undefined,
      deferred: false,
      board: "pending",
      result: undefined,
    };
  }

  /** @returns {Screen} */
  get screen() {
    return this.#screen;
  }

  /** Go on where this tab stands: with its ballot on the way, its code, its receipt, or none of them. */
  begin() {
    const { memory, view } = this.#ports;
    this.#model.deferred = memory.deferred();
    view.show(this.#screen, this.#model);
    if (memory.ballot()) this.#take("kept-ballot");
    else if (!memory.code() && !this.#showReceipt()) this.#take("no-code");
    this.#watch = watch(this.#ports, {
      task: () => this.#tick(),
      every: () => WATCHED[this.#screen] ?? 5000,
      empty: () => this.#screen === "connecting",
    });
    if (this.#screen === "sending") void this.#sendKept();
  }

  /** Try again at once: the attendee asked for it, the network came back, or the page is looked at again. */
  hurry() {
    this.#watch?.now();
    this.#cutRetry();
  }

  /**
   * Use a code that was typed or scanned.
   * @param {string} code as `parseCode` gives it
   */
  enter(code) {
    const { memory, view } = this.#ports;
    // A ballot that is on its way must arrive first; nothing on the slip is lost by waiting.
    if (this.#screen === "sending") {
      if (memory.code() === code) return;
      memory.defer();
      this.#model.deferred = true;
      return view.update(this.#screen, this.#model);
    }
    memory.begin(code);
    this.#reset();
    this.#take("code");
    this.#watch?.now();
  }

  /** Clear this phone for another code. */
  forget() {
    if (this.#screen === "sending") return;
    this.#ports.memory.forgetAll();
    this.#reset();
    this.#take("no-code");
  }

  /**
   * @param {number} line
   * @param {number} answer
   * @param {boolean} on
   */
  pick(line, answer, on) {
    if (this.#screen === "voting") this.#keep(pick(this.#model.questions, this.#model.lines, line, answer, on));
  }

  /** @param {number} line */
  clear(line) {
    if (this.#screen === "voting") this.#keep(clear(this.#model.lines, line));
  }

  /** Show what was chosen. Does nothing while a line is missing that must be filled in. */
  review() {
    if (missing(this.#model.questions, this.#model.lines).length === 0) this.#take("review");
  }

  change() {
    this.#take("change");
  }

  /** Encrypt and send. Only the first call does something: the screen it leaves is the only way in. */
  cast() {
    if (this.#screen !== "reviewing") return;
    this.#take("cast");
    void this.#encryptAndSend();
  }

  /**
   * @param {Event} event
   * @returns {boolean} whether the screen changed
   */
  #take(event) {
    const next = step(this.#screen, event);
    if (next === this.#screen) return false;
    this.#screen = next;
    if (FINAL.has(next)) this.#ports.memory.forgetSecrets();
    if (FINAL.has(next) || next === "sending") this.#model.lines = [];
    this.#ports.view.show(next, this.#model);
    return true;
  }

  /** @returns {boolean} whether this tab holds one */
  #showReceipt() {
    this.#model.receipt = this.#ports.memory.receipt();
    return this.#model.receipt !== undefined && this.#take("kept-receipt");
  }

  #reset() {
    this.#checkedWithResult = false;
    Object.assign(this.#model, { lines: [], receipt: undefined, deferred: false, board: "pending", result: undefined });
  }

  /** @param {Lines} lines */
  #keep(lines) {
    this.#model.lines = lines;
    this.#ports.memory.keepChoices(lines.map((line) => [...line]));
    this.#ports.view.update(this.#screen, this.#model);
  }

  async #tick() {
    if (WATCHED[this.#screen] === undefined || this.#model.result !== undefined) return;
    const before = this.#screen;
    let session;
    try {
      session = await this.#ports.api.session();
    } catch (error) {
      if (!(error instanceof Answered)) throw error;
      this.#take("missing");
      return;
    }
    if (this.#screen !== before) return;
    this.#model.session = session;
    if (isOver(session.state)) this.#ports.claims.forget();
    if (before === "voted") return this.#follow(session);
    if (before === "connecting") return this.#connect(session);
    if (!this.#take(eventOf(session.state))) this.#ports.view.update(this.#screen, this.#model);
    // The code can be looked up now: no need to wait for the next turn.
    if (this.#screen === "connecting") return this.#connect(session);
  }

  /**
   * Find out what the code can do here, and read the sheet.
   * @param {Session} session
   */
  async #connect(session) {
    const event = eventOf(session.state);
    const { api, encryptor, memory } = this.#ports;
    const begun = event === "ready" || event === "open";
    const receipt = memory.receipt();
    if (!begun && !receipt) return void this.#take(event);
    const code = memory.code();
    if (code === undefined) return void this.#take("no-code");
    try {
      await this.#prepare();
      const credential = await encryptor.credential(code);
      if (this.#screen !== "connecting" || memory.code() !== code) return;
      if (receipt?.credential === credential) return void this.#showReceipt();
      memory.forgetReceipt();
      if (!begun) return void this.#take(event);
      const status = await api.status(credential);
      if (this.#screen !== "connecting" || memory.code() !== code) return;
      if (status !== "unused") return void this.#take(status);
    } catch (error) {
      if (!(error instanceof WorkerRefusal) && !(error instanceof Answered)) throw error;
      return void this.#take(error.code === OTHER_ELECTION ? "alarm" : "failed");
    }
    this.#model.lines = restoreLines(this.#model.questions, memory.choices());
    this.#take(event);
  }

  async #prepare() {
    if (this.#prepared) return;
    const { uuid, questions, fingerprint } = await this.#ports.encryptor.prepare(await this.#ports.api.election());
    if (uuid !== this.#ports.uuid) throw new WorkerRefusal("wrong-election");
    // An election for this phone alone could have named a pass key for it alone (docs/adr/0011).
    if (!this.#ports.claims.under(fingerprint)) throw new WorkerRefusal(OTHER_ELECTION);
    this.#model.questions = questions;
    this.#prepared = true;
  }

  async #encryptAndSend() {
    const { encryptor, memory, view } = this.#ports;
    const code = memory.code();
    const lines = restoreLines(this.#model.questions, memory.choices());
    try {
      if (code === undefined || missing(this.#model.questions, lines).length > 0) throw new WorkerRefusal("internal");
      const choices = toChoices(this.#model.questions, lines);
      const { json, tracker, credential } = await encryptor.encrypt(code, choices, view.encrypting);
      memory.keepBallot({ json, tracker, credential });
    } catch {
      this.#take("failed");
      return;
    }
    await this.#sendKept();
  }

  async #sendKept() {
    const { api, memory, view, wait, random } = this.#ports;
    const ballot = memory.ballot();
    if (ballot === undefined) return void this.#take("failed");
    const outcome = await send({
      ballot: ballot.json,
      api,
      wait,
      random,
      onFailure: view.retrying,
      onPause: (cut) => (this.#cutRetry = cut),
    });
    if ("refused" in outcome) {
      memory.forgetBallot();
      this.#take(outcome.refused);
      return;
    }
    const receipt = { ...(await this.#checkReceipt(outcome.receipt, ballot.tracker)), credential: ballot.credential };
    memory.keepReceipt(receipt);
    this.#model.receipt = receipt;
    this.#take("receipt");
    this.#watch?.now();
  }

  /**
   * Check what the server answered against the tracker that this phone computed and the server's receipt key.
   * @param {unknown} answer
   * @param {string} tracker
   * @returns {Promise<Receipt>}
   */
  async #checkReceipt(answer, tracker) {
    const { api, encryptor, wait, random } = this.#ports;
    const read = readReceipt(answer);
    /** @type {Receipt} */
    const receipt = { tracker, height: read?.height ?? 0, signature: read?.signature ?? "", genuine: false };
    if (read === undefined || read.tracker !== tracker) return receipt;
    // The ballot is recorded already: however long the key takes to come, the receipt is not shown unchecked.
    await poll({
      task: async () => {
        try {
          const session = await api.session();
          this.#model.session = session;
          await this.#prepare();
          await encryptor.checkReceipt(read, session.receipt_key ?? "");
          receipt.genuine = true;
          if (typeof session.head === "string" && typeof session.height === "number") {
            Object.assign(receipt, { head: session.head, seen: session.height });
          }
        } catch (error) {
          if (!(error instanceof WorkerRefusal) && !(error instanceof Answered)) throw error;
        }
        return false;
      },
      every: () => 1500,
      wait,
      random,
    }).done;
    return receipt;
  }

  /**
   * After the receipt: look for the ballot on the board once it is complete, and fetch the result once it is public.
   * @param {Session} session
   */
  async #follow(session) {
    const { api, encryptor, view } = this.#ports;
    const { receipt } = this.#model;
    if (receipt === undefined) return;
    const complete = ["closed", "counted", "published"].includes(session.state);
    // Once when the board is complete, and once more with the result that stands behind it.
    const published = session.state === "published";
    const due = this.#model.board === "pending" || (this.#model.board === "holds" && published && !this.#checkedWithResult);
    if (complete && due) {
      const { tracker, height, head, seen } = receipt;
      const known = head !== undefined && seen !== undefined ? { head, seen } : {};
      const events = await api.events();
      /** @type {Model["board"]} */
      let found = "holds";
      try {
        await encryptor.checkBoard({ events, tracker, height, ...known });
      } catch (error) {
        if (!(error instanceof WorkerRefusal)) throw error;
        found = "alarm";
      }
      // What was found is said of this receipt alone, and another slip may be in use by now.
      if (this.#model.receipt !== receipt) return;
      this.#model.board = found;
      this.#checkedWithResult ||= found === "holds" && published;
    }
    if (published) {
      const result = await api.result();
      if (this.#model.receipt !== receipt) return;
      this.#model.result ??= result;
    }
    if (this.#screen === "voted") view.update("voted", this.#model);
  }
}
