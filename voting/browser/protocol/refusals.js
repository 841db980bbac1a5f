/**
 * Every refusal of the logic that runs in the browser: a stable code for programs, a text for developers.
 * The page shows its own words for a code; the text never holds a ballot code, a choice or a key.
 *
 * @typedef {"malformed-code" | "malformed-election" | "unsupported-election" | "malformed-choices"
 *   | "malformed-ballot" | "wrong-election" | "malformed-point" | "malformed-scalar" | "malformed-json"
 *   | "malformed-request" | "bad-proof" | "bad-receipt" | "bad-randomness" | "broken-chain"
 *   | "ballot-missing" | "not-prepared" | "internal"
 *   | "malformed-document" | "malformed-seed" | "bad-envelope" | "broken-archive" | "not-closed" | "not-a-teller"
 *   | "other-tally"} RefusalCode
 */

export class Refusal extends Error {
  /**
   * @param {RefusalCode} code
   * @param {string} message
   * @param {string} [where] names the part that is refused, as `answers[3].overall_proof`
   */
  constructor(code, message, where = "") {
    super(where ? `${where}: ${message}` : message);
    this.name = "Refusal";
    this.code = code;
    this.where = where;
  }
}
