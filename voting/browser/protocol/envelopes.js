/**
 * Signed and encrypted messages between tellers. PROTOCOL, "Threshold tellers (Pedersen)": `sign`, `encrypt`, `send`.
 * To raise a point to a secret goes through operations that do not depend on it; sums and products of secrets are
 * numbers of the language, whose time may tell a little of their size.
 */
import { gcm } from "@noble/ciphers/aes.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { toBytes, toJson, toText } from "./canonical.js";
import { pointFromHex, pointToHex, powerOfGenerator, secretPower } from "./group.js";
import { checkKnowledge, proveKnowledge, readProof, readWrittenProof, writeProof } from "./proofs.js";
import { randomScalar } from "./randomness.js";
import { Refusal } from "./refusals.js";
import { readDocument, fields, literal, malformed, text } from "./schema.js";

/** @typedef {import("./group.js").Point} Point */
/** @typedef {import("./proofs.js").WrittenProof} WrittenProof */
/** @typedef {{message: string, signature: WrittenProof}} SignedMessage as the format writes it */
/** @typedef {{algorithm: "AES-GCM", alpha: string, beta: string, data: string}} Encrypted */

// At least the sixteen bytes of the tag.
const HEX = /^(?:[0-9a-f]{2}){16,}$/;

/**
 * Sign a text.
 * @param {bigint} key the private signing key
 * @param {string} message
 * @returns {SignedMessage}
 */
export function sign(key, message) {
  return { message, signature: signature(key, message) };
}

/**
 * Give the signature of a text alone.
 * @param {bigint} key
 * @param {string} message
 * @returns {WrittenProof}
 */
export function signature(key, message) {
  return writeProof(proveKnowledge(() => randomScalar(), key, `sigmsg|${message}|`));
}

/**
 * Check a signature over a text. Refuses "bad-proof".
 * @param {string} message
 * @param {Point} signer
 * @param {unknown} proof
 * @param {string} where
 */
export function checkSignatureOf(message, signer, proof, where) {
  checkKnowledge(`sigmsg|${message}|`, signer, readProof(proof, where), where);
}

/**
 * Read a signed message; its signature is checked by `checkSigned`, once the signer is known.
 * @param {unknown} value
 * @param {string} where
 * @returns {SignedMessage}
 */
export function readSigned(value, where) {
  const parts = fields(value, where, ["message", "signature"]);
  return { message: text(parts["message"], `${where}.message`), signature: readWrittenProof(parts["signature"], `${where}.signature`) };
}

/**
 * Check that a message was signed by the owner of a key. Refuses "bad-proof".
 * @param {SignedMessage} signed
 * @param {Point} signer
 * @param {string} where
 */
export function checkSigned({ message, signature }, signer, where) {
  checkSignatureOf(message, signer, signature, `${where}.signature`);
}

/**
 * Encrypt a text for the owner of a key.
 * @param {Point} key
 * @param {string} content
 * @returns {Encrypted}
 */
export function encrypt(key, content) {
  const [r, t] = [randomScalar(), randomScalar()];
  const alpha = pointToHex(powerOfGenerator(r));
  const shared = powerOfGenerator(t);
  const beta = pointToHex(secretPower(key, r).add(shared));
  const data = bytesToHex(cipher(alpha, pointToHex(shared)).encrypt(toBytes(content)));
  return { algorithm: "AES-GCM", alpha, beta, data };
}

/**
 * Open what was encrypted for us. Refuses "bad-envelope" when it is not for this key or was changed.
 * @param {bigint} key the private decryption key
 * @param {unknown} value
 * @param {string} where
 * @returns {string}
 */
export function decrypt(key, value, where) {
  const { alpha, beta, data } = readEncrypted(value, where);
  const shared = pointFromHex(beta, where).subtract(secretPower(pointFromHex(alpha, where), key));
  try {
    return toText(cipher(alpha, pointToHex(shared)).decrypt(hexToBytes(data)));
  } catch {
    throw new Refusal("bad-envelope", "it does not open with this key", where);
  }
}

/**
 * Read an encrypted message without opening it.
 * @param {unknown} value
 * @param {string} where
 * @returns {Encrypted}
 */
export function readEncrypted(value, where) {
  const parts = fields(value, where, ["algorithm", "alpha", "beta", "data"]);
  literal(parts["algorithm"], `${where}.algorithm`, "AES-GCM");
  pointFromHex(parts["alpha"], `${where}.alpha`);
  pointFromHex(parts["beta"], `${where}.beta`);
  const data = text(parts["data"], `${where}.data`);
  if (!HEX.test(data)) throw malformed("hex digits are needed", `${where}.data`);
  return { algorithm: "AES-GCM", alpha: String(parts["alpha"]), beta: String(parts["beta"]), data };
}

/**
 * Sign a text and encrypt it, so that only the recipient learns it and knows whom it is from.
 * @param {bigint} signing the sender's private signing key
 * @param {Point} recipient
 * @param {string} message
 * @returns {Encrypted}
 */
export function send(signing, recipient, message) {
  return encrypt(recipient, toJson(sign(signing, toJson({ recipient: pointToHex(recipient), message }))));
}

/**
 * Open what `send` made. Refuses "bad-envelope", "malformed-document", or "bad-proof" when the sender did not sign it.
 * @param {bigint} decryption our private key
 * @param {Point} sender the key that the sender signs with
 * @param {unknown} value
 * @param {string} where
 * @returns {string}
 */
export function receive(decryption, sender, value, where) {
  const signed = readSigned(readDocument(decrypt(decryption, value, where), where), where);
  checkSigned(signed, sender, where);
  const parts = fields(readDocument(signed.message, where), where, ["recipient", "message"]);
  literal(parts["recipient"], `${where}.recipient`, pointToHex(powerOfGenerator(decryption)));
  return text(parts["message"], `${where}.message`);
}

/**
 * @param {string} alpha
 * @param {string} shared hex of a point that only sender and recipient can compute
 */
function cipher(alpha, shared) {
  return gcm(sha256(toBytes(`key|${shared}`)), sha256(toBytes(`iv|${alpha}`)));
}
