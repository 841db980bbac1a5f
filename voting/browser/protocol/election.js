/**
 * The election document: what is voted on, under which key, and the fingerprint that every ballot commits to.
 * PROTOCOL, "Documents".
 */
import { fromJson, hasExactly, sha256Base64, toBytes, toJson, toText } from "./canonical.js";
import { pointFromHex } from "./group.js";
import { Refusal } from "./refusals.js";

/**
 * @typedef {object} Question
 * @property {string} text
 * @property {readonly string[]} answers
 * @property {number} min the smallest number of answers to choose
 * @property {number} max the largest
 * @property {boolean} blank whether the line may be left blank: choices then begin with the blank choice
 */

/**
 * @typedef {object} Election
 * @property {string} uuid
 * @property {string} name
 * @property {string} description
 * @property {readonly Question[]} questions
 * @property {string} publicKey 64 hex digits
 * @property {import("./group.js").Point} key the same, as a checked point
 * @property {string} fingerprint `phi`: unpadded Base64 of the SHA-256 of the exact bytes
 */

// As much as `voting verify` reads: what it accepts, the devices of tellers must be able to count.
const LARGEST = 1024 * 1024;
const BASE58_UUID = /^[1-9A-HJ-NP-Za-km-z]{14}$/;
// A lone surrogate has no UTF-8, so two programs would hash two documents.
const LONE_SURROGATE = /\p{Surrogate}/u;
const OPTIONAL = ["administrator", "credential_authority"];
const FIELDS = ["version", "description", "name", "group", "public_key", "questions", "uuid"];

/**
 * Read an election from its exact bytes, or from the text that they decode to. Refuses "unsupported-election" for
 * another version, group or kind of question, "malformed-election" for all else that is not canonical.
 * @param {Uint8Array | string} raw
 * @returns {Election}
 */
export function parseElection(raw) {
  const text = typeof raw === "string" ? raw : toText(raw);
  const value = fromJson(text, LARGEST);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw malformed("not an object");
  const given = /** @type {Record<string, unknown>} */ (value);
  if (given["version"] !== 1) throw new Refusal("unsupported-election", "only version 1 is known", "version");
  if (given["group"] !== "Ed25519") throw new Refusal("unsupported-election", "only Ed25519 is known", "group");
  const extra = OPTIONAL.filter((field) => field in given);
  if (!hasExactly(given, [...FIELDS, ...extra])) throw malformed("a field is missing or unknown");
  const { uuid, questions } = given;
  if (!isUuid(uuid)) throw malformed("not an identifier", "uuid");
  if (!Array.isArray(questions) || questions.length === 0) throw malformed("no questions", "questions");
  const key = pointFromHex(given["public_key"], "public_key");
  const read = questions.map((question, index) => parseQuestion(question, `questions[${index}]`));
  const election = {
    uuid,
    name: textField(given, "name"),
    description: textField(given, "description"),
    questions: Object.freeze(read),
    publicKey: textField(given, "public_key"),
    key,
    fingerprint: sha256Base64(toBytes(text)),
  };
  // Two readers of one hash must see one document: a doubled field or another order could show them two.
  const rebuilt = toJson({
    version: 1,
    description: election.description,
    name: election.name,
    group: "Ed25519",
    public_key: election.publicKey,
    questions: read.map(questionToValue),
    uuid,
    ...Object.fromEntries(extra.map((field) => [field, textField(given, field)])),
  });
  if (rebuilt !== text) throw malformed("not in canonical form");
  return Object.freeze(election);
}

/**
 * Tell whether a value has the form of a session's identifier.
 * @param {unknown} value
 * @returns {value is string}
 */
export function isUuid(value) {
  return typeof value === "string" && BASE58_UUID.test(value);
}

/**
 * @param {unknown} value
 * @param {string} where
 * @returns {Question}
 */
function parseQuestion(value, where) {
  if (typeof value === "object" && value !== null && "type" in value) {
    throw new Refusal("unsupported-election", "only homomorphic questions are known", where);
  }
  const blank = typeof value === "object" && value !== null && "blank" in value;
  if (!hasExactly(value, ["answers", ...(blank ? ["blank"] : []), "min", "max", "question"])) {
    throw malformed("a field is missing or unknown", where);
  }
  const { answers, min, max } = value;
  if (blank && value["blank"] !== true) throw malformed("blank is true or absent", where);
  if (!Array.isArray(answers) || answers.length === 0 || !answers.every(isText)) {
    throw malformed("no list of answers", where);
  }
  if (!isCount(min) || !isCount(max) || min > max || max > answers.length) throw malformed("impossible limits", where);
  return Object.freeze({ text: textField(value, "question", where), answers: Object.freeze(answers), min, max, blank });
}

/** @param {Question} question */
function questionToValue({ text, answers, min, max, blank }) {
  return { answers, ...(blank ? { blank } : {}), min, max, question: text };
}

/**
 * @param {unknown} value
 * @returns {value is number}
 */
function isCount(value) {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/**
 * @param {Record<string, unknown>} value
 * @param {string} field
 * @param {string} [where]
 * @returns {string}
 */
function textField(value, field, where = "") {
  const text = value[field];
  if (!isText(text)) throw malformed(`${field} is not a text`, where);
  return text;
}

/**
 * @param {unknown} value
 * @returns {value is string}
 */
function isText(value) {
  return typeof value === "string" && !LONE_SURROGATE.test(value);
}

/**
 * @param {string} message
 * @param {string} [where]
 */
function malformed(message, where = "") {
  return new Refusal("malformed-election", message, where);
}
