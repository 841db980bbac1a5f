/**
 * The two sessions that belenios-tool made, with their codes and votes in clear.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseElection } from "../../../voting/browser/protocol/election.js";
import { hashToScalar } from "../../../voting/browser/protocol/group.js";
import { openArchive } from "./archive.js";

/** @param {string} name below tests/vectors */
export function vectorPath(name) {
  return fileURLToPath(new URL(`../../vectors/${name}`, import.meta.url));
}

/** @param {string} name below tests/vectors */
export function readVector(name) {
  return readFileSync(vectorPath(name), "utf8");
}

/** @param {string} folder @param {string} uuid */
function session(folder, uuid) {
  const archive = openArchive(vectorPath(`${folder}/${uuid}.bel`));
  const lines = (/** @type {string} */ name) => readVector(`${folder}/${name}`).trim().split("\n");
  return {
    folder,
    archive,
    election: parseElection(archive.election),
    codes: lines("codes.txt"),
    /** @type {number[][][]} */
    votes: lines("votes.txt").map((line) => JSON.parse(line)),
  };
}

export const SINGLE = session("single", "cyuzb8XAcr1FSj");
export const THRESHOLD = session("threshold", "WB7CXHC6p9Vx7B");

/**
 * Give one element, failing the test when it is not there.
 * @template T
 * @param {readonly T[]} list
 * @param {number} index
 * @returns {T}
 */
export function at(list, index) {
  const element = list[index];
  if (element === undefined) throw new Error(`no element ${index}`);
  return element;
}

/**
 * Scalars that follow from a seed: repeatable, and so never for a real ballot.
 * @param {string} seed
 * @returns {() => bigint}
 */
export function seededScalars(seed) {
  let count = 0;
  return () => hashToScalar(`${seed}|${count++}`);
}
