/**
 * The messages between a teller's page and its worker. Every request carries an `id`, which comes back on each of its
 * replies. An archive that was verified stays here until another one takes its place; a key is kept by nothing.
 *
 * @typedef {import("./api.js").View} View
 * @typedef {{id?: number} & (
 *   | {type: "draw"}
 *   | {type: "advance", key: string, view: View, revealed: import("../protocol/ceremony.js").Memory | null}
 *   | {type: "verify", archive: Uint8Array<ArrayBuffer>, uuid: string}
 *   | {type: "decrypt", key: string, view: View, tally: string, before: string | null}
 *   | {type: "inspect", beginning: Uint8Array<ArrayBuffer>, uuid: string, key: string | null}
 * )} Request
 *
 * @typedef {{id?: number} & (
 *   | {type: "answer", answer: unknown}
 *   | {type: "progress", done: number, total: number}
 *   | {type: "error", code: string, where: string}
 * )} Reply
 */
import { advance } from "../protocol/participation.js";
import { drawSeed, seedBelongs } from "../protocol/seeds.js";
import { checkCertificate, readCertificate } from "../protocol/pedersen.js";
import { Refusal } from "../protocol/refusals.js";
import { readDocument } from "../protocol/schema.js";

/**
 * What verifies and decrypts (teller/verifier.js), as this needs it.
 * @typedef {object} Verifier
 * @property {(archive: Uint8Array<ArrayBuffer>, uuid: string, progress: (done: number, total: number) => void) => Promise<import("./calculator.js").Summary>} verify
 * @property {(key: string, view: View, before: string | null, tally: string) => string | Promise<string>} decrypt the sum that was verified last
 * @property {(beginning: Uint8Array<ArrayBuffer>, uuid: string, key: string | null) => Promise<import("./board.js").Board>} inspect
 */

/**
 * Make the function that answers requests.
 * @param {(reply: Reply) => void} reply
 * @param {Verifier} verifier
 * @returns {(request: Request) => Promise<void>}
 */
export function createService(reply, verifier) {
  /**
   * @param {Request} request
   * @param {(done: number, total: number) => void} progress
   * @returns {unknown}
   */
  function act(request, progress) {
    switch (request.type) {
      case "draw":
        return drawSeed();
      case "advance":
        return move(request.key, request.view, request.revealed);
      case "verify":
        return verifier.verify(request.archive, request.uuid, progress);
      case "decrypt":
        return verifier.decrypt(request.key, request.view, request.before, request.tally);
      case "inspect":
        return verifier.inspect(request.beginning, request.uuid, request.key);
      default:
        throw new Refusal("malformed-request", "a request that is not known");
    }
  }

  return async (request) => {
    const { id } = request;
    const answer = (/** @type {Reply} */ content) => reply(id === undefined ? content : { ...content, id });
    try {
      answer({ type: "answer", answer: await act(request, (done, total) => answer({ type: "progress", done, total })) });
    } catch (error) {
      // What is not a refusal of ours may quote what it was given: its text stays here.
      const known = error instanceof Refusal;
      answer({ type: "error", code: known ? error.code : "internal", where: known ? error.where : "" });
    }
  };
}

/**
 * @param {string} key
 * @param {View} view
 * @param {import("../protocol/ceremony.js").Memory | null} revealed
 * @returns {import("./calculator.js").Move}
 */
function move(key, view, revealed) {
  return belongsToAnother(key, view) ? { kind: "wrong-key" } : advance(key, view, revealed);
}

/**
 * Tell whether a sound certificate of another key stands in this teller's place: somebody may have typed the key of
 * another vote. What is not sound says nothing about the key, and is a lie of the service, which should have refused it.
 * @param {string} key
 * @param {View} view
 */
function belongsToAnother(key, { certificates, size, threshold, index }) {
  const own = certificates[index - 1];
  if (own === undefined) return false;
  try {
    const certificate = readCertificate(readDocument(own, "certificate"), { size, threshold, index }, "certificate");
    checkCertificate(certificate, "certificate");
    return !seedBelongs(key, own);
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}
