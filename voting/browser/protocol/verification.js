/**
 * Verify a whole archive: the same checks, under the same names and in the same order, as `voting verify`; the first that
 * fails ends it. Nothing is taken from the archive that is not recomputed: names, chain, keys, proofs, tally, result.
 */
import { Board, at, readSetup } from "./board.js";
import { sha256Hex, toJson, toText } from "./canonical.js";
import { Checks, NothingToCheck, failed } from "./checks.js";
import { readCredentials } from "./credentials.js";
import { parseElection } from "./election.js";
import { Examiner } from "./examination.js";
import { pointToHex } from "./group.js";
import { PEDERSEN_CHECKS, fingerprint } from "./pedersen.js";
import { checkResult, openDecryption, readOwned, readResult, readSizedTally, writeTally } from "./tally.js";
import { checkEnough, checkSingles, combine, electionKey, groupsOf, ownerKeys, readTrustees } from "./trustees.js";

/** @typedef {import("./election.js").Election} Election */
/** @typedef {import("./group.js").Point} Point */
/** @typedef {{findings: readonly import("./examination.js").Finding[], tally: import("./tally.js").EncryptedTally}} Examination */
/** @typedef {(done: number, total: number) => void} Progress */

/**
 * Examine every ballot, in order. Who can, shares the work out.
 * @typedef {(election: string, ballots: readonly Uint8Array[], progress: Progress) => Promise<Examination>} Examine
 */

/**
 * A teller as the board shows it, keys in hex: `verification` and `encryption` follow from the seed, `publicKey` from
 * the ceremony. Owners are numbered from 1 across all trustees.
 * @typedef {{owner: number, verification: string, encryption: string, publicKey: string}} BoardTeller
 */

/**
 * What a verified archive says: plain values, so that it can be sent between threads.
 * @typedef {object} Report
 * @property {string} uuid
 * @property {string} name
 * @property {readonly import("./election.js").Question[]} questions
 * @property {string} electionFingerprint `phi`
 * @property {number} credentials how many codes there are
 * @property {number} ballots
 * @property {string} head the hash of the last event
 * @property {number} height of the last event
 * @property {string} last its type
 * @property {{hash: string, cells: import("./tally.js").WrittenTally} | null} tally as recomputed; null before the close
 * @property {number} threshold how many of the tellers are needed; 0 without tellers
 * @property {readonly BoardTeller[]} tellers
 * @property {string} fingerprint of the tellers, the digits that they compare; empty without tellers
 * @property {readonly number[]} decrypted owners whose partial decryptions are there
 * @property {readonly (readonly number[])[] | null} result
 * @property {readonly import("./checks.js").Check[]} checks
 */

/**
 * Verify an archive. Refuses "broken-archive": `where` is the name of the check that fails, the message names the
 * record and the reason.
 * @param {Uint8Array} raw
 * @param {{examine?: Examine, progress?: Progress}} [options]
 * @returns {Promise<Report>}
 */
export async function verifyArchive(raw, { examine = examineHere, progress = () => {} } = {}) {
  const checks = new Checks();
  const board = new Board(raw, checks);
  const setup = checkSetup(board, checks);
  const heights = board.heights("Ballot");
  const ballots = heights.map((height) => board.content(board.events[height]?.payload, at(height)));
  const examination = await examine(setup.written, ballots, progress);
  checkBallots(setup.credentials, heights, examination, checks);
  const count = checkCount(board, setup, examination, checks);
  return { ...reportOf(setup), ...count, ...boardOf(board), ballots: ballots.length, checks: checks.made };
}

/** @type {Examine} */
async function examineHere(election, ballots, progress) {
  const examiner = new Examiner(parseElection(election));
  const findings = ballots.map((ballot, i) => {
    const finding = examiner.examine(ballot);
    progress(i + 1, ballots.length);
    return finding;
  });
  return { findings, tally: examiner.tally };
}

// ---- the setup

/**
 * @typedef {object} Setup
 * @property {string} written the exact text of the election
 * @property {Election} election
 * @property {ReadonlySet<string>} credentials
 * @property {import("./trustees.js").Trustees} trustees
 */

/**
 * @param {Board} board
 * @param {Checks} checks
 * @returns {Setup}
 */
function checkSetup(board, checks) {
  const setup = /** @type {Setup} */ ({});
  let [trustees, credentials] = ["", ""];
  checks.check("setup-hashes", () => {
    const [height] = board.heights("Setup");
    if (height === undefined) throw failed("there is no Setup event", "the board");
    const hashes = readSetup(board.payload(height));
    const text = (/** @type {string} */ hash) => toText(board.content(hash, at(height)));
    setup.written = text(hashes.election);
    [trustees, credentials] = [text(hashes.trustees), text(hashes.credentials)];
    return "the setup names election, trustees and credentials by their hashes";
  });
  checks.check("election", () => {
    setup.election = parseElection(setup.written);
    const { uuid, questions, fingerprint } = setup.election;
    return `${uuid}, ${questions.length} questions, fingerprint ${fingerprint}`;
  });
  checks.check("credentials", () => {
    setup.credentials = readCredentials(credentials);
    return `${setup.credentials.size} credentials, no two the same`;
  });
  checks.check("trustees", () => {
    setup.trustees = readTrustees(trustees);
    checkSingles(setup.trustees);
    return `${ownerKeys(setup.trustees).length} keys; whoever holds one alone has proved to know it`;
  });
  const groups = groupsOf(setup.trustees);
  if (groups.length > 0) {
    for (const [name, detail, check] of PEDERSEN_CHECKS) {
      checks.check(name, () => {
        for (const { pedersen, where } of groups) check(pedersen, where);
        return detail;
      });
    }
  }
  checks.check("election-key", () => {
    if (!setup.election.key.equals(electionKey(setup.trustees))) {
      throw failed("the key of the election is not the product of the trustees' keys", "election");
    }
    return "the key of the election is the product of the trustees' keys";
  });
  return setup;
}

// ---- the ballots

/**
 * @param {ReadonlySet<string>} credentials
 * @param {readonly number[]} heights
 * @param {Examination} examination
 * @param {Checks} checks
 */
function checkBallots(credentials, heights, { findings }, checks) {
  const found = heights.map((height, i) => {
    const finding = findings[i];
    // A ballot that nobody looked at must not pass for one that holds.
    if (finding === undefined) throw new Error("not every ballot was examined");
    return { ...finding, height };
  });
  checks.check("ballot-format", () => {
    const wrong = found.find(({ refusal }) => refusal !== undefined && refusal.code !== "bad-proof");
    if (wrong?.refusal) throw failed(wrong.refusal.reason, at(wrong.height));
    return `${found.length} ballots, every byte as the format says`;
  });
  checks.check("ballot-credentials", () => {
    const stranger = found.find(({ credential }) => credential !== undefined && !credentials.has(credential));
    if (stranger) throw failed("the credential of a ballot is not on the list", at(stranger.height));
    return "every ballot's credential is on the list";
  });
  checks.check("one-ballot-per-credential", () => {
    /** @type {Map<string, number>} */
    const seen = new Map();
    for (const { credential, height } of found) {
      if (credential === undefined) continue;
      if (seen.has(credential)) throw failed(`a ballot of the credential that voted at height ${seen.get(credential)}`, at(height));
      seen.set(credential, height);
    }
    return "no credential has two ballots";
  });
  checks.check("ballot-proofs", () => {
    const wrong = found.find(({ refusal }) => refusal !== undefined);
    if (wrong?.refusal) throw failed(wrong.refusal.reason, at(wrong.height));
    return "every signature and every proof holds";
  });
}

// ---- the count

/** @typedef {Pick<Report, "tally" | "decrypted" | "result">} Count */

/**
 * @param {Board} board
 * @param {Setup} setup
 * @param {Examination} examination
 * @param {Checks} checks
 * @returns {Count}
 */
function checkCount(board, { election, trustees }, examination, checks) {
  /** @type {Count} */
  const count = { tally: null, decrypted: [], result: null };
  const ballots = board.heights("Ballot").length;
  const only = (/** @type {string} */ type, /** @type {string} */ absent) => {
    const [height] = board.heights(type);
    if (height === undefined) throw new NothingToCheck(absent);
    return height;
  };
  checks.check("tally", () => {
    const height = only("EncryptedTally", "the ballots have not been tallied yet");
    const cells = writeTally(examination.tally);
    const hash = sha256Hex(toJson(cells));
    if (readSizedTally(board.payload(height)).tally !== hash) throw failed("the encrypted tally is not the product of the ballots", at(height));
    count.tally = { hash, cells };
    return "the encrypted tally is the product of the ballots";
  });
  checks.check("tally-count", () => {
    const height = only("EncryptedTally", "the ballots have not been tallied yet");
    const { tallied, weight } = readSizedTally(board.payload(height));
    if (tallied !== ballots || weight !== ballots) {
      throw failed(`the tally says ${tallied} ballots of weight ${weight}, the board has ${ballots}`, at(height));
    }
    return `the tally is of ${ballots} ballots, each of weight 1`;
  });
  /** @type {Map<number, Point[]>} */
  const factors = new Map();
  const owners = () => [...factors.keys()].sort((a, b) => a - b);
  checks.check("partial-decryptions", () => {
    only("PartialDecryption", "nobody has decrypted yet");
    const keys = ownerKeys(trustees);
    for (const height of board.heights("PartialDecryption")) {
      const { owner, payload } = readOwned(board.payload(height));
      const key = keys[owner - 1];
      if (key === undefined) throw failed(`owner ${owner} is none of the ${keys.length} trustees`, at(height));
      if (factors.has(owner)) throw failed(`owner ${owner} decrypted twice`, at(height));
      factors.set(owner, openDecryption(toText(board.content(payload, at(height))), election, examination.tally, key));
    }
    count.decrypted = owners();
    return `of owners ${owners().join(", ")}, every proof holds`;
  });
  checks.check("enough-decryptions", () => {
    only("Result", "there is no result yet");
    checkEnough(trustees, new Set(factors.keys()));
    const needed = trustees.map(({ threshold, keys }) => `${threshold} of ${keys.length}`);
    return `${factors.size} owners decrypted; needed were ${needed.join(" and ")}`;
  });
  checks.check("result", () => {
    const result = readResult(board.payload(only("Result", "there is no result yet")), election);
    checkResult(result, examination.tally, combine(trustees, factors));
    count.result = result;
    return "the result is what the decryptions give";
  });
  return count;
}

// ---- the report

/** @param {Setup} setup */
function reportOf({ election, credentials, trustees }) {
  const { uuid, name, questions } = election;
  const groups = groupsOf(trustees);
  return {
    uuid,
    name,
    questions,
    electionFingerprint: election.fingerprint,
    credentials: credentials.size,
    threshold: groups[0]?.pedersen.threshold ?? 0,
    fingerprint: groups.map(({ pedersen }) => fingerprint(uuid, pedersen)).join(", "),
    tellers: groups.flatMap(({ pedersen, first }) =>
      pedersen.certificates.map(({ verification, encryption }, i) => ({
        owner: first + i,
        verification: pointToHex(verification),
        encryption: pointToHex(encryption),
        publicKey: pedersen.verificationKeys[i]?.public_key ?? "",
      })),
    ),
  };
}

/** @param {Board} board */
function boardOf({ events, head }) {
  const height = events.length - 1;
  return { head, height, last: events[height]?.type ?? "" };
}
