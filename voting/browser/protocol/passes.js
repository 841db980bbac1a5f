/**
 * Passes: the service signs a token that it cannot see, and knows its own signature again. docs/adr/0011.
 *
 * The names are those of voting/protocol/passes.py: `P = H(uuid, t)`, `B = P^r`, `E = B^k`, `N = E^(1/r)`, `K = g^k`.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { hasExactly, isHash, sha256Hex, toBytes } from "./canonical.js";
import { Q, invertQ, pointFromDigest, pointFromHex, pointToHex, secretPower } from "./group.js";
import { checkSameExponent, readProof } from "./proofs.js";
import { randomScalar } from "./randomness.js";
import { Refusal } from "./refusals.js";

const MOST_TRIES = 256;
/** Hex digits of a key's sign: two keys with one sign take 2^64 tries, made for one session alone. */
const SIGN_DIGITS = 32;

/**
 * What this phone alone knows of its claim.
 * @typedef {object} Secret
 * @property {string} token `t`: 64 hex digits
 * @property {string} blinding `r`: 64 hex digits
 */

/**
 * Draw a token and the scalar that hides it. Refuses ("bad-randomness") as `randomScalar` does.
 * @param {() => bigint} [random]
 * @returns {Secret}
 */
export function drawSecret(random = randomScalar) {
  const hex = () => random().toString(16).padStart(64, "0");
  return { token: hex(), blinding: hex() };
}

/**
 * Give what names a pass key on the board.
 * @param {string} uuid
 * @param {string} passKey
 * @returns {string} 64 hex digits
 */
export function hashOfKey(uuid, passKey) {
  return sha256Hex(`pass-key|${uuid}|${passKey}`);
}

/**
 * Check that the board names a pass key: at the end of the description's last line, where but one can be named. Refuses
 * ("bad-proof") another one.
 * @param {{uuid: string, description: string}} election
 * @param {string} passKey `K`
 */
export function checkNamed({ uuid, description }, passKey) {
  if (!description.endsWith(` SHA-256 ${hashOfKey(uuid, passKey)}`)) {
    throw new Refusal("bad-proof", "the board names another key, or none", "pass_key");
  }
}

/**
 * Give what people compare of a pass key. A hash: a key and its inverse differ in one digit, 0… and 8… say.
 * @param {string} uuid
 * @param {string} passKey
 * @returns {string}
 */
export function signOfKey(uuid, passKey) {
  return hashOfKey(uuid, passKey).slice(0, SIGN_DIGITS);
}

/**
 * Hash a token of one session to a point of which nobody knows the logarithm.
 * @param {string} uuid
 * @param {string} token
 * @returns {import("./group.js").Point}
 */
export function tokenToPoint(uuid, token) {
  if (!isHash(token)) throw new Refusal("malformed-request", "64 lower-case hex digits are needed", "token");
  for (let counter = 0; counter < MOST_TRIES; counter += 1) {
    const point = pointFromDigest(sha256(toBytes(`pass-token|${uuid}|${token}|${counter}`)));
    if (point !== undefined) return point;
  }
  throw new Refusal("malformed-request", "no digest of it is a point", "token");
}

/**
 * Hide the token: what goes with the claim. Refuses ("malformed-scalar") a blinding that would hide nothing.
 * @param {string} uuid
 * @param {Secret} secret
 * @returns {string} `B`
 */
export function blind(uuid, { token, blinding }) {
  return pointToHex(secretPower(tokenToPoint(uuid, token), readBlinding(blinding)));
}

/**
 * Check the answer to the claim and take the pass out of it. Refuses ("malformed-point", "malformed-scalar",
 * "bad-proof") what was not made with the session's pass key for just this claim.
 * @param {string} uuid
 * @param {string} passKey `K`, as the session shows it to everybody
 * @param {Secret} secret
 * @param {unknown} answer `{signed, proof}`
 * @returns {string} `N`
 */
export function unblind(uuid, passKey, secret, answer) {
  if (!hasExactly(answer, ["signed", "proof"])) throw new Refusal("bad-proof", "signed and proof are needed", "pass");
  const E = pointFromHex(answer["signed"], "pass.signed");
  const proof = readProof(answer["proof"], "pass.proof");
  const K = pointFromHex(passKey, "pass_key");
  const r = readBlinding(secret.blinding);
  const B = secretPower(tokenToPoint(uuid, secret.token), r);
  const statement = `pass|${uuid}|${pointToHex(K)}|${pointToHex(B)},${pointToHex(E)}|`;
  checkSameExponent(statement, K, B, E, proof, "pass");
  return pointToHex(secretPower(E, invertQ(r)));
}

/**
 * @param {string} hex
 * @returns {bigint}
 */
function readBlinding(hex) {
  const r = isHash(hex) ? BigInt(`0x${hex}`) : 0n;
  if (r === 0n || r >= Q) throw new Refusal("malformed-scalar", "from 1 to below the group order is needed", "blinding");
  return r;
}
