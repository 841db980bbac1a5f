/**
 * The chain of events: what stands on the board, in which order, each event naming the one before it by its hash.
 * PROTOCOL, "The archive". Trackers and head follow from the events alone, without the ballots.
 */
import { fromJson, hashToTracker, hasExactly, isHash, isTracker, sha256Hex, toJson, trackerToHash } from "./canonical.js";
import { Refusal } from "./refusals.js";

/** A board of ten thousand ballots stays below this, in characters. */
const LARGEST_BOARD = 8_388_608;

/** What may follow what; nothing stands before the first. @type {Readonly<Record<string, readonly string[]>>} */
export const NEXT = {
  "": ["Setup"],
  Setup: ["Ballot", "EndBallots"],
  Ballot: ["Ballot", "EndBallots"],
  EndBallots: ["EncryptedTally"],
  EncryptedTally: ["PartialDecryption"],
  PartialDecryption: ["PartialDecryption", "Result"],
  Result: [],
};

const TYPES = new Set(Object.values(NEXT).flat());

/**
 * @typedef {object} Chain a checked chain
 * @property {readonly string[]} hashes the hash of each event, by height
 * @property {string} head the hash of the last event
 * @property {string} last the type of the last event
 * @property {string} setup the hash of the setup data, which names election, trustees and credentials
 * @property {ReadonlyMap<string, number>} ballots from the hash of a ballot (64 hex digits) to its height
 */

/**
 * Read the events of a board, one JSON a line, and check heights, parents, order and canonical bytes. Refuses
 * "broken-chain", naming the first bad event.
 * @param {string} text
 * @returns {Chain}
 */
export function readChain(text) {
  if (text.length > LARGEST_BOARD) throw new Refusal("broken-chain", "the board is too large");
  const lines = (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
  /** @type {string[]} */
  const hashes = [];
  /** @type {Map<string, number>} */
  const ballots = new Map();
  let last = "";
  let setup = "";
  lines.forEach((line, height) => {
    const where = `events[${height}]`;
    const { type, payload } = readEvent(line, height, hashes.at(-1), where);
    if (!NEXT[last]?.includes(type)) throw new Refusal("broken-chain", `${type} cannot stand here`, where);
    if (type === "Setup") setup = String(payload);
    if (type === "Ballot" && payload !== undefined) {
      if (ballots.has(payload)) throw new Refusal("broken-chain", "one ballot stands twice", where);
      ballots.set(payload, height);
    }
    last = type;
    hashes.push(sha256Hex(line));
  });
  return Object.freeze({ hashes: Object.freeze(hashes), head: /** @type {string} */ (hashes.at(-1)), last, setup, ballots });
}

/**
 * Read one event and check its bytes, its height and the event that it names. Refuses "broken-chain".
 * @param {string} line
 * @param {number} height where the event must stand
 * @param {string | undefined} parent the hash that it must name
 * @param {string} where
 * @returns {{type: string, payload: string | undefined}}
 */
export function readEvent(line, height, parent, where) {
  /** @type {unknown} */
  let event;
  try {
    event = fromJson(line);
  } catch {
    throw new Refusal("broken-chain", "not an event", where);
  }
  const carries = typeof event === "object" && event !== null && "payload" in event;
  const fields = [...(parent === undefined ? [] : ["parent"]), "height", "type", ...(carries ? ["payload"] : [])];
  if (!hasExactly(event, fields)) throw new Refusal("broken-chain", "a field is missing or unknown", where);
  const { type, payload } = event;
  if (event["height"] !== height) throw new Refusal("broken-chain", "not the height where it stands", where);
  if (event["parent"] !== parent) throw new Refusal("broken-chain", "it does not follow the event before it", where);
  if (typeof type !== "string" || !TYPES.has(type)) throw new Refusal("broken-chain", "an event of no known type", where);
  if ((type === "EndBallots") === carries) throw new Refusal("broken-chain", "a payload too many or too few", where);
  if (carries && !isHash(payload)) throw new Refusal("broken-chain", "the payload is not a hash", where);
  const rebuilt = { ...(parent === undefined ? {} : { parent }), height, type, ...(carries ? { payload } : {}) };
  if (toJson(rebuilt) !== line) throw new Refusal("broken-chain", "not in canonical form", where);
  return { type, payload: carries ? /** @type {string} */ (payload) : undefined };
}

/**
 * Check that a ballot stands on the board, at the height that its receipt tells. Refuses "ballot-missing".
 * @param {Chain} chain
 * @param {string} tracker
 * @param {number} height
 */
export function checkInclusion(chain, tracker, height) {
  const found = heightOf(chain, tracker);
  if (found === undefined) throw new Refusal("ballot-missing", "no ballot on the board has this tracker");
  if (found !== height) throw new Refusal("ballot-missing", "the ballot stands at another height than its receipt tells");
}

/**
 * Find the height of a ballot by its tracker; nothing when it is not on the board or not a tracker.
 * @param {Chain} chain
 * @param {string} tracker
 * @returns {number | undefined}
 */
export function heightOf(chain, tracker) {
  return isTracker(tracker) ? chain.ballots.get(trackerToHash(tracker)) : undefined;
}

/**
 * Give every tracker on the board, in order of height.
 * @param {Chain} chain
 * @returns {string[]}
 */
export function trackers(chain) {
  return [...chain.ballots.keys()].map(hashToTracker);
}

/**
 * Check that a board still holds what was seen of it earlier: the event at `height` had the hash `head`. Two boards
 * shown to two people part ways here (FAULTS C11). Refuses "broken-chain".
 * @param {Chain} chain
 * @param {string} head
 * @param {number} height
 */
export function checkContinues(chain, head, height) {
  if (chain.hashes[height] !== head) {
    throw new Refusal("broken-chain", "another event stands where one was seen before", `events[${height}]`);
  }
}
