/**
 * The receipt: what the server answered, checked against what the phone knows, and as a text to keep.
 */
import { fill } from "../words.js";

/**
 * @typedef {{tracker: string, height: number, signature: string}} Answer
 */

/**
 * Read the server's answer. Gives nothing when it is not a receipt at all.
 * @param {unknown} answer
 * @returns {Answer | undefined}
 */
export function readReceipt(answer) {
  if (typeof answer !== "object" || answer === null) return undefined;
  const { tracker, height, signature } = /** @type {Record<string, unknown>} */ (answer);
  if (typeof tracker !== "string" || typeof height !== "number" || typeof signature !== "string") return undefined;
  return { tracker, height, signature };
}

/**
 * Write the receipt as a text file. It tells that a ballot was recorded, and nothing of what it says.
 * @param {string} template with the places {title} {uuid} {tracker} {height} {signature} {key} {board}
 * @param {Answer & {title: string, uuid: string, key: string, board: string}} values
 * @returns {string}
 */
export function receiptText(template, values) {
  return fill(template, values).replace(/\n/g, "\r\n");
}
