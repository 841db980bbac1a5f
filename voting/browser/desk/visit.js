/**
 * The desk at work: one code at a time, each shown once. A code is in this object and on the page, and nowhere else; it
 * is forgotten before the next one is asked for. It sees the page only through the `View` that is handed in.
 */
import { Answered } from "../api.js";
import { watch } from "../polling.js";

/**
 * @typedef {"connecting" | "entering" | "taken" | "unknown" | "released" | "missing" | "early" | "idle" | "drawing" | "showing"
 *   | "covered" | "asking" | "empty" | "over"} Screen
 *
 * @typedef {object} Model
 * @property {import("./api.js").Drawn | undefined} drawn the code that is shown, or covered
 * @property {number | undefined} left
 * @property {"" | "lost" | "void" | "used" | "unsure"} note what came of the last tap
 *
 * @typedef {object} View
 * @property {(screen: Screen, model: Model) => void} show
 * @property {(screen: Screen, model: Model) => void} update
 * @property {(online: boolean) => void} connection
 */

/** A code is covered after so long without a touch, in milliseconds. */
export const COVERED_AFTER = 60000;
/** So long after a code came, a tap does not ask for another: the second half of a double tap would skip it. */
export const GRACE = 1200;
const EVERY = 4000;

/** @type {readonly Screen[]} */
const WITH_CODE = ["showing", "covered", "asking"];
/** @type {readonly Screen[]} */
const BEFORE = ["connecting", "early", "idle", "empty"];
/** What comes of a refusal. @type {Record<string, Screen>} */
const REFUSED = { "unknown-desk": "released", "pool-empty": "empty", "unknown-session": "missing", "link-taken": "taken" };

export class Visit {
  /** @type {Screen} */
  #screen = "connecting";
  /** @type {Model} */
  #model = { drawn: undefined, left: undefined, note: "" };
  #busy = false;
  /** The page went out of sight while a code was on its way. */
  #unseen = false;
  #cameAt = -GRACE;
  #idling = { cut: () => {} };
  #ports;
  /** @type {ReturnType<typeof watch> | undefined} */
  #watch;

  /**
   * @param {object} ports
   * @param {import("./api.js").Api} ports.api
   * @param {import("./memory.js").Memory} ports.memory
   * @param {View} ports.view
   * @param {() => string} ports.drawDevice
   * @param {import("../polling.js").Wait} ports.wait
   * @param {() => number} ports.random
   * @param {() => number} ports.now in milliseconds, of any beginning
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
    this.#watch = watch(this.#ports, { task: () => this.#tick(), every: () => EVERY });
  }

  hurry() {
    this.#watch?.now();
  }

  /**
   * Open a link that was typed or scanned. The one that this device has opened before knows it by the secret it had then.
   * @param {string} link
   */
  open(link) {
    this.#ports.memory.keep({ link, device: this.#ports.memory.kept()?.device ?? this.#ports.drawDevice() });
    this.#go("connecting");
    this.hurry();
  }

  /** Type another link. */
  enter() {
    this.#ports.memory.forget();
    this.#go("entering");
  }

  /** Draw the next code; the one that is shown is forgotten first. */
  async next() {
    const device = this.#ports.memory.kept()?.device;
    if (this.#busy || device === undefined || ![...WITH_CODE, "idle"].includes(this.#screen)) return;
    if (this.#screen !== "covered" && this.#ports.now() - this.#cameAt < GRACE) return;
    await this.#alone(async () => {
      this.#model.note = "";
      this.#unseen = false;
      this.#go("drawing");
      try {
        const drawn = await this.#ports.api.next(device);
        // The page may have been left for good meanwhile, or the vote closed.
        if (this.#screen !== "drawing") return;
        Object.assign(this.#model, { drawn, left: drawn.left });
        this.#cameAt = this.#ports.now();
        this.#go(this.#unseen ? "covered" : "showing");
      } catch (error) {
        this.#refused(error, "lost");
      }
    });
  }

  /** Cover the code: nobody has touched the page for a while, or it is out of sight. */
  cover() {
    this.#unseen = true;
    if (this.#screen === "showing" || this.#screen === "asking") this.#go("covered");
  }

  uncover() {
    if (this.#screen === "covered") this.#go("showing");
  }

  /** The page was touched: the time to cover begins anew. */
  touched() {
    this.#idling.cut();
  }

  ask() {
    if (this.#screen === "showing" && !this.#busy) this.#go("asking");
  }

  keep() {
    if (this.#screen === "asking" && !this.#busy) this.#go("showing");
  }

  /** Void the code that is shown, because nobody took it. */
  async untaken() {
    const device = this.#ports.memory.kept()?.device;
    const code = this.#model.drawn?.code;
    if (this.#busy || device === undefined || code === undefined || this.#screen !== "asking") return;
    await this.#alone(async () => {
      try {
        await this.#ports.api.untaken(device, code);
        this.#model.note = "void";
      } catch (error) {
        if (error instanceof Answered && error.code === "code-used") this.#model.note = "used";
        // The answer to the first try was lost.
        else if (error instanceof Answered && error.code === "void-code") this.#model.note = "void";
        else return this.#refused(error, "unsure");
      }
      if (this.#screen === "asking" || this.#screen === "covered") this.#go("idle");
    });
  }

  /** Forget the code: the page is left. */
  leave() {
    if (WITH_CODE.includes(this.#screen) || this.#screen === "drawing") this.#go("idle");
  }

  /**
   * @param {unknown} error
   * @param {"lost" | "unsure"} note when there was no answer at all
   */
  #refused(error, note) {
    // The vote was closed, the device let go or the page left meanwhile: what is shown now stands.
    if (this.#screen !== "drawing" && !WITH_CODE.includes(this.#screen)) return;
    if (error instanceof Answered) {
      this.#go(REFUSED[error.code] ?? "idle");
      return this.hurry();
    }
    this.#model.note = note;
    // A code that could not be voided is kept, out of sight if it is: it can be tried again.
    if (note === "lost") this.#go("idle");
    else if (this.#screen !== "covered") this.#go("showing");
  }

  /**
   * Do one thing at a time: a second tap is none.
   * @param {() => Promise<void>} act
   */
  async #alone(act) {
    this.#busy = true;
    try {
      await act();
    } finally {
      this.#busy = false;
    }
  }

  async #tick() {
    const kept = this.#ports.memory.kept();
    if (kept === undefined) {
      // Nobody has opened a link here yet, or another tab of this device has ended.
      if (BEFORE.includes(this.#screen) || WITH_CODE.includes(this.#screen)) this.#go("entering");
      return;
    }
    if (!BEFORE.includes(this.#screen) && !WITH_CODE.includes(this.#screen)) return;
    try {
      if (kept.link !== undefined) {
        await this.#ports.api.claim(kept.link, kept.device);
        this.#ports.memory.keep({ device: kept.device });
      }
      this.#take(await this.#ports.api.view(kept.device));
    } catch (error) {
      if (!(error instanceof Answered)) throw error;
      if (error.code === "wrong-state") return this.#go("over");
      const claimed = kept.link === undefined;
      if (error.code === "unknown-desk" && !claimed) return this.#go("unknown");
      this.#go(REFUSED[error.code] ?? (claimed ? "released" : "unknown"));
    }
  }

  /** @param {import("./api.js").Standing} standing */
  #take({ state, left }) {
    this.#model.left = left;
    if (state !== "draft" && state !== "ready" && state !== "open") {
      this.#ports.memory.forget();
      return this.#go("over");
    }
    if (WITH_CODE.includes(this.#screen) || this.#busy) return this.#ports.view.update(this.#screen, this.#model);
    const screen = state === "draft" ? "early" : left === 0 ? "empty" : "idle";
    if (screen === this.#screen) this.#ports.view.update(screen, this.#model);
    else this.#go(screen);
  }

  /** @param {Screen} screen */
  #go(screen) {
    if (!WITH_CODE.includes(screen)) this.#model.drawn = undefined;
    this.#screen = screen;
    this.#ports.view.show(screen, this.#model);
    this.#idling.cut();
    if (screen === "showing" || screen === "asking") void this.#coverLater();
  }

  /** Cover the code unless the page is touched in time; each touch cuts the wait short and begins another. */
  async #coverLater() {
    for (;;) {
      let touched = false;
      const shown = this.#screen;
      const waiting = this.#ports.wait(COVERED_AFTER);
      this.#idling = {
        cut: () => {
          touched = true;
          waiting.cut();
        },
      };
      await waiting.done;
      if (this.#screen !== shown) return;
      if (!touched) return this.cover();
    }
  }
}
