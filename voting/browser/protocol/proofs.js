/**
 * Proofs that an encryption, or one of two, holds a value from a list, without telling which; and the signature.
 * PROTOCOL, "Encryption and proofs". One prove/check pair each; the check functions raise "bad-proof".
 *
 * The names follow the specification: alpha, beta, and for each branch the commitments A and B.
 */
import {
  GENERATOR,
  IDENTITY,
  Q,
  hashToScalar,
  modQ,
  pointToHex,
  pointsToHex,
  power,
  powerOfGenerator,
  scalarFromText,
  scalarToText,
  secretPower,
} from "./group.js";
import { hasExactly } from "./canonical.js";
import { digitsOf, publicPower, publicPowerOfGenerator } from "./powers.js";
import { Refusal } from "./refusals.js";

/** @typedef {import("./group.js").Point} Point */
/** @typedef {import("./group.js").FixedBase} FixedBase */
/** @typedef {import("./powers.js").Base} Base */
/** @typedef {import("./powers.js").PublicTable} PublicTable */
/** @typedef {{alpha: Point, beta: Point}} Encryption */
/** @typedef {{alpha: string, beta: string}} WrittenEncryption */
/** @typedef {{challenge: bigint, response: bigint}} Proof */
/** @typedef {{challenge: string, response: string}} WrittenProof */

/**
 * What the prover knows of an encryption: `alpha = g^randomness`, `beta = y^randomness g^plaintext`.
 * @typedef {{randomness: bigint, plaintext: bigint}} Opening
 */

/**
 * One branch of an either-or: the encryption that `opening` opens holds `claim`.
 * @typedef {{opening: Opening, claim: bigint}} ProverBranch
 */

/** What a checker knows of an encryption, or of a product of several: see powers.js. */
/** @typedef {{alpha: Base, beta: Base}} Checked */
/** @typedef {{encryption: Checked, claim: bigint}} CheckerBranch */

/**
 * The prover's tools: the power of the public key y, and a source of secret scalars.
 * @typedef {{powerOfKey: FixedBase, random: () => bigint}} Prover
 */

/**
 * Encrypt a value: `alpha = g^r`, `beta = y^r g^m`.
 * @param {Opening} opening the plaintext is 0 or 1
 * @param {FixedBase} powerOfKey
 * @returns {Encryption}
 */
export function encrypt({ randomness, plaintext }, powerOfKey) {
  // Adding the identity costs what adding the generator costs: the time does not tell the vote.
  const marked = plaintext === 1n ? GENERATOR : IDENTITY;
  return { alpha: powerOfGenerator(randomness), beta: powerOfKey(randomness).add(marked) };
}

/**
 * Add up what is known of several encryptions: the opening of their product.
 * @param {readonly Opening[]} openings
 * @returns {Opening}
 */
export function sumOfOpenings(openings) {
  return {
    randomness: modQ(openings.reduce((sum, { randomness }) => sum + randomness, 0n)),
    plaintext: openings.reduce((sum, { plaintext }) => sum + plaintext, 0n),
  };
}

/**
 * Prove that an encryption holds one of the values `from … to`. `iprove` of the specification.
 * @param {Prover} prover
 * @param {string} context `S` of the specification
 * @param {WrittenEncryption} written the encryption as the ballot shows it
 * @param {Opening} opening
 * @param {number} from
 * @param {number} to
 * @returns {Proof[]} one per value, in order
 */
export function proveInterval(prover, context, written, opening, from, to) {
  const branches = interval(from, to).map((claim) => ({ opening, claim }));
  return proveEither(prover, intervalStatement(context, written), branches, Number(opening.plaintext) - from);
}

/**
 * Check that an encryption holds one of the values `from … to`.
 * @param {PublicTable} powerOfKey of y
 * @param {string} context
 * @param {WrittenEncryption} written
 * @param {Checked} encryption
 * @param {readonly Proof[]} proofs
 * @param {number} from
 * @param {number} to
 * @param {string} where names the proof in the refusal
 */
export function checkInterval(powerOfKey, context, written, encryption, proofs, from, to, where) {
  const branches = interval(from, to).map((claim) => ({ encryption, claim }));
  checkEither(powerOfKey, intervalStatement(context, written), branches, proofs, where);
}

/**
 * Prove that the line is not blank, or that nothing is chosen on it. `blank_proof` of the specification.
 * @param {Prover} prover
 * @param {string} context
 * @param {Opening} blank of the blank choice
 * @param {Opening} others of the product of the other choices
 * @returns {Proof[]} two
 */
export function proveBlank(prover, context, blank, others) {
  const branches = [blank, others].map((opening) => ({ opening, claim: 0n }));
  return proveEither(prover, `bproof0|${context}`, branches, blank.plaintext === 0n ? 0 : 1);
}

/**
 * Check that the line is not blank, or that nothing is chosen on it.
 * @param {PublicTable} powerOfKey
 * @param {string} context
 * @param {Checked} blank
 * @param {Checked} others
 * @param {readonly Proof[]} proofs
 * @param {string} where
 */
export function checkBlank(powerOfKey, context, blank, others, proofs, where) {
  const branches = [blank, others].map((encryption) => ({ encryption, claim: 0n }));
  checkEither(powerOfKey, `bproof0|${context}`, branches, proofs, where);
}

/**
 * Prove that the line is blank, or that the number of choices is in `from … to`. `overall_proof` with blank lines.
 * @param {Prover} prover
 * @param {string} context
 * @param {Opening} blank
 * @param {Opening} others
 * @param {number} from
 * @param {number} to
 * @returns {Proof[]} one for the blank line, then one per value
 */
export function proveBlankOrInterval(prover, context, blank, others, from, to) {
  const branches = [
    { opening: blank, claim: 1n },
    ...interval(from, to).map((claim) => ({ opening: others, claim })),
  ];
  const index = blank.plaintext === 1n ? 0 : 1 + Number(others.plaintext) - from;
  return proveEither(prover, `bproof1|${context}`, branches, index);
}

/**
 * Check that the line is blank, or that the number of choices is in `from … to`.
 * @param {PublicTable} powerOfKey
 * @param {string} context
 * @param {Checked} blank
 * @param {Checked} others
 * @param {readonly Proof[]} proofs
 * @param {number} from
 * @param {number} to
 * @param {string} where
 */
export function checkBlankOrInterval(powerOfKey, context, blank, others, proofs, from, to, where) {
  const branches = [
    { encryption: blank, claim: 1n },
    ...interval(from, to).map((claim) => ({ encryption: others, claim })),
  ];
  checkEither(powerOfKey, `bproof1|${context}`, branches, proofs, where);
}

/**
 * Prove that one knows the private key of `g^x`, bound to a statement: `sig|HASH|` signs a ballot, `sigmsg|M|` a
 * message, `pok|Ed25519|X|` shows that a key was not made from others.
 * @param {() => bigint} random
 * @param {bigint} x
 * @param {string} statement
 * @returns {Proof}
 */
export function proveKnowledge(random, x, statement) {
  const w = random();
  const challenge = hashToScalar(`${statement}${pointToHex(powerOfGenerator(w))}`);
  return { challenge, response: modQ(w - x * challenge) };
}

/**
 * Check a proof of `proveKnowledge`.
 * @param {string} statement
 * @param {Point} key
 * @param {Proof} proof
 * @param {string} where
 */
export function checkKnowledge(statement, key, { challenge, response }, where) {
  const A = publicPowerOfGenerator(response).add(power(key, challenge));
  if (hashToScalar(`${statement}${pointToHex(A)}`) !== challenge) throw new Refusal("bad-proof", "it does not hold", where);
}

/**
 * Sign a ballot's hash with the private credential x.
 * @param {() => bigint} random
 * @param {bigint} x
 * @param {string} hash unpadded Base64 of the SHA-256 of the ballot without its signature
 * @returns {Proof}
 */
export function proveSignature(random, x, hash) {
  return proveKnowledge(random, x, `sig|${hash}|`);
}

/**
 * Check the signature of a ballot's hash under the public credential.
 * @param {Point} credential
 * @param {string} hash
 * @param {Proof} proof
 * @param {string} where
 */
export function checkSignature(credential, hash, proof, where) {
  checkKnowledge(`sig|${hash}|`, credential, proof, where);
}

/**
 * Decrypt in part and prove it: `F = alpha^x`. One exponent w serves one proof, then is forgotten.
 * @param {() => bigint} random
 * @param {string} fingerprint `phi` of the election
 * @param {bigint} x
 * @param {Point} alpha
 * @returns {{factor: Point, proof: Proof}}
 */
export function proveDecryption(random, fingerprint, x, alpha) {
  const w = random();
  const key = pointToHex(powerOfGenerator(x));
  const A = pointToHex(powerOfGenerator(w));
  const challenge = hashToScalar(`decrypt|${fingerprint}|${key}|${A},${pointToHex(secretPower(alpha, w))}`);
  return { factor: secretPower(alpha, x), proof: { challenge, response: modQ(w - x * challenge) } };
}

/**
 * Check that `factor` is `alpha` raised to the private key of `key`.
 * @param {string} fingerprint
 * @param {Point} key
 * @param {Point} alpha
 * @param {Point} factor
 * @param {Proof} proof
 * @param {string} where
 */
export function checkDecryption(fingerprint, key, alpha, factor, proof, where) {
  checkSameExponent(`decrypt|${fingerprint}|${pointToHex(key)}|`, key, alpha, factor, proof, where);
}

/**
 * Check the proof that `key` on the generator and `factor` on `base` have one exponent (Chaum and Pedersen).
 * @param {string} statement names all that is stated
 * @param {Point} key
 * @param {Point} base
 * @param {Point} factor
 * @param {Proof} proof
 * @param {string} where
 */
export function checkSameExponent(statement, key, base, factor, { challenge, response }, where) {
  const [A, B] = pointsToHex([
    publicPowerOfGenerator(response).add(power(key, challenge)),
    power(base, response).add(power(factor, challenge)),
  ]);
  if (hashToScalar(`${statement}${A},${B}`) !== challenge) throw new Refusal("bad-proof", "it does not hold", where);
}

/**
 * @param {Encryption} encryption
 * @returns {WrittenEncryption}
 */
export function writeEncryption({ alpha, beta }) {
  return { alpha: pointToHex(alpha), beta: pointToHex(beta) };
}

/**
 * @param {Proof} proof
 * @returns {WrittenProof}
 */
export function writeProof({ challenge, response }) {
  return { challenge: scalarToText(challenge), response: scalarToText(response) };
}

/**
 * Read a proof. Refuses ("malformed-scalar") all that is not two scalars.
 * @param {unknown} value
 * @param {string} where
 * @returns {Proof}
 */
export function readProof(value, where) {
  if (!hasExactly(value, ["challenge", "response"]) || Object.keys(value)[0] !== "challenge") {
    throw new Refusal("malformed-scalar", "a proof has a challenge and a response, in this order", where);
  }
  return {
    challenge: scalarFromText(value["challenge"], where),
    response: scalarFromText(value["response"], where),
  };
}

/**
 * Read a proof and keep it as it is written.
 * @param {unknown} value
 * @param {string} where
 * @returns {WrittenProof}
 */
export function readWrittenProof(value, where) {
  readProof(value, where);
  return /** @type {WrittenProof} */ (value);
}

/**
 * Prove one of several branches. The others are simulated: challenge and response are drawn first, and because the
 * prover knows the randomness, their commitments are powers of g and y alone.
 * @param {Prover} prover
 * @param {string} statement
 * @param {readonly ProverBranch[]} branches
 * @param {number} index of the true one
 * @returns {Proof[]}
 */
function proveEither({ powerOfKey, random }, statement, branches, index) {
  const steps = branches.map(({ opening: { randomness, plaintext }, claim }, j) => {
    if (j === index) {
      const w = random();
      return { w, challenge: 0n, response: 0n, A: powerOfGenerator(w), B: powerOfKey(w) };
    }
    const challenge = random();
    const response = random();
    const k = modQ(response + randomness * challenge);
    // beta / g^claim = y^randomness g^(plaintext - claim)
    const shift = powerOfGenerator(modQ((plaintext - claim) * challenge));
    return { w: 0n, challenge, response, A: powerOfGenerator(k), B: powerOfKey(k).add(shift) };
  });
  const total = hashToScalar(`${statement}|${commitments(steps)}`);
  const simulated = steps.reduce((sum, { challenge }) => sum + challenge, 0n);
  return steps.map(({ w, challenge, response }, j) => {
    if (j !== index) return { challenge, response };
    const closing = modQ(total - simulated);
    return { challenge: closing, response: modQ(w - /** @type {ProverBranch} */ (branches[j]).opening.randomness * closing) };
  });
}

/**
 * Check that one of several branches holds: `A = g^resp alpha^chal`, `B = y^resp (beta/g^claim)^chal`, and the hash
 * of the statement with all commitments is the sum of the challenges.
 * @param {PublicTable} powerOfKey
 * @param {string} statement
 * @param {readonly CheckerBranch[]} branches
 * @param {readonly Proof[]} proofs
 * @param {string} where
 */
function checkEither(powerOfKey, statement, branches, proofs, where) {
  if (proofs.length !== branches.length) throw new Refusal("bad-proof", `${branches.length} branches are needed`, where);
  const steps = branches.map(({ encryption: { alpha, beta }, claim }, j) => {
    const { challenge, response } = /** @type {Proof} */ (proofs[j]);
    const digits = digitsOf(challenge);
    const B = powerOfKey(response).add(publicPower(beta, digits));
    return {
      A: publicPowerOfGenerator(response).add(publicPower(alpha, digits)),
      B: claim === 0n ? B : B.add(publicPowerOfGenerator(modQ(-claim * challenge))),
    };
  });
  const sum = proofs.reduce((total, { challenge }) => total + challenge, 0n) % Q;
  if (hashToScalar(`${statement}|${commitments(steps)}`) !== sum) throw new Refusal("bad-proof", "it does not hold", where);
}

/** @param {readonly {A: Point, B: Point}[]} steps */
function commitments(steps) {
  return pointsToHex(steps.flatMap(({ A, B }) => [A, B])).join(",");
}

/**
 * @param {string} context
 * @param {WrittenEncryption} written
 */
function intervalStatement(context, { alpha, beta }) {
  return `prove|${context}|${alpha},${beta}`;
}

/**
 * @param {number} from
 * @param {number} to
 * @returns {bigint[]} from, from + 1, … to
 */
function interval(from, to) {
  return Array.from({ length: to - from + 1 }, (_, i) => BigInt(from + i));
}
