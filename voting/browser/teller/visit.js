/**
 * One teller's visit from the link to the count: what is asked of the service and of the calculator, when, and what is kept or
 * forgotten. It sees the page only through the `Screens` that are handed in.
 */
import { Answered } from "../api.js";
import { WorkerRefusal } from "../asking.js";
import { watch } from "../polling.js";
import { claim, keepLink, lookFromOutside } from "./arrival.js";
import { makeBoardLook } from "./board.js";
import { decrypt, verify } from "./counting.js";
import { stageOf, step, WATCHED } from "./flow.js";
import { isKey, keyFileName } from "./keyfile.js";
import { newModel, recall } from "./model.js";
import { makeRound } from "./round.js";
import { contradiction, knownOf, settle, standingOf } from "./standing.js";

/**
 * @typedef {import("./flow.js").Screen} Screen
 * @typedef {import("./flow.js").Event} Event
 *
 * @typedef {import("./model.js").Model} Model
 *
 * @typedef {object} Screens
 * @property {(screen: Screen, model: Model) => void} show a screen for the first time
 * @property {(screen: Screen, model: Model) => void} update the screen that is shown
 * @property {(online: boolean) => void} connection
 * @property {(phase: "download" | "verify", done: number, total: number) => void} verifying
 *
 * @typedef {object} Ports
 * @property {string} uuid
 * @property {import("./api.js").Api} api
 * @property {import("./calculator.js").Calculator} calculator
 * @property {import("./memory.js").Memory} memory
 * @property {boolean} lasting
 * @property {Screens} view
 * @property {() => string} drawDevice
 * @property {import("../polling.js").Wait} wait
 * @property {() => number} random
 * @property {import("./round.js").Exclusively} exclusively
 */

/** Something was done just now: the next view is asked for after so many milliseconds. */
const AT_ONCE = 60;

export class Visit {
  /** @type {Screen} */
  #screen = "connecting";
  #again = false;
  // The teller goes on without a key that proved to be none, as long as this page stands.
  #without = false;
  /** @type {ReturnType<typeof watch> | undefined} */
  #watch;
  #round;
  #lookAtBoard;
  /** @type {Model} */
  #model;
  #ports;

  /** @param {Ports} ports */
  constructor(ports) {
    this.#ports = ports;
    this.#round = makeRound(ports.api, ports.calculator, ports.memory, ports.exclusively);
    this.#lookAtBoard = makeBoardLook(ports);
    this.#model = newModel(ports.uuid, ports.lasting);
  }

  /** @returns {Screen} */
  get screen() {
    return this.#screen;
  }

  /** Go on where this device stands: with a link that was just opened, as a known device, or as neither. */
  begin() {
    const { memory, view } = this.#ports;
    view.show(this.#screen, this.#model);
    if (!memory.pending() && !memory.device()) this.#take("no-link");
    this.#watch = watch(this.#ports, {
      task: () => this.#tick(),
      every: () => (this.#again ? AT_ONCE : (WATCHED[this.#screen] ?? 5000)),
      empty: () => this.#screen === "connecting",
    });
  }

  /** Try again at once: the teller asked for it, the network came back, or the page is looked at again. */
  hurry() {
    this.#watch?.now();
  }

  /**
   * Use a link that was typed, pasted or scanned.
   * @param {string} link as `examine` gives it
   */
  open(link) {
    if (step(this.#screen, "link") === this.#screen) return;
    keepLink(this.#ports.memory, link, this.#ports.drawDevice);
    this.#take("link");
    this.hurry();
  }

  /** Type another link. */
  relink() {
    this.#take("no-link");
  }

  /** Draw a key. One that this device holds already, from another tab, is used instead of a second one. */
  async make() {
    if (this.#screen !== "intro") return;
    const { memory, calculator } = this.#ports;
    const { view } = this.#model;
    try {
      const drawn = memory.key() ?? (await calculator.draw());
      if (this.#screen !== "intro" || view === undefined) return;
      if (memory.key() === undefined) memory.keepKey(drawn, true, { name: view.name, round: view.round });
      if (memory.terms() === undefined) memory.keepTerms(view);
    } catch (error) {
      if (!(error instanceof WorkerRefusal)) throw error;
      return void this.#take("failed");
    }
    this.#model.key = memory.key() ?? "";
    this.#take("make");
  }

  /** The teller has a key already, or goes back from there. @param {"have" | "back" | "write-down"} act */
  turn(act) {
    this.#model.problem = "";
    this.#take(act);
  }

  /** The teller says that the file is there. */
  confirmSaved() {
    if (this.#screen !== "saving" && this.#screen !== "retyping") return;
    const { memory } = this.#ports;
    memory.keepFile(this.#screen === "saving" ? keyFileName(this.#model.view?.name ?? "") : "");
    memory.keepSaved();
    this.#take("saved");
    this.hurry();
  }

  /**
   * The teller typed back what was written down.
   * @param {string} text
   * @returns {boolean} whether it is the key
   */
  retype(text) {
    const right = isKey(text, this.#model.key);
    if (right) this.confirmSaved();
    return right;
  }

  /**
   * Use a key that was made before.
   * @param {string} key 22 characters
   * @param {string} [file] the name of the file that it was in
   */
  provide(key, file) {
    if (file !== undefined) this.#ports.memory.keepFile(file);
    if (this.#screen === "comparing") return void this.decrypt(key);
    const { view } = this.#model;
    if (this.#screen !== "providing" || view === undefined) return;
    this.#round.forget();
    this.#ports.memory.keepKey(key, false, { name: view.name, round: view.state === "draft" ? view.round : 0 });
    this.#model.problem = "";
    this.#take("provided");
    this.hurry();
  }

  /** The teller has no other key at hand, and looks at the vote without one: it is asked for again at the count. */
  later() {
    if (this.#screen !== "providing" || this.#model.view?.state === "draft") return;
    this.#without = true;
    this.#model.problem = "";
    this.#take("later");
    this.hurry();
  }

  /** The teller was told that the digits are void and another key is to be made, and goes on. */
  renew() {
    const { view } = this.#model;
    if (this.#screen !== "anew" || view === undefined) return;
    const { memory } = this.#ports;
    memory.forgetAgreed();
    memory.keepTerms(view);
    recall(this.#model, this.#ports.memory);
    this.#take("renewed");
    this.hurry();
  }

  /** The teller says that all have the digits that are shown. */
  confirmSame() {
    const { view, fingerprint } = this.#model;
    if (!this.#comparing || view === undefined || fingerprint === "") return;
    this.#ports.memory.keepAgreed({ round: view.round, fingerprint, compared: true });
    recall(this.#model, this.#ports.memory);
    this.#ports.view.update(this.#screen, this.#model);
  }

  /** The teller says that somebody has other digits. */
  tellDifferent() {
    if (this.#comparing) this.#alarm("differ");
  }

  get #comparing() {
    return this.#screen === "agreed" || this.#screen === "waiting";
  }

  /** Download and verify the whole archive. */
  async verify() {
    if (!this.#take("verify")) return;
    const outcome = await verify(this.#ports, this.#model.uuid, this.#ports.view.verifying);
    this.#model.problem = outcome.kind === "interrupted" ? "interrupted" : "";
    if (outcome.kind === "verified") this.#model.summary = outcome.summary;
    if (outcome.kind === "broken") this.#model.where = outcome.where;
    if (outcome.kind === "other-fingerprint") this.#alarm("fingerprint");
    else if (outcome.kind === "other-board") this.#alarm("board");
    else this.#take(outcome.kind);
  }

  /**
   * Decrypt the sum that was verified.
   * @param {string} [given] the key when it is not on this device; it is used once and not kept
   */
  async decrypt(given) {
    const { memory } = this.#ports;
    const { summary, view } = this.#model;
    const key = given ?? memory.key();
    const device = memory.device()?.device;
    if (summary === undefined || view === undefined || key === undefined || device === undefined) return;
    this.#model.problem = "";
    if (!this.#take("decrypt")) return;
    const outcome = await decrypt(this.#ports, summary, device, key, view);
    if (outcome.kind === "tallied") this.#model.count = outcome.count;
    else this.#model.problem = outcome.kind;
    this.#take(outcome.kind === "refused" ? "interrupted" : outcome.kind);
    this.hurry();
  }

  /** Delete the key from this device. What it decrypted is remembered all the same. */
  forgetKey() {
    this.#round.forget();
    this.#ports.memory.forgetKey();
    this.#model.hasKey = false;
    this.#ports.view.update(this.#screen, this.#model);
  }

  /**
   * @param {Event} event
   * @returns {boolean} whether the screen changed
   */
  #take(event) {
    const next = step(this.#screen, event);
    if (next === this.#screen) return false;
    this.#screen = next;
    recall(this.#model, this.#ports.memory);
    // The key is on the screens where it is written down, and nowhere else.
    if (next !== "saving" && next !== "retyping") this.#model.key = "";
    if (next !== "comparing" && next !== "decrypting" && next !== "verifying") this.#model.summary = undefined;
    this.#ports.view.show(next, this.#model);
    return true;
  }

  /** @param {string} where */
  #alarm(where) {
    const { memory } = this.#ports;
    memory.keepAlarm({ where });
    this.#model.where = where;
    this.#take("alarm");
  }

  async #tick() {
    this.#again = false;
    if (WATCHED[this.#screen] === undefined) return;
    if (this.#screen === "entering") return this.#ended("missing");
    const { memory } = this.#ports;
    if (memory.pending() && !(await this.#claim())) return;
    const device = memory.device();
    if (device === undefined) return void this.#take("no-link");
    await this.#look(device);
  }

  /** @returns {Promise<boolean>} whether this device is bound now */
  async #claim() {
    const { api, memory } = this.#ports;
    const pending = memory.pending();
    if (pending === undefined) return false;
    const refused = await claim(api, memory, pending);
    if (refused === undefined) return true;
    // The links of a session end with it: then its end is what there is to say.
    await this.#ended(refused);
    memory.forgetPending();
    return false;
  }

  /**
   * Look at the session as anybody may: show its end when there is one.
   * @param {Event} otherwise
   */
  async #ended(otherwise) {
    const before = this.#screen;
    const { title, end } = await lookFromOutside(this.#ports.api);
    if (this.#screen !== before) return;
    this.#model.title = title ?? this.#model.title;
    if (!(end !== undefined && this.#take(end)) && otherwise !== "missing") this.#take(otherwise);
    this.#ports.view.update(this.#screen, this.#model);
  }

  /** @param {import("./memory.js").Device} known */
  async #look({ device, index }) {
    const { api, memory, view: shown } = this.#ports;
    const before = this.#screen;
    const known = knownOf(memory);
    // A link that was opened in another tab has bound this device anew while the answer was on its way.
    const other = () => this.#screen !== before || memory.device()?.device !== device;
    let view;
    try {
      view = await api.view(device);
    } catch (error) {
      if (!(error instanceof Answered)) throw error;
      if (other()) return;
      await this.#ended("released");
      if (this.#screen === "released" && memory.device()?.device === device) memory.forgetDevice();
      return;
    }
    if (other()) return;
    if (view.uuid !== this.#model.uuid || view.index !== index) return this.#alarm("index");
    const wrong = contradiction(view, known);
    // Another tab has gone on since it was asked for: the next view is compared with what that one kept.
    if (wrong === "" && contradiction(view, knownOf(memory)) !== "") return void (this.#again = true);
    Object.assign(this.#model, { view, title: view.title });
    this.#setAside(view);
    recall(this.#model, memory);
    const key = memory.key();
    if (key === undefined) this.#round.forget();
    const stage = this.#stageOf(view);
    if (wrong !== "" && !["counted", "cancelled", "alarm"].includes(stage)) return this.#alarm(wrong);
    if (key !== undefined && (stage === "ceremony" || stage === "agreed")) await this.#ceremony(device, key, view, before);
    else this.#take(stage);
    shown.update(this.#screen, this.#model);
    if (this.#screen === "waiting") await this.#inspect(view);
  }

  /** @param {import("./api.js").View} view */
  #stageOf(view) {
    const standing = standingOf(this.#ports.memory);
    return stageOf(view, { ...standing, doubted: standing.doubted && !this.#without });
  }

  /**
   * Let go of what cannot be this teller's in a round in which nobody has posted a certificate in this place: what
   * another teller left, and a typed key that was refused. With a key that is being saved it waits.
   * @param {import("./api.js").View} view
   */
  #setAside({ state, name, posted }) {
    const { memory } = this.#ports;
    if (state !== "draft" || posted.includes("certificate") || this.#screen === "saving" || this.#screen === "retyping") return;
    if (memory.key() !== undefined && memory.owner()?.name !== name) memory.forgetTeller();
    else if (memory.doubted()) memory.forgetKey();
  }

  /**
   * Look at the beginning of the board, as long as there is no vote on it to be counted.
   * @param {import("./api.js").View} view
   */
  async #inspect(view) {
    const outcome = await this.#lookAtBoard(view);
    if (this.#screen !== "waiting") return;
    if (outcome.kind === "alarm") return this.#alarm(outcome.where);
    if (outcome.kind === "old-key") {
      this.#ports.memory.keepDoubted();
      this.#without = false;
      this.#take("keyless");
    }
    recall(this.#model, this.#ports.memory);
    this.#ports.view.update(this.#screen, this.#model);
  }

  /**
   * @param {string} device
   * @param {string} key
   * @param {import("./api.js").View} view
   * @param {Screen} before
   */
  async #ceremony(device, key, view, before) {
    const { memory } = this.#ports;
    // While a key is saved or typed, its part waits.
    if (step(before, "ceremony") === before && before !== "ceremony") return;
    // What a key is made for is fixed with the first step in a round: from then on another number is a lie.
    if ((memory.terms()?.round ?? 0) < view.round) memory.keepTerms(view);
    if ((memory.owner()?.round ?? 0) < view.round) memory.keepOwner({ name: view.name, round: view.round });
    const outcome = await this.#round.act(device, key, view);
    if (this.#screen !== before || memory.device()?.device !== device) return;
    // What came of a round that another tab has left meanwhile is void.
    if (contradiction(view, knownOf(memory)) !== "") return void (this.#again = true);
    switch (outcome.kind) {
      case "agreed":
        if (!settle(memory, view.round, outcome.fingerprint)) return this.#alarm("fingerprint");
        recall(this.#model, memory);
        return void this.#take(this.#stageOf(view));
      case "lying":
        return this.#alarm(outcome.where);
      case "wrong-key":
        if (memory.made() && memory.owner()?.name === view.name) return this.#alarm("certificate");
        memory.keepDoubted();
        this.#model.problem = "wrong-key";
        return void this.#take(before === "connecting" ? "keyless" : "wrong-key");
      case "again":
        this.#again = true;
        return void this.#take("ceremony");
      default:
        this.#take(outcome.kind);
    }
  }
}
