/**
 * A whole small session with tellers, made of the real parts: for the tests of the count.
 */
import { makeBallot, openBallot } from "../../../voting/browser/protocol/ballots.js";
import { sha256Hex } from "../../../voting/browser/protocol/canonical.js";
import { publicCredential } from "../../../voting/browser/protocol/codes.js";
import { parseElection } from "../../../voting/browser/protocol/election.js";
import { hashToScalar, pointFromHex, pointToHex, powerOfGenerator, product } from "../../../voting/browser/protocol/group.js";
import { proveDecryption, proveKnowledge, writeProof } from "../../../voting/browser/protocol/proofs.js";
import { Examiner } from "../../../voting/browser/protocol/examination.js";
import { composeTallies, emptyTally, writeTally } from "../../../voting/browser/protocol/tally.js";
import { seededScalars } from "./fixtures.js";
import { Relay, UUID, seedsOf } from "./meeting.js";

const CODES = ["11111-111111-11111-111112", "11111-111111-11111-111113", "11111-111111-11111-111114"];
const QUESTIONS = [
  { answers: ["Yes", "No"], min: 1, max: 1, question: "First" },
  { answers: ["Yes", "No"], blank: true, min: 0, max: 1, question: "Second" },
];
const VOTES = [
  [[1, 0], [0, 1, 0]],
  [[0, 1], [1, 0, 0]],
  [[1, 0], [0, 0, 1]],
];
export const COUNTS = [[2, 1], [1, 1, 1]];

/** @typedef {{type: string, documents: string[]}} Record the documents that an event brings, its payload the last */

/** The service's own key, known to everybody. */
export const SERVER_KEY = hashToScalar("the service of the tests");

/** The key ceremony of 2 of 3 tellers, held once. */
export const CEREMONY = new Relay(seedsOf(3), 2).run();

/**
 * Give the records of a session up to the tally of `ballots` of its three ballots.
 * @param {{ballots?: number, relay?: Relay}} [options]
 */
export function makeSession({ ballots = 3, relay = CEREMONY } = {}) {
  const random = seededScalars("session");
  const public_key = pointToHex(powerOfGenerator(SERVER_KEY));
  const pok = writeProof(proveKnowledge(random, SERVER_KEY, `pok|Ed25519|${public_key}|`));
  const pedersen = relay.pedersen();
  const trustees = JSON.stringify([["Single", { pok, public_key }], ["Pedersen", pedersen]]);
  const first = pedersen.coefexps.map((/** @type {{message: string}} */ signed) => pointFromHex(JSON.parse(signed.message).coefexps[0]));
  const key = pointToHex(product([powerOfGenerator(SERVER_KEY), ...first]));
  const written = JSON.stringify({ version: 1, description: "", name: "Tellers", group: "Ed25519", public_key: key, questions: QUESTIONS, uuid: UUID });
  const election = parseElection(written);
  const credentials = JSON.stringify(CODES.map((code) => publicCredential(UUID, code)).sort());
  const setup = JSON.stringify({ election: sha256Hex(written), trustees: sha256Hex(trustees), credentials: sha256Hex(credentials) });
  /** @type {Record[]} */
  const records = [{ type: "Setup", documents: [written, trustees, credentials, setup] }];
  const cast = VOTES.slice(0, ballots).map((vote, i) => makeBallot(election, String(CODES[i]), vote, { random }).json);
  records.push(...cast.map((json) => ({ type: "Ballot", documents: [json] })), { type: "EndBallots", documents: [] });
  const tally = cast.map((json) => openBallot(json, election).answers).reduce(composeTallies, emptyTally(election));
  const cells = JSON.stringify(writeTally(tally));
  const sized = JSON.stringify({ num_tallied: ballots, total_weight: ballots, encrypted_tally: sha256Hex(cells) });
  records.push({ type: "EncryptedTally", documents: [cells, sized] });
  return { election, tally, records };
}

/**
 * Decrypt a tally with the key of the service.
 * @param {ReturnType<typeof makeSession>} session
 * @returns {string}
 */
export function decryptAsServer({ election, tally }) {
  const random = seededScalars("decrypt");
  const pairs = tally.map((cells) => cells.map(({ alpha }) => proveDecryption(random, election.fingerprint, SERVER_KEY, alpha)));
  return JSON.stringify({
    decryption_factors: pairs.map((row) => row.map(({ factor }) => pointToHex(factor))),
    decryption_proofs: pairs.map((row) => row.map(({ proof }) => writeProof(proof))),
  });
}

/**
 * Give the records of partial decryptions by owner, and of the result.
 * @param {readonly (readonly [owner: number, body: string])[]} decryptions
 * @param {number[][]} [counts]
 * @returns {Record[]}
 */
export function counted(decryptions, counts = COUNTS) {
  return [
    ...decryptions.map(([owner, body]) => ({ type: "PartialDecryption", documents: [body, JSON.stringify({ owner, payload: sha256Hex(body) })] })),
    { type: "Result", documents: [JSON.stringify({ result: counts })] },
  ];
}

/**
 * Write an archive, byte for byte as the format wants it.
 * @param {readonly Record[]} records
 * @returns {Uint8Array}
 */
export function writeArchive(records) {
  const parts = [entry("BELENIOS", JSON.stringify({ version: 1, timestamp: "1795528054" }))];
  let parent = "";
  records.forEach(({ type, documents }, height) => {
    parts.push(...documents.map((text) => entry(`${sha256Hex(text)}.data.json`, text)));
    const payload = documents.at(-1);
    const event = JSON.stringify({
      ...(parent ? { parent } : {}),
      height,
      type,
      ...(payload === undefined ? {} : { payload: sha256Hex(payload) }),
    });
    parent = sha256Hex(event);
    parts.push(entry(`${parent}.event.json`, event));
  });
  return new Uint8Array(Buffer.concat(parts));
}

/** @param {string} name @param {string} text */
function entry(name, text) {
  const content = Buffer.from(text);
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write("0000644", 100);
  header.write("0000000", 108);
  header.write("0000000", 116);
  header.write(content.length.toString(8).padStart(11, "0"), 124);
  header.write((1795528054).toString(8).padStart(11, "0"), 136);
  header.write("        ", 148);
  header.write("0", 156);
  header.write(`${header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, "0")}\0 `, 148);
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

/** @type {Map<string, {finding: import("../../../voting/browser/protocol/examination.js").Finding, tally: import("../../../voting/browser/protocol/tally.js").EncryptedTally}>} */
const examined = new Map();

/**
 * Examine every ballot, but each one once in a run: the same ballots stand in many archives of a test.
 * @type {import("../../../voting/browser/protocol/verification.js").Examine}
 */
export async function examineOnce(election, ballots, progress) {
  const parsed = parseElection(election);
  const found = ballots.map((ballot, i) => {
    const name = sha256Hex(election) + sha256Hex(ballot);
    const examiner = new Examiner(parsed);
    const known = examined.get(name) ?? { finding: examiner.examine(ballot), tally: examiner.tally };
    examined.set(name, known);
    progress(i + 1, ballots.length);
    return known;
  });
  return { findings: found.map(({ finding }) => finding), tally: found.map(({ tally }) => tally).reduce(composeTallies, emptyTally(parsed)) };
}
