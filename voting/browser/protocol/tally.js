/**
 * From checked ballots to the result: one encrypted sum for each choice, decrypted once. PROTOCOL, "Documents". Nothing
 * here decrypts a single ballot.
 */
import { sha256Hex, toJson } from "./canonical.js";
import { GENERATOR, IDENTITY, pointOfCurve, pointOrIdentityFromHex, pointToHex, pointsToHex, power, powerOfGenerator } from "./group.js";
import { openBox } from "./ceremony.js";
import { checkDecryption, proveDecryption, readProof, writeProof } from "./proofs.js";
import { randomScalar } from "./randomness.js";
import { Refusal } from "./refusals.js";
import { fields, hash, integer, list, malformed, readDocument } from "./schema.js";
import { seedBelongs } from "./seeds.js";

/** @typedef {import("./election.js").Election} Election */
/** @typedef {import("./group.js").Point} Point */
/** @typedef {import("./proofs.js").Encryption} Encryption */
/** @typedef {import("./proofs.js").WrittenEncryption} WrittenEncryption */
/** @typedef {readonly (readonly Encryption[])[]} EncryptedTally by question, then choice */
/** @typedef {readonly (readonly WrittenEncryption[])[]} WrittenTally */
/** @typedef {{tallied: number, weight: number, tally: string}} SizedTally */

const LARGEST = 4 * 1024 * 1024;
const SMALL = 1024;

/**
 * Count the encryptions of an answer.
 * @param {import("./election.js").Question} question
 * @returns {number}
 */
export function choicesOf({ answers, blank }) {
  return answers.length + (blank ? 1 : 0);
}

/**
 * Give the tally of no ballot: every cell is the identity.
 * @param {Election} election
 * @returns {EncryptedTally}
 */
export function emptyTally({ questions }) {
  return questions.map((question) => Array.from({ length: choicesOf(question) }, () => ({ alpha: IDENTITY, beta: IDENTITY })));
}

/**
 * Compose two tallies, or a tally and the answers of a ballot.
 * @param {EncryptedTally} left
 * @param {EncryptedTally} right of the same election
 * @returns {EncryptedTally}
 */
export function composeTallies(left, right) {
  return left.map((cells, i) =>
    cells.map(({ alpha, beta }, j) => {
      const other = /** @type {Encryption} */ (right[i]?.[j]);
      return { alpha: alpha.add(other.alpha), beta: beta.add(other.beta) };
    }),
  );
}

/**
 * Write a tally as its document holds it.
 * @param {EncryptedTally} tally
 * @returns {WrittenTally}
 */
export function writeTally(tally) {
  const written = pointsToHex(tally.flatMap((cells) => cells.flatMap(({ alpha, beta }) => [alpha, beta])))[Symbol.iterator]();
  const next = () => /** @type {string} */ (written.next().value);
  return tally.map((cells) => cells.map(() => ({ alpha: next(), beta: next() })));
}

/**
 * Read a tally that another thread of this program wrote: of its points nothing but the form is looked at.
 * @param {WrittenTally} written
 * @returns {EncryptedTally}
 */
export function recallTally(written) {
  return written.map((cells) => cells.map(({ alpha, beta }) => ({ alpha: recallPoint(alpha), beta: recallPoint(beta) })));
}

/** @param {string} hex */
function recallPoint(hex) {
  return hex === pointToHex(IDENTITY) ? IDENTITY : pointOfCurve(hex);
}

/**
 * Read the document that binds the encrypted tally to the number of ballots in it.
 * @param {string} text
 * @returns {SizedTally}
 */
export function readSizedTally(text) {
  const where = "sized_encrypted_tally";
  const parts = fields(readDocument(text, where, SMALL), where, ["num_tallied", "total_weight", "encrypted_tally"]);
  return {
    tallied: integer(parts["num_tallied"], "num_tallied"),
    weight: integer(parts["total_weight"], "total_weight"),
    tally: hash(parts["encrypted_tally"], "encrypted_tally"),
  };
}

// ---- partial decryptions

/**
 * Read the document that says whose partial decryption it is.
 * @param {string} text
 * @returns {{owner: number, payload: string}}
 */
export function readOwned(text) {
  const parts = fields(readDocument(text, "owned_partial_decryption", SMALL), "owned_partial_decryption", ["owner", "payload"]);
  return { owner: integer(parts["owner"], "owner", 1), payload: hash(parts["payload"], "payload") };
}

/**
 * Check the partial decryption of the owner of a key: form and every proof. Refuses "malformed-document",
 * "malformed-point", or "bad-proof" naming the cell.
 * @param {string} text
 * @param {Election} election
 * @param {EncryptedTally} tally
 * @param {Point} key
 * @returns {Point[]} the factors, cell after cell
 */
export function openDecryption(text, election, tally, key) {
  const parts = fields(readDocument(text, "partial_decryption", LARGEST), "partial_decryption", ["decryption_factors", "decryption_proofs"]);
  const factors = readCells(parts["decryption_factors"], election, "decryption_factors", pointOrIdentityFromHex);
  const proofs = readCells(parts["decryption_proofs"], election, "decryption_proofs", readProof);
  tally.forEach((cells, i) =>
    cells.forEach(({ alpha }, j) => {
      const factor = /** @type {Point} */ (factors[i]?.[j]);
      const proof = /** @type {import("./proofs.js").Proof} */ (proofs[i]?.[j]);
      checkDecryption(election.fingerprint, key, alpha, factor, proof, `decryption_proofs[${i}][${j}]`);
    }),
  );
  return factors.flat();
}

/**
 * What of a verified archive a decryption needs: the part of the report of verification.js that is read here.
 * @typedef {object} Verified
 * @property {string} uuid
 * @property {string} electionFingerprint `phi`
 * @property {{hash: string, cells: WrittenTally} | null} tally as it was recomputed; null before the close
 * @property {readonly {verification: string, publicKey: string}[]} tellers
 * @property {readonly number[]} decrypted owners whose partial decryptions stand on the board
 */

/**
 * Decrypt the recomputed tally of a verified archive in part: the one thing that a teller's key does after the
 * ceremony. Refuses "not-closed" before the end of the ballots and their tally, "not-a-teller" when the archive is of
 * another session or the keys are not those that stand on its board for this teller, "other-tally" when another one was
 * decrypted before, or this one by others already, which a board shows only after the count, and as `openBox` when the box does not open.
 * @param {string} seed
 * @param {{uuid: string, round: number, index: number, box: string}} place the teller's, with its box
 * @param {Verified} report
 * @param {string | null} [decrypted] the hash of the tally that this device decrypted earlier
 * @returns {string} the body to send; `report.tally.hash` is to be remembered before it is
 */
export function decryptTally(seed, place, report, decrypted = null) {
  if (report.tally === null) throw new Refusal("not-closed", "the ballots have not been closed and tallied");
  if (decrypted !== null && decrypted !== report.tally.hash) throw new Refusal("other-tally", "another tally was decrypted before");
  if (report.uuid !== place.uuid) throw new Refusal("not-a-teller", "the archive is of another session");
  if (sha256Hex(toJson(report.tally.cells)) !== report.tally.hash) throw malformed("not the tally that was recomputed", "tally");
  if (report.decrypted.length > 0) throw new Refusal("other-tally", "somebody has decrypted on this board already");
  const key = openBox(seed, place, place.box);
  const own = report.tellers[place.index - 1];
  if (own?.publicKey !== pointToHex(powerOfGenerator(key)) || !seedBelongs(seed, own.verification)) {
    throw new Refusal("not-a-teller", "the board has other keys for this teller");
  }
  const pairs = report.tally.cells.map((cells, i) =>
    cells.map(({ alpha }, j) => {
      const point = pointOrIdentityFromHex(alpha, `tally[${i}][${j}].alpha`);
      return proveDecryption(() => randomScalar(), report.electionFingerprint, key, point);
    }),
  );
  return toJson({
    decryption_factors: pairs.map((row) => pointsToHex(row.map(({ factor }) => factor))),
    decryption_proofs: pairs.map((row) => row.map(({ proof }) => writeProof(proof))),
  });
}

// ---- the result

/**
 * Read the document of the result of this election.
 * @param {string} text
 * @param {Election} election
 * @returns {number[][]}
 */
export function readResult(text, election) {
  const value = fields(readDocument(text, "result", LARGEST), "result", ["result"])["result"];
  return readCells(value, election, "result", (count, where) => integer(count, where));
}

/**
 * Check that a result is what the decrypted tally holds: `g^n = beta / factor` for every count. Refuses "bad-proof"
 * naming the cell.
 * @param {readonly (readonly number[])[]} counts
 * @param {EncryptedTally} tally
 * @param {readonly Point[]} factors combined, cell after cell
 */
export function checkResult(counts, tally, factors) {
  const remaining = factors[Symbol.iterator]();
  tally.forEach((cells, i) =>
    cells.forEach(({ beta }, j) => {
      const count = /** @type {number} */ (counts[i]?.[j]);
      const opened = beta.subtract(/** @type {Point} */ (remaining.next().value));
      if (!opened.equals(power(GENERATOR, BigInt(count)))) {
        throw new Refusal("bad-proof", "not what the decryptions give", `result[${i}][${j}]`);
      }
    }),
  );
}

/**
 * Read a table of this election: one row for each question, one cell for each choice.
 * @template T
 * @param {unknown} value
 * @param {Election} election
 * @param {string} where
 * @param {(cell: unknown, where: string) => T} read
 * @returns {T[][]}
 */
function readCells(value, { questions }, where, read) {
  return list(value, where, questions.length).map((row, i) => {
    const question = /** @type {import("./election.js").Question} */ (questions[i]);
    return list(row, `${where}[${i}]`, choicesOf(question)).map((cell, j) => read(cell, `${where}[${i}][${j}]`));
  });
}
