/**
 * Threshold tellers: what a key ceremony published, and its checks. PROTOCOL, "Threshold tellers (Pedersen)".
 * Teller j of the protocol is entry j - 1 of each list.
 */
import { sha256Hex, toJson } from "./canonical.js";
import { checkSignatureOf, checkSigned, readSigned } from "./envelopes.js";
import { IDENTITY, Q, modQ, pointFromHex, pointToHex, power, product } from "./group.js";
import { checkKnowledge, readProof, readWrittenProof } from "./proofs.js";
import { Refusal } from "./refusals.js";
import { readDocument, fields, integer, list, literal, malformed } from "./schema.js";

/** @typedef {import("./group.js").Point} Point */
/** @typedef {import("./envelopes.js").SignedMessage} SignedMessage */
/** @typedef {import("./proofs.js").WrittenProof} WrittenProof */
/** @typedef {{size: number, threshold: number, index: number}} Context whose certificate it is, index from 1 */
/** @typedef {{signed: SignedMessage, verification: Point, encryption: Point}} Certificate */
/** @typedef {{signed: SignedMessage, points: readonly Point[]}} Commitments to the coefficients of a polynomial */
/** @typedef {{pok: WrittenProof, public_key: string, signature: WrittenProof, key: Point}} VerificationKey */

/**
 * @typedef {object} Pedersen
 * @property {number} threshold
 * @property {readonly Certificate[]} certificates
 * @property {readonly Commitments[]} commitments
 * @property {readonly WrittenProof[]} signatures
 * @property {readonly VerificationKey[]} verificationKeys
 */

const MOST_TELLERS = 100;

// ---- reading: form alone

/**
 * Read a certificate; `checkCertificate` checks its signature.
 * @param {unknown} value
 * @param {Context} context what it must say of its place
 * @param {string} where
 * @returns {Certificate}
 */
export function readCertificate(value, context, where) {
  const signed = readSigned(value, where);
  const at = `${where}.message`;
  const parts = fields(readDocument(signed.message, at), at, ["context", "verification", "encryption"]);
  const given = fields(parts["context"], `${at}.context`, ["group", "size", "threshold", "index"]);
  for (const [name, only] of Object.entries({ group: "Ed25519", ...context })) literal(given[name], `${at}.context.${name}`, only);
  return {
    signed,
    verification: pointFromHex(parts["verification"], `${at}.verification`),
    encryption: pointFromHex(parts["encryption"], `${at}.encryption`),
  };
}

/**
 * Read commitments to coefficients; their signature is checked by `checkCommitments`.
 * @param {unknown} value
 * @param {number} threshold
 * @param {string} where
 * @returns {Commitments}
 */
export function readCommitments(value, threshold, where) {
  const signed = readSigned(value, where);
  const at = `${where}.message`;
  const listed = list(fields(readDocument(signed.message, at), at, ["coefexps"])["coefexps"], `${at}.coefexps`, threshold);
  return { signed, points: listed.map((point, k) => pointFromHex(point, `${at}.coefexps[${k}]`)) };
}

/**
 * Read a verification key; `checkVerificationKey` checks it.
 * @param {unknown} value
 * @param {string} where
 * @returns {VerificationKey}
 */
export function readVerificationKey(value, where) {
  const parts = fields(value, where, ["pok", "public_key", "signature"]);
  return {
    pok: readWrittenProof(parts["pok"], `${where}.pok`),
    public_key: String(parts["public_key"]),
    signature: readWrittenProof(parts["signature"], `${where}.signature`),
    key: pointFromHex(parts["public_key"], `${where}.public_key`),
  };
}

/**
 * Read the second half of a `Pedersen` entry: form alone.
 * @param {unknown} value
 * @param {string} where
 * @returns {Pedersen}
 */
export function readPedersen(value, where) {
  const names = ["threshold", "certs", "coefexps", "signatures", "verification_keys"];
  const parts = fields(value, where, names);
  const size = list(parts["certs"], `${where}.certs`).length;
  const threshold = integer(parts["threshold"], `${where}.threshold`, 1);
  if (threshold > size || size > MOST_TELLERS) throw malformed("more than there are tellers, or too many tellers", `${where}.threshold`);
  /**
   * @template T
   * @param {string} name
   * @param {(entry: unknown, where: string, i: number) => T} read
   */
  const each = (name, read) => list(parts[name], `${where}.${name}`, size).map((entry, i) => read(entry, `${where}.${name}[${i}]`, i));
  return {
    threshold,
    certificates: each("certs", (entry, at, i) => readCertificate(entry, { size, threshold, index: i + 1 }, at)),
    commitments: each("coefexps", (entry, at) => readCommitments(entry, threshold, at)),
    signatures: each("signatures", readWrittenProof),
    verificationKeys: each("verification_keys", readVerificationKey),
  };
}

// ---- checks, one by one: those who name them differ

/**
 * Check that certificate and commitments of one teller carry its own signature. Refuses "bad-proof".
 * @param {Certificate} certificate
 * @param {string} where
 */
export function checkCertificate({ signed, verification }, where) {
  checkSigned(signed, verification, where);
}

/**
 * Check that no two tellers sign with one key: they would be one teller. Refuses "bad-proof" naming the later one, who
 * knows that key. An encryption key can be copied by anybody, to the copier's own harm.
 * @param {readonly Certificate[]} certificates
 * @param {string} where
 */
export function checkDistinct(certificates, where) {
  /** @type {Set<string>} */
  const seen = new Set();
  certificates.forEach(({ verification }, i) => {
    const key = pointToHex(verification);
    if (seen.has(key)) throw new Refusal("bad-proof", "the key of another teller", `${where}[${i}]`);
    seen.add(key);
  });
}

/**
 * Check a teller's signature over the group of all certificates and its own commitments. Refuses "bad-proof".
 * @param {readonly Certificate[]} certificates
 * @param {number} i the teller, from 0
 * @param {Commitments} commitments of the same teller
 * @param {WrittenProof} signature
 * @param {string} where
 */
export function checkGroupSignature(certificates, i, { points }, signature, where) {
  checkSignatureOf(groupMessage(certificates, points.map(pointToHex)), signerOf(certificates, i), signature, where);
}

/**
 * Give the text under a group signature.
 * @param {readonly Certificate[]} certificates
 * @param {readonly string[]} coefexps
 * @returns {string}
 */
export function groupMessage(certificates, coefexps) {
  return `certs_sig|${toJson({ certs: certificates.map(({ signed }) => signed), coefexps })}`;
}

/**
 * Check that a verification key follows from all commitments. Refuses "bad-proof".
 * @param {VerificationKey} verificationKey
 * @param {readonly Commitments[]} commitments
 * @param {number} index from 1
 * @param {string} where
 */
export function checkKeyFollows({ key }, commitments, index, where) {
  if (!key.equals(keyFromCommitments(commitments, index))) {
    throw new Refusal("bad-proof", "it does not follow from the commitments", `${where}.public_key`);
  }
}

/**
 * Check that the owner of a verification key knows its private key. Refuses "bad-proof".
 * @param {VerificationKey} verificationKey
 * @param {string} where
 */
export function checkKeyProof({ key, public_key, pok }, where) {
  checkKnowledge(`pok|Ed25519|${public_key}|`, key, readProof(pok, `${where}.pok`), `${where}.pok`);
}

/**
 * Check that the teller of a certificate published a verification key. Refuses "bad-proof".
 * @param {VerificationKey} verificationKey
 * @param {Point} signer
 * @param {string} where
 */
export function checkKeySignature({ public_key, signature }, signer, where) {
  checkSignatureOf(public_key, signer, signature, `${where}.signature`);
}

/**
 * All checks of a published group, in order, under the names that a verifier gives them, with what each one says.
 * @type {readonly (readonly [name: string, detail: string, check: (pedersen: Pedersen, where: string) => void])[]}
 */
export const PEDERSEN_CHECKS = [
  [
    "teller-certificates",
    "every teller signed its own public keys, no two with one key",
    ({ certificates }, where) => {
      certificates.forEach((certificate, i) => checkCertificate(certificate, `${where}.certs[${i}]`));
      checkDistinct(certificates, `${where}.certs`);
    },
  ],
  [
    "teller-commitments",
    "every teller signed the commitments to its part of the key",
    ({ certificates, commitments }, where) =>
      commitments.forEach(({ signed }, i) => checkSigned(signed, signerOf(certificates, i), `${where}.coefexps[${i}]`)),
  ],
  [
    "teller-group-signatures",
    "every teller signed that it took part with exactly these others",
    ({ certificates, commitments, signatures }, where) =>
      commitments.forEach((own, i) =>
        checkGroupSignature(certificates, i, own, /** @type {WrittenProof} */ (signatures[i]), `${where}.signatures[${i}]`),
      ),
  ],
  [
    "teller-keys",
    "the key of every teller follows from the commitments of all",
    ({ commitments, verificationKeys }, where) =>
      verificationKeys.forEach((key, i) => checkKeyFollows(key, commitments, i + 1, `${where}.verification_keys[${i}]`)),
  ],
  [
    "teller-key-proofs",
    "every teller proved to know the share of its key",
    ({ verificationKeys }, where) => verificationKeys.forEach((key, i) => checkKeyProof(key, `${where}.verification_keys[${i}]`)),
  ],
  [
    "teller-key-signatures",
    "every teller signed its key",
    ({ certificates, verificationKeys }, where) =>
      verificationKeys.forEach((key, i) => checkKeySignature(key, signerOf(certificates, i), `${where}.verification_keys[${i}]`)),
  ],
];

/**
 * @param {readonly Certificate[]} certificates
 * @param {number} i from 0
 * @returns {Point}
 */
export function signerOf(certificates, i) {
  return /** @type {Certificate} */ (certificates[i]).verification;
}

// ---- arithmetic on what is public

/**
 * Compute `g^f(index)` from the commitments to f: `prod_k A_k^(index^k)`, by Horner's rule.
 * @param {readonly Point[]} points
 * @param {number} index from 1
 * @returns {Point}
 */
export function committedValue(points, index) {
  return points.reduceRight((value, point) => power(value, BigInt(index)).add(point), IDENTITY);
}

/**
 * Compute a teller's verification key: the committed value of the sum of all polynomials.
 * @param {readonly Commitments[]} commitments
 * @param {number} index from 1
 * @returns {Point}
 */
function keyFromCommitments(commitments, index) {
  return product(commitments.map(({ points }) => committedValue(points, index)));
}

/**
 * Compute the tellers' part of the election's key: the product of their first commitments.
 * @param {Pedersen} pedersen
 * @returns {Point}
 */
export function groupKey({ commitments }) {
  return product(commitments.map(({ points }) => /** @type {Point} */ (points[0])));
}

/**
 * Combine decryption factors by Lagrange's rule over exactly `threshold` tellers, the lowest indices of those given.
 * @param {Pedersen} pedersen
 * @param {ReadonlyMap<number, readonly Point[]>} factors by index from 1, at least `threshold` of them
 * @returns {Point[]}
 */
export function combineFactors({ threshold }, factors) {
  const chosen = [...factors.keys()].sort((a, b) => a - b).slice(0, threshold);
  const weighted = chosen.map((index) => {
    const weight = lagrange(BigInt(index), chosen.map(BigInt));
    return /** @type {readonly Point[]} */ (factors.get(index)).map((factor) => power(factor, weight));
  });
  const [first = [], ...others] = weighted;
  return first.map((factor, cell) => others.reduce((sum, row) => sum.add(/** @type {Point} */ (row[cell])), factor));
}

/**
 * Compute `prod k/(k-i) mod q` over the other chosen indices k.
 * @param {bigint} index
 * @param {readonly bigint[]} chosen
 * @returns {bigint}
 */
function lagrange(index, chosen) {
  return chosen.filter((k) => k !== index).reduce((weight, k) => modQ(weight * k * inverse(modQ(k - index))), 1n);
}

/**
 * Invert a public number modulo q, by Euclid.
 * @param {bigint} number
 * @returns {bigint}
 */
function inverse(number) {
  let [r, next, x, y] = [Q, number, 0n, 1n];
  while (next !== 0n) {
    const quotient = r / next;
    [r, next, x, y] = [next, r - quotient * next, y, x - quotient * y];
  }
  return modQ(x);
}

/**
 * Give the digits that the tellers compare aloud: `1234 5678 9012 3456` (docs/adr/0008). Signatures and proofs, which
 * can be drawn again, are left out.
 * @param {string} uuid
 * @param {Pick<Pedersen, "threshold" | "certificates" | "commitments">} pedersen
 * @returns {string}
 */
export function fingerprint(uuid, { threshold, certificates, commitments }) {
  const said = toJson({
    threshold,
    certificates: certificates.map(({ verification, encryption }) => ({
      verification: pointToHex(verification),
      encryption: pointToHex(encryption),
    })),
    coefexps: commitments.map(({ points }) => points.map(pointToHex)),
  });
  const digits = (BigInt(`0x${sha256Hex(`tellers|${uuid}|${said}`)}`) % 10n ** 16n).toString().padStart(16, "0");
  return digits.replace(/(\d{4})(?=\d)/g, "$1 ");
}
