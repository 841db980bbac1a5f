/**
 * Who can decrypt: single trustees (the service's key) and groups of tellers with a threshold. PROTOCOL, "Documents".
 * Owners of decryptions are numbered from 1 across all entries: a single trustee is one owner, a group as many as it
 * has tellers.
 */
import { pointFromHex, product } from "./group.js";
import { combineFactors, groupKey, readPedersen } from "./pedersen.js";
import { checkKnowledge, readProof, readWrittenProof } from "./proofs.js";
import { fields, list, malformed, readDocument } from "./schema.js";

/** @typedef {import("./group.js").Point} Point */
/** @typedef {import("./pedersen.js").Pedersen} Pedersen */
/** @typedef {{kind: "Single", key: Point, text: string, pok: import("./proofs.js").WrittenProof}} Single */
/** @typedef {{kind: "Pedersen", pedersen: Pedersen}} Group */
/** @typedef {(Single | Group) & {where: string, first: number, keys: readonly Point[], threshold: number}} Entry */
/** @typedef {readonly Entry[]} Trustees */

const LARGEST = 4 * 1024 * 1024;
const MOST = 100;

/**
 * Read the document of the trustees: form alone.
 * @param {string} text
 * @returns {Trustees}
 */
export function readTrustees(text) {
  const entries = list(readDocument(text, "trustees", LARGEST), "trustees");
  if (entries.length === 0 || entries.length > MOST) throw malformed(`1 to ${MOST} entries are needed`, "trustees");
  let first = 1;
  return entries.map((value, i) => {
    const entry = { ...readEntry(value, `trustees[${i}]`), where: `trustees[${i}]`, first };
    first += entry.keys.length;
    return entry;
  });
}

/**
 * @param {unknown} value
 * @param {string} where
 */
function readEntry(value, where) {
  const [kind, body] = list(value, where, 2);
  if (kind === "Pedersen") {
    const pedersen = readPedersen(body, where);
    const keys = pedersen.verificationKeys.map(({ key }) => key);
    return { kind: /** @type {const} */ ("Pedersen"), pedersen, keys, threshold: pedersen.threshold };
  }
  if (kind !== "Single") throw malformed("neither Single nor Pedersen", where);
  const parts = fields(body, where, ["pok", "public_key"]);
  const pok = readWrittenProof(parts["pok"], `${where}.pok`);
  const key = pointFromHex(parts["public_key"], `${where}.public_key`);
  return { kind: /** @type {const} */ ("Single"), key, text: String(parts["public_key"]), pok, keys: [key], threshold: 1 };
}

/**
 * Check that whoever holds a key alone knows its private key. Refuses "bad-proof".
 * @param {Trustees} trustees
 */
export function checkSingles(trustees) {
  for (const entry of trustees) {
    if (entry.kind !== "Single") continue;
    const where = `${entry.where}.pok`;
    checkKnowledge(`pok|Ed25519|${entry.text}|`, entry.key, readProof(entry.pok, where), where);
  }
}

/**
 * List the groups of tellers.
 * @param {Trustees} trustees
 * @returns {(Group & {where: string, first: number})[]}
 */
export function groupsOf(trustees) {
  return trustees.flatMap((entry) => (entry.kind === "Pedersen" ? [entry] : []));
}

/**
 * List the key of every owner; owner i has entry i - 1.
 * @param {Trustees} trustees
 * @returns {Point[]}
 */
export function ownerKeys(trustees) {
  return trustees.flatMap(({ keys }) => keys);
}

/**
 * Compute the key of the election from those of the entries.
 * @param {Trustees} trustees
 * @returns {Point}
 */
export function electionKey(trustees) {
  return product(trustees.map((entry) => (entry.kind === "Single" ? entry.key : groupKey(entry.pedersen))));
}

/**
 * Check that enough owners of every entry have decrypted. Refuses "malformed-document" naming the first entry that lacks some.
 * @param {Trustees} trustees
 * @param {ReadonlySet<number>} owners
 */
export function checkEnough(trustees, owners) {
  for (const { first, keys, threshold, where } of trustees) {
    const decrypted = keys.filter((_, i) => owners.has(first + i)).length;
    if (decrypted < threshold) throw malformed(`${decrypted} decrypted, ${threshold} are needed`, where);
  }
}

/**
 * Combine the factors of enough owners, cell by cell, into what the tally is divided by.
 * @param {Trustees} trustees
 * @param {ReadonlyMap<number, readonly Point[]>} factors by owner
 * @returns {Point[]}
 */
export function combine(trustees, factors) {
  const rows = trustees.map((entry) => {
    const own = new Map(entry.keys.flatMap((_, i) => {
      const row = factors.get(entry.first + i);
      return row === undefined ? [] : [/** @type {const} */ ([i + 1, row])];
    }));
    return entry.kind === "Single" ? /** @type {readonly Point[]} */ (own.get(1)) : combineFactors(entry.pedersen, own);
  });
  const [first = [], ...others] = rows;
  return first.map((factor, cell) => others.reduce((sum, row) => sum.add(/** @type {Point} */ (row[cell])), factor));
}
