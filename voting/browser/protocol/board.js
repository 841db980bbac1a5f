/**
 * An archive as a file and as a chain of events, before anything cryptographic is looked at.
 */
import { checkNames, checkReproducible, documentName, isEvent, readTimestamp, splitArchive } from "./archive.js";
import { toText } from "./canonical.js";
import { NEXT, readEvent } from "./chain.js";
import { failed } from "./checks.js";
import { Refusal } from "./refusals.js";
import { fields, hash, readDocument } from "./schema.js";
import { readOwned, readSizedTally } from "./tally.js";

/** @typedef {import("./archive.js").Entry} Entry */
/** @typedef {{type: string, payload: string | undefined}} Event */

const SMALL = 1024;

export class Board {
  /**
   * Read a board and make all checks of this kind.
   * @param {Uint8Array} raw
   * @param {import("./checks.js").Checks} checks
   */
  constructor(raw, checks) {
    /** @type {readonly Entry[]} */
    this.files = [];
    /** @type {readonly Event[]} */
    this.events = [];
    /** The hash of the last event. */
    this.head = "";
    this.#checkFile(raw, checks);
    /** @type {ReadonlyMap<string, Entry>} */
    this.documents = new Map(this.files.map((entry) => [entry.hash, entry]));
    this.#checkEvents(checks);
    checks.check("documents", () => this.#checkDocuments());
  }

  /**
   * List the heights of the events of a type.
   * @param {string} type
   * @returns {number[]}
   */
  heights(type) {
    return this.events.flatMap((event, height) => (event.type === type ? [height] : []));
  }

  /**
   * Find a document that an event needs.
   * @param {string | undefined} hash
   * @param {string} record
   * @returns {Uint8Array}
   */
  content(hash, record) {
    const entry = this.documents.get(hash ?? "");
    if (entry === undefined) throw failed("a document that the event needs is missing", record);
    return entry.content;
  }

  /**
   * Read the text of the document that the event at a height names.
   * @param {number} height
   * @returns {string}
   */
  payload(height) {
    return toText(this.content(this.events[height]?.payload, at(height)));
  }

  /**
   * @param {Uint8Array} raw
   * @param {import("./checks.js").Checks} checks
   */
  #checkFile(raw, checks) {
    /** @type {readonly Entry[]} */
    let entries = [];
    let timestamp = 0n;
    checks.check("archive-readable", () => {
      entries = splitArchive(raw);
      const [header, ...files] = entries;
      timestamp = readTimestamp(/** @type {Entry} */ (header));
      this.files = files;
      return `${files.length} files after the header`;
    });
    checks.check("archive-reproducible", () => {
      checkReproducible(raw, entries, timestamp);
      return `${raw.length} bytes, each as the format writes it`;
    });
    checks.check("file-names", () => {
      checkNames(this.files);
      return "every file is named after its hash, none stands twice";
    });
  }

  /** @param {import("./checks.js").Checks} checks */
  #checkEvents(checks) {
    checks.check("event-chain", () => {
      const entries = this.files.filter(isEvent);
      this.events = entries.map(({ content }, height) => readEvent(toText(content), height, entries[height - 1]?.hash, at(height)));
      this.head = entries[entries.length - 1]?.hash ?? "";
      return `${this.events.length} events, each naming the one before`;
    });
    const type = (/** @type {number} */ height) => this.events[height]?.type ?? "";
    const wrong = this.events.findIndex((event, height) => !NEXT[type(height - 1)]?.includes(event.type));
    const ends = wrong >= 0 && concernsTheEnd(type(wrong - 1), type(wrong));
    const misplaced = () => failed(`an event ${type(wrong)} stands ${wrong > 0 ? `after ${type(wrong - 1)}` : "first"}`, at(wrong));
    checks.check("event-order", () => {
      if (wrong >= 0 && !ends) throw misplaced();
      return [...new Set(this.events.map((event) => event.type))].join(" → ") || "no event yet";
    });
    checks.check("ballots-before-end", () => {
      if (ends) throw misplaced();
      return `${this.heights("Ballot").length} ballots, ${this.heights("EndBallots").length > 0 ? "then the end" : "and no end yet"}`;
    });
  }

  #checkDocuments() {
    const events = this.files.filter(isEvent);
    const expected = events.flatMap((entry, height) => [...this.#references(height).map(documentName), entry.name]);
    for (const [i, { name }] of this.files.entries()) {
      if (i >= expected.length) throw failed("a file belongs to no event", name);
      if (name !== expected[i]) throw failed("a file is not the one that the next event needs here", name);
    }
    if (this.files.length < expected.length) throw failed("a file that an event needs is missing", String(expected[this.files.length]));
    return "every file belongs to one event and stands right before it";
  }

  /**
   * List the hashes of the documents that an event needs, as far as they can be read.
   * @param {number} height
   * @returns {string[]}
   */
  #references(height) {
    const { type, payload } = /** @type {Event} */ (this.events[height]);
    if (payload === undefined) return [];
    try {
      if (type === "Setup") return [...Object.values(readSetup(this.payload(height))), payload];
      if (type === "EncryptedTally") return [readSizedTally(this.payload(height)).tally, payload];
      if (type === "PartialDecryption") return [readOwned(this.payload(height)).payload, payload];
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
    return [payload];
  }
}

/**
 * Read the document that binds election, trustees and credentials by their hashes.
 * @param {string} text
 * @returns {{election: string, trustees: string, credentials: string}}
 */
export function readSetup(text) {
  const parts = fields(readDocument(text, "setup_data", SMALL), "setup_data", ["election", "trustees", "credentials"]);
  return {
    election: hash(parts["election"], "setup_data.election"),
    trustees: hash(parts["trustees"], "setup_data.trustees"),
    credentials: hash(parts["credentials"], "setup_data.credentials"),
  };
}

/**
 * Name the record at a height.
 * @param {number} height
 * @returns {string}
 */
export function at(height) {
  return `height ${height}`;
}

/**
 * Tell whether the first event out of order is a ballot after the end, or a count without an end.
 * @param {string} before
 * @param {string} type
 */
function concernsTheEnd(before, type) {
  const afterTheEnd = (type === "Ballot" || type === "EndBallots") && before !== "" && before !== "Setup";
  return afterTheEnd || ((before === "Setup" || before === "Ballot") && type !== "Setup");
}
