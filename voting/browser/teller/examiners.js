/**
 * Shares the ballots of an archive out to several workers. Who is done gets the next slice, so a slow core holds up
 * nobody; the ballots come back in order, and the tallies are composed into one.
 */
import { parseElection } from "../protocol/election.js";
import { composeTallies, emptyTally, recallTally } from "../protocol/tally.js";

/** @typedef {import("../protocol/examination.js").Finding} Finding */
/** @typedef {import("../protocol/examination.js").SliceReply} SliceReply */
/** @typedef {import("../asking.js").Port & {terminate: () => void}} Examiner */
/** @typedef {import("../protocol/verification.js").Examine} Examine */

/** Ballots in a slice: one, so that the progress moves and all workers end together. */
const SLICE = 1;
/** Slices that wait at a worker, so that it need not wait for the next. */
const AHEAD = 2;
const MOST_WORKERS = 4;

/**
 * Tell how many workers are worth starting for so many ballots on a device of so many cores.
 * @param {number} ballots
 * @param {number | undefined} cores as the browser tells it, if it does
 * @returns {number}
 */
export function workersFor(ballots, cores) {
  return Math.max(1, Math.min(MOST_WORKERS, cores ?? 1, Math.ceil(ballots / SLICE)));
}

/**
 * Make the function that examines ballots in `workersFor` workers.
 * @param {() => Examiner} start
 * @param {number | undefined} cores
 * @returns {Examine}
 */
export function shareOut(start, cores) {
  return async (election, ballots, progress) => {
    /** @type {Finding[]} */
    const findings = [];
    let next = 0;
    let done = 0;

    /** @returns {import("../protocol/examination.js").SliceRequest | undefined} */
    function slice() {
      const from = next;
      if (from >= ballots.length) return undefined;
      next += SLICE;
      // Copies: a part of the archive would be sent with the whole archive around it.
      return { type: "slice", from, ballots: ballots.slice(from, next).map((ballot) => ballot.slice()) };
    }

    /**
     * @param {number} from
     * @param {readonly Finding[]} found
     */
    function take(from, found) {
      if (found.length !== Math.min(SLICE, ballots.length - from)) throw new Error("not every ballot was examined");
      found.forEach((finding, i) => (findings[from + i] = finding));
      done += found.length;
      progress(done, ballots.length);
    }

    /** @type {Examiner[]} */
    const examiners = [];
    try {
      for (let i = workersFor(ballots.length, cores); i > 0; i--) examiners.push(start());
      const tallies = await Promise.all(examiners.map((examiner) => work(examiner, election, slice, take)));
      const tally = tallies.map(recallTally).reduce(composeTallies, emptyTally(parseElection(election)));
      return { findings, tally };
    } finally {
      for (const examiner of examiners) examiner.terminate();
    }
  };
}

/**
 * Keep one worker busy until there are no more slices, then ask for its tally.
 * @param {Examiner} examiner
 * @param {string} election
 * @param {() => import("../protocol/examination.js").SliceRequest | undefined} slice the next one
 * @param {(from: number, findings: readonly Finding[]) => void} take
 * @returns {Promise<import("../protocol/tally.js").WrittenTally>}
 */
function work(examiner, election, slice, take) {
  return new Promise((resolve, reject) => {
    let waiting = 0;
    const feed = () => {
      while (waiting < AHEAD) {
        const request = slice();
        if (request === undefined) break;
        waiting += 1;
        examiner.postMessage(request);
      }
      if (waiting === 0) examiner.postMessage({ type: "sum" });
    };
    examiner.onerror = () => reject(new Error("a worker broke"));
    examiner.onmessage = ({ data }) => {
      const reply = /** @type {SliceReply} */ (data);
      if (reply.type === "tally") return resolve(reply.cells);
      if (reply.type === "failed") return reject(new Error("a ballot was not examined"));
      try {
        take(reply.from, reply.findings);
      } catch (error) {
        return reject(error);
      }
      waiting -= 1;
      feed();
    };
    examiner.postMessage({ type: "open", election });
    feed();
  });
}
