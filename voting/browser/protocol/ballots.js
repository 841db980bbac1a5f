/**
 * Ballots: encrypt and prove the choices of one code; open and check any ballot. PROTOCOL, "Documents" and
 * "Encryption and proofs". Every multiplication that makes a ballot is a power of g or y: nothing else is secret.
 */
import { fromJson, hasExactly, isPointText, isTracker, sha256Base64, toJson } from "./canonical.js";
import { parseCode, privateCredential } from "./codes.js";
import { fixedBase, modQ, pointFromHex, pointToHex, powerOfGenerator, product } from "./group.js";
import { publicTable, squaringsFromHex } from "./powers.js";
import {
  checkBlank,
  checkBlankOrInterval,
  checkInterval,
  checkSignature,
  encrypt,
  proveBlank,
  proveBlankOrInterval,
  proveInterval,
  proveSignature,
  readProof,
  sumOfOpenings,
  writeEncryption,
  writeProof,
} from "./proofs.js";
import { randomScalar } from "./randomness.js";
import { Refusal } from "./refusals.js";

/** @typedef {import("./election.js").Election} Election */
/** @typedef {import("./election.js").Question} Question */
/** @typedef {import("./proofs.js").Encryption} Encryption */
/** @typedef {import("./proofs.js").Checked} Checked */
/** @typedef {import("./proofs.js").WrittenEncryption} WrittenEncryption */
/** @typedef {import("./proofs.js").WrittenProof} WrittenProof */
/** @typedef {import("./proofs.js").Proof} Proof */
/** @typedef {import("./proofs.js").Prover} Prover */

/** @typedef {readonly (readonly number[])[]} Choices one list of 0 and 1 per question, the blank choice first */

/**
 * @typedef {object} MadeBallot
 * @property {string} json the exact text to send
 * @property {string} tracker unpadded Base64 of the SHA-256 of the ballot
 * @property {string} credential the public credential, 64 hex digits
 */

/**
 * @typedef {object} Answer
 * @property {WrittenEncryption[]} choices
 * @property {[WrittenProof, WrittenProof][]} individual_proofs
 * @property {WrittenProof[]} overall_proof
 * @property {WrittenProof[]} [blank_proof]
 */

/** @type {WeakMap<Election, import("./group.js").FixedBase>} */
const keyTables = new WeakMap();
/** @type {WeakMap<Election, import("./powers.js").PublicTable>} */
const publicKeyTables = new WeakMap();

/**
 * Build the tables of g and of the election's key, once: some 20 ms, best spent while the attendee reads.
 * @param {Election} election
 * @returns {import("./group.js").FixedBase} the power of the election's key
 */
export function prepareTables(election) {
  let powerOfKey = keyTables.get(election);
  if (powerOfKey === undefined) {
    powerOfGenerator(1n);
    powerOfKey = fixedBase(election.key);
    keyTables.set(election, powerOfKey);
  }
  return powerOfKey;
}

/**
 * @param {Election} election
 * @returns {import("./powers.js").PublicTable}
 */
function keyTable(election) {
  let table = publicKeyTables.get(election);
  if (table === undefined) {
    table = publicTable(election.key);
    publicKeyTables.set(election, table);
  }
  return table;
}

/**
 * Encrypt and sign the choices of one code. Refuses "malformed-code", "malformed-choices" (naming the question) and
 * "bad-randomness".
 * @param {Election} election
 * @param {string} code as typed or scanned
 * @param {Choices} choices
 * @param {object} [options]
 * @param {(done: number, total: number) => void} [options.progress] called after each question
 * @param {() => bigint} [options.random] the source of secret scalars
 * @returns {MadeBallot}
 */
export function makeBallot(election, code, choices, { progress = () => {}, random = () => randomScalar() } = {}) {
  const x = privateCredential(election.uuid, parseCode(code));
  checkChoices(election, choices);
  const prover = { powerOfKey: prepareTables(election), random };
  const credential = pointToHex(powerOfGenerator(x));
  const context = `${election.fingerprint}|${credential}`;
  const total = election.questions.length;
  const answers = election.questions.map((question, i) => {
    const answer = makeAnswer(prover, context, question, /** @type {readonly number[]} */ (choices[i]));
    progress(i + 1, total);
    return answer;
  });
  const unsigned = { election_uuid: election.uuid, election_hash: election.fingerprint, credential, answers };
  const hash = sha256Base64(toJson(unsigned));
  const json = toJson({ ...unsigned, signature: { hash, proof: writeProof(proveSignature(random, x, hash)) } });
  return { json, tracker: sha256Base64(json), credential };
}

/**
 * @param {Prover} prover
 * @param {string} context `S0` of the specification
 * @param {Question} question
 * @param {readonly number[]} choices
 * @returns {Answer}
 */
function makeAnswer(prover, context, question, choices) {
  const openings = choices.map((choice) => ({ randomness: modQ(prover.random()), plaintext: BigInt(choice) }));
  const encryptions = openings.map((opening) => encrypt(opening, prover.powerOfKey));
  const written = encryptions.map(writeEncryption);
  const individual = openings.map((opening, i) =>
    proveInterval(prover, context, /** @type {WrittenEncryption} */ (written[i]), opening, 0, 1).map(writeProof),
  );
  const individual_proofs = /** @type {[WrittenProof, WrittenProof][]} */ (individual);
  const whole = answerContext(context, written);
  const { min, max, blank } = question;
  if (!blank) {
    const sum = sumOfOpenings(openings);
    const overall = proveInterval(prover, whole, writeEncryption(productOf(encryptions)), sum, min, max);
    return { choices: written, individual_proofs, overall_proof: overall.map(writeProof) };
  }
  const [first, ...others] = openings;
  const left = /** @type {import("./proofs.js").Opening} */ (first);
  const sum = sumOfOpenings(others);
  return {
    choices: written,
    individual_proofs,
    overall_proof: proveBlankOrInterval(prover, whole, left, sum, min, max).map(writeProof),
    blank_proof: proveBlank(prover, whole, left, sum).map(writeProof),
  };
}

/**
 * What an opened ballot holds: all of it was checked.
 * @typedef {object} OpenedBallot
 * @property {string} credential 64 hex digits
 * @property {string} tracker
 * @property {readonly (readonly Encryption[])[]} answers
 */

/**
 * Open a ballot: check that it is canonical, made for this election, and that its signature and every proof hold.
 * Refuses "malformed-ballot", "malformed-point", "malformed-scalar", "malformed-json", "wrong-election" or
 * "bad-proof", naming the part. That the credential is on the list, and unused, is the caller's to check.
 * @param {string} json
 * @param {Election} election
 * @returns {OpenedBallot}
 */
export function openBallot(json, election) {
  const { credential, answers, signed, hash, proof } = readBallot(json, election);
  if (sha256Base64(signed) !== hash) throw new Refusal("bad-proof", "it is of another ballot", "signature");
  const C = pointFromHex(credential, "credential");
  const points = answers.map(({ choices }, i) => choices.map((choice, j) => readBases(choice, `answers[${i}].choices[${j}]`)));
  checkSignature(C, hash, proof, "signature");
  const context = `${election.fingerprint}|${credential}`;
  const powerOfKey = keyTable(election);
  answers.forEach((answer, i) => {
    const [question, bases] = [/** @type {Question} */ (election.questions[i]), /** @type {Checked[]} */ (points[i])];
    checkAnswer(powerOfKey, context, question, answer, bases, `answers[${i}]`);
  });
  return { credential, tracker: sha256Base64(json), answers: points.map((bases) => bases.map(encryptionOf)) };
}

/**
 * Give the credential that a ballot names, if it is in the form of a ballot at all: for telling which of two ballots
 * came first, even when one of them is refused.
 * @param {string} json
 * @param {Election} election
 * @returns {string | undefined}
 */
export function credentialOf(json, election) {
  try {
    return readBallot(json, election).credential;
  } catch {
    return undefined;
  }
}

/**
 * Read the form of a ballot; of points and proofs, that they are written as such.
 * @param {string} json
 * @param {Election} election
 */
function readBallot(json, election) {
  const ballot = fromJson(json);
  if (!hasExactly(ballot, ["election_uuid", "election_hash", "credential", "answers", "signature"])) {
    throw malformed("a field is missing or unknown");
  }
  const { election_uuid, election_hash, credential, answers, signature } = ballot;
  if (election_uuid !== election.uuid || election_hash !== election.fingerprint) {
    throw new Refusal("wrong-election", "the ballot was made for another session");
  }
  if (!isPointText(credential)) throw new Refusal("malformed-point", "64 lower-case hex digits are needed", "credential");
  if (!Array.isArray(answers) || answers.length !== election.questions.length) {
    throw malformed("one answer for each question is needed", "answers");
  }
  const read = election.questions.map((question, i) => readAnswer(answers[i], question, `answers[${i}]`));
  if (!hasExactly(signature, ["hash", "proof"])) throw malformed("a field is missing or unknown", "signature");
  const { hash } = signature;
  if (!isTracker(hash)) throw malformed("a hash in Base64 is needed", "signature.hash");
  const proof = readProof(signature["proof"], "signature.proof");
  const unsigned = { election_uuid, election_hash, credential, answers: read.map(writeAnswer) };
  if (toJson({ ...unsigned, signature: { hash, proof: writeProof(proof) } }) !== json) throw malformed("not in canonical form");
  return { credential, answers: read, signed: toJson(unsigned), hash, proof };
}

/** @typedef {{choices: WrittenEncryption[], individual: Proof[][], overall: Proof[], blank: Proof[]}} ReadAnswer */

/**
 * @param {unknown} value
 * @param {Question} question
 * @param {string} where
 * @returns {ReadAnswer}
 */
function readAnswer(value, question, where) {
  const fields = ["choices", "individual_proofs", "overall_proof", ...(question.blank ? ["blank_proof"] : [])];
  if (!hasExactly(value, fields)) throw malformed("a field is missing or unknown", where);
  const width = question.answers.length + (question.blank ? 1 : 0);
  const choices = list(value["choices"], width, `${where}.choices`).map((choice, i) => {
    const at = `${where}.choices[${i}]`;
    if (!hasExactly(choice, ["alpha", "beta"])) throw malformed("a field is missing or unknown", at);
    const { alpha, beta } = choice;
    if (!isPointText(alpha)) throw new Refusal("malformed-point", "64 lower-case hex digits are needed", `${at}.alpha`);
    if (!isPointText(beta)) throw new Refusal("malformed-point", "64 lower-case hex digits are needed", `${at}.beta`);
    return { alpha, beta };
  });
  const proofs = (/** @type {unknown} */ given, /** @type {number} */ length, /** @type {string} */ at) =>
    list(given, length, at).map((proof, i) => readProof(proof, `${at}[${i}]`));
  const individual = list(value["individual_proofs"], width, `${where}.individual_proofs`).map((pair, i) =>
    proofs(pair, 2, `${where}.individual_proofs[${i}]`),
  );
  const branches = question.max - question.min + 1 + (question.blank ? 1 : 0);
  const overall = proofs(value["overall_proof"], branches, `${where}.overall_proof`);
  const blank = question.blank ? proofs(value["blank_proof"], 2, `${where}.blank_proof`) : [];
  return { choices, individual, overall, blank };
}

/**
 * @param {ReadAnswer} read
 * @returns {Answer}
 */
function writeAnswer({ choices, individual, overall, blank }) {
  return {
    choices,
    individual_proofs: /** @type {[WrittenProof, WrittenProof][]} */ (individual.map((pair) => pair.map(writeProof))),
    overall_proof: overall.map(writeProof),
    ...(blank.length > 0 ? { blank_proof: blank.map(writeProof) } : {}),
  };
}

/**
 * @param {WrittenEncryption} written
 * @param {string} where
 * @returns {Checked}
 */
function readBases({ alpha, beta }, where) {
  return { alpha: [squaringsFromHex(alpha, `${where}.alpha`)], beta: [squaringsFromHex(beta, `${where}.beta`)] };
}

/**
 * @param {import("./powers.js").PublicTable} powerOfKey
 * @param {string} context
 * @param {Question} question
 * @param {ReadAnswer} answer
 * @param {readonly Checked[]} bases
 * @param {string} where
 */
function checkAnswer(powerOfKey, context, question, { choices, individual, overall, blank }, bases, where) {
  bases.forEach((choice, i) => {
    const written = /** @type {WrittenEncryption} */ (choices[i]);
    const pair = /** @type {Proof[]} */ (individual[i]);
    checkInterval(powerOfKey, context, written, choice, pair, 0, 1, `${where}.individual_proofs[${i}]`);
  });
  const whole = answerContext(context, choices);
  const { min, max } = question;
  if (!question.blank) {
    const sum = productOfBases(bases);
    checkInterval(powerOfKey, whole, writeEncryption(encryptionOf(sum)), sum, overall, min, max, `${where}.overall_proof`);
    return;
  }
  const [first, ...others] = bases;
  const left = /** @type {Checked} */ (first);
  const sum = productOfBases(others);
  checkBlank(powerOfKey, whole, left, sum, blank, `${where}.blank_proof`);
  checkBlankOrInterval(powerOfKey, whole, left, sum, overall, min, max, `${where}.overall_proof`);
}

/**
 * @param {readonly Checked[]} bases
 * @returns {Checked}
 */
function productOfBases(bases) {
  return { alpha: bases.flatMap(({ alpha }) => alpha), beta: bases.flatMap(({ beta }) => beta) };
}

/**
 * @param {Checked} bases
 * @returns {Encryption}
 */
function encryptionOf({ alpha, beta }) {
  const point = (/** @type {import("./powers.js").Base} */ base) => product(base.map(([first]) => /** @type {import("./group.js").Point} */ (first)));
  return { alpha: point(alpha), beta: point(beta) };
}

/**
 * Check that the choices can be encrypted for this election: refuse before any secret is drawn.
 * @param {Election} election
 * @param {Choices} choices
 */
function checkChoices({ questions }, choices) {
  if (choices.length !== questions.length) throw new Refusal("malformed-choices", "one list for each question is needed");
  questions.forEach(({ answers, min, max, blank }, i) => {
    const given = /** @type {readonly number[]} */ (choices[i]);
    const where = `choices[${i}]`;
    if (given.length !== answers.length + (blank ? 1 : 0)) throw new Refusal("malformed-choices", "wrong length", where);
    if (!given.every((choice) => choice === 0 || choice === 1)) throw new Refusal("malformed-choices", "0 and 1 alone", where);
    const chosen = (blank ? given.slice(1) : given).filter((choice) => choice === 1).length;
    const fits = blank && given[0] === 1 ? chosen === 0 : min <= chosen && chosen <= max;
    if (!fits) throw new Refusal("malformed-choices", "too few or too many are chosen", where);
  });
}

/**
 * @param {string} context `S0`
 * @param {readonly WrittenEncryption[]} written
 * @returns {string} `S` of the specification
 */
function answerContext(context, written) {
  return `${context}|${written.map(({ alpha, beta }) => `${alpha},${beta}`).join(",")}`;
}

/**
 * @param {readonly Encryption[]} encryptions
 * @returns {Encryption}
 */
function productOf(encryptions) {
  return {
    alpha: product(encryptions.map(({ alpha }) => alpha)),
    beta: product(encryptions.map(({ beta }) => beta)),
  };
}

/**
 * @param {unknown} value
 * @param {number} length
 * @param {string} where
 * @returns {unknown[]}
 */
function list(value, length, where) {
  if (!Array.isArray(value) || value.length !== length) throw malformed(`a list of ${length} is needed`, where);
  return value;
}

/**
 * @param {string} message
 * @param {string} [where]
 */
function malformed(message, where = "") {
  return new Refusal("malformed-ballot", message, where);
}
