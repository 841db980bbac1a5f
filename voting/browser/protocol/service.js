/**
 * The messages between a page and the worker that does its cryptography. The page never holds the randomness of a
 * ballot; nothing here keeps the code or the choices after the answer.
 *
 * Every request may carry an `id`, which comes back on each of its replies.
 *
 * @typedef {{id?: number} & (
 *   | {type: "prepare", election: string | Uint8Array}
 *   | {type: "credential", code: string}
 *   | {type: "encrypt", code: string, choices: number[][]}
 *   | {type: "check-receipt", receipt: {tracker: string, height: number, signature: string}, key: string}
 *   | {type: "check-board", events: string, tracker: string, height: number, head?: string, seen?: number}
 * )} Request
 *
 * @typedef {{id?: number} & (
 *   | {type: "ready", uuid: string, name: string, description: string, questions: readonly import("./election.js").Question[], fingerprint: string}
 *   | {type: "credential", code: string, credential: string}
 *   | {type: "progress", done: number, total: number}
 *   | {type: "ballot", json: string, tracker: string, credential: string}
 *   | {type: "receipt-holds"}
 *   | {type: "board-holds", head: string, length: number, ballots: number, last: string}
 *   | {type: "error", code: import("./refusals.js").RefusalCode, message: string}
 * )} Reply
 */
import { makeBallot, prepareTables } from "./ballots.js";
import { checkContinues, checkInclusion, readChain } from "./chain.js";
import { parseCode, publicCredential } from "./codes.js";
import { parseElection } from "./election.js";
import { checkReceipt } from "./receipts.js";
import { Refusal } from "./refusals.js";

/**
 * Make the function that answers requests, one after the other. It holds one prepared election and nothing else.
 * @param {(reply: Reply) => void} reply
 * @returns {(request: Request) => void}
 */
export function createService(reply) {
  /** @type {import("./election.js").Election | undefined} */
  let prepared;

  const election = () => {
    if (prepared === undefined) throw new Refusal("not-prepared", "no election was given yet");
    return prepared;
  };

  /**
   * @param {Request} request
   * @param {(reply: Reply) => void} answer
   */
  function act(request, answer) {
    switch (request.type) {
      case "prepare": {
        // Another document under which the codes and choices of the first would be used is not taken half-way.
        prepared = undefined;
        const parsed = parseElection(request.election);
        prepareTables(parsed);
        prepared = parsed;
        const { uuid, name, description, questions, fingerprint } = parsed;
        return answer({ type: "ready", uuid, name, description, questions, fingerprint });
      }
      case "credential": {
        const code = parseCode(request.code);
        return answer({ type: "credential", code, credential: publicCredential(election().uuid, code) });
      }
      case "encrypt": {
        const progress = (/** @type {number} */ done, /** @type {number} */ total) => answer({ type: "progress", done, total });
        return answer({ type: "ballot", ...makeBallot(election(), request.code, request.choices, { progress }) });
      }
      case "check-receipt": {
        const { uuid, fingerprint } = election();
        checkReceipt({ ...request.receipt, uuid, election_hash: fingerprint }, request.key);
        return answer({ type: "receipt-holds" });
      }
      case "check-board": {
        const chain = readChain(request.events);
        checkInclusion(chain, request.tracker, request.height);
        if (request.head !== undefined) checkContinues(chain, request.head, request.seen ?? request.height);
        const { head, hashes, ballots, last } = chain;
        return answer({ type: "board-holds", head, length: hashes.length, ballots: ballots.size, last });
      }
      default:
        throw new Refusal("malformed-request", "a request that is not known");
    }
  }

  return (request) => {
    const { id } = request;
    const answer = (/** @type {Reply} */ content) => reply(id === undefined ? content : { ...content, id });
    try {
      act(request, answer);
    } catch (error) {
      // What is not a refusal of ours may quote what it was given: its text stays here.
      const code = error instanceof Refusal ? error.code : "internal";
      answer({ type: "error", code, message: error instanceof Refusal ? error.message : "the worker failed" });
    }
  };
}
