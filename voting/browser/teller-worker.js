/**
 * The worker of a teller's page: all that is done with a key, and the verification of the archive. For the ballots it
 * starts more workers of its own kind, told apart by their name, if the browser lets it.
 */
import { createExaminer } from "./protocol/examination.js";
import { shareOut } from "./teller/examiners.js";
import { createService } from "./teller/service.js";
import { makeVerifier } from "./teller/verifier.js";

/**
 * @typedef {object} WorkerScope
 * @property {string} name
 * @property {{href: string}} location
 * @property {{hardwareConcurrency?: number}} navigator
 * @property {typeof Worker} [Worker]
 * @property {(reply: unknown) => void} postMessage
 * @property {((event: {data: any}) => void) | null} onmessage
 */

const EXAMINER = "examiner";
const scope = /** @type {WorkerScope} */ (/** @type {unknown} */ (globalThis));
const reply = (/** @type {unknown} */ message) => scope.postMessage(message);

/** Start a worker that examines ballots for this one. */
function startExaminer() {
  return new Worker(scope.location.href, { name: EXAMINER });
}

/** @returns {(message: any) => void} */
function makeHandler() {
  if (scope.name === EXAMINER) return createExaminer(reply);
  // Some browsers have no workers inside workers: then the ballots are examined here, one after the other.
  const examine = scope.Worker === undefined ? undefined : shareOut(startExaminer, scope.navigator.hardwareConcurrency);
  return createService(reply, makeVerifier(examine));
}

const handle = makeHandler();
scope.onmessage = ({ data }) => void handle(data);
