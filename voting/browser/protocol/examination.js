/**
 * Many ballots, each by itself: the long part of verifying an archive, made so that it can be shared out.
 */
import { credentialOf, openBallot } from "./ballots.js";
import { toText } from "./canonical.js";
import { parseElection } from "./election.js";
import { Refusal } from "./refusals.js";
import { composeTallies, emptyTally, writeTally } from "./tally.js";

/** @typedef {import("./election.js").Election} Election */
/** @typedef {import("./tally.js").WrittenTally} WrittenTally */

/**
 * What is known of one ballot: its credential in hex if it could be read, and why it is refused, if it is.
 * @typedef {{credential: string | undefined, refusal: {code: import("./refusals.js").RefusalCode, reason: string} | undefined}} Finding
 */

/** Opens ballots of one election, one after the other, and adds up those that hold. */
export class Examiner {
  /** @param {Election} election */
  constructor(election) {
    this.election = election;
    /** The tally of the ballots that held. */
    this.tally = emptyTally(election);
  }

  /**
   * Check one ballot. What is no refusal of ours is thrown: the ballot was then not checked.
   * @param {Uint8Array} raw
   * @returns {Finding}
   */
  examine(raw) {
    let json = "";
    try {
      json = toText(raw);
      const { credential, answers } = openBallot(json, this.election);
      this.tally = composeTallies(this.tally, answers);
      return { credential, refusal: undefined };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { code, message } = error;
      return { credential: credentialOf(json, this.election), refusal: { code, reason: message } };
    }
  }
}

/**
 * The messages between the thread that verifies and those that examine for it. An examiner takes one election, then
 * slices of its ballots, and gives at the end the tally of all that held.
 *
 * @typedef {{type: "open", election: string} | {type: "slice", from: number, ballots: readonly Uint8Array[]}
 *   | {type: "sum"}} SliceRequest
 * @typedef {{type: "findings", from: number, findings: readonly Finding[]} | {type: "tally", cells: WrittenTally}
 *   | {type: "failed"}} SliceReply
 */

/**
 * Make the function that answers these messages.
 * @param {(reply: SliceReply) => void} reply
 * @returns {(request: SliceRequest) => void}
 */
export function createExaminer(reply) {
  /** @type {Examiner | undefined} */
  let examiner;

  /**
   * @param {SliceRequest} request
   * @returns {SliceReply | undefined}
   */
  function act(request) {
    if (request.type === "open") {
      examiner = new Examiner(parseElection(request.election));
      return undefined;
    }
    const opened = examiner;
    if (opened === undefined) throw new Refusal("not-prepared", "no election was given yet");
    if (request.type === "sum") return { type: "tally", cells: writeTally(opened.tally) };
    return { type: "findings", from: request.from, findings: request.ballots.map((ballot) => opened.examine(ballot)) };
  }

  return (request) => {
    try {
      const answer = act(request);
      if (answer !== undefined) reply(answer);
    } catch {
      // Not a ballot that is refused, but one that was not examined: nothing may be concluded from it.
      reply({ type: "failed" });
    }
  };
}
