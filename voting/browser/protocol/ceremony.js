/**
 * The key ceremony (docs/adr/0008): every message of a teller made, and every message of the others checked. When which
 * of them comes next, participation.js says.
 */
import { sha256Hex, toJson } from "./canonical.js";
import {
  checkSigned,
  decrypt,
  encrypt,
  readEncrypted,
  readSigned,
  receive,
  send,
  sign,
  signature,
} from "./envelopes.js";
import { modQ, pointToHex, powerOfGenerator, scalarFromText, scalarToText } from "./group.js";
import {
  checkCertificate,
  checkDistinct,
  checkGroupSignature,
  checkKeyFollows,
  checkKeyProof,
  checkKeySignature,
  committedValue,
  groupMessage,
  readCertificate,
  readCommitments,
  readVerificationKey,
  signerOf,
} from "./pedersen.js";
import { proveKnowledge, readWrittenProof, writeProof } from "./proofs.js";
import { randomScalar } from "./randomness.js";
import { Refusal } from "./refusals.js";
import { readDocument, fields, hash, list, literal, malformed } from "./schema.js";
import { coefficientsOf, keysOf, parseSeed } from "./seeds.js";

/** @typedef {import("./pedersen.js").Certificate} Certificate */
/** @typedef {import("./pedersen.js").Commitments} Commitments */
/** @typedef {import("./seeds.js").TellerKeys} TellerKeys */
/** @typedef {"certificate" | "commitment" | "reveal" | "key"} Step */
/** @typedef {{uuid: string, round: number, index: number}} Place one teller in one round */

/**
 * What the service says of the ceremony: the part of the view that this file reads. Documents are texts, byte for byte.
 * @typedef {object} View
 * @property {string} uuid
 * @property {number} round
 * @property {number} size
 * @property {number} threshold
 * @property {number} index of this teller, from 1
 * @property {Step | "done"} step
 * @property {unknown} fault what stopped the round; null while it runs
 * @property {readonly string[]} certificates
 * @property {readonly string[]} commitments
 * @property {readonly string[]} reveals
 * @property {readonly string[]} parcels those for this teller, by sender
 * @property {readonly string[]} keys
 * @property {readonly string[]} posted the steps whose message of this teller has come
 * @property {string | null} box
 */

/**
 * What a device keeps beside the seed, before it posts what came with it: the list of commitments under which it
 * revealed. Under another one it reveals nothing in the same round, whatever the service says was posted.
 * @typedef {{round: number, commitments: string}} Memory
 */

/** What a teller knows of the round, grown step by step; nothing is in it that was not checked. */
/** @typedef {{seed: string, keys: TellerKeys, view: View, memory: Memory | null}} Self */
/** @typedef {{list: readonly Certificate[], hash: string, coefficients: readonly bigint[]}} Certified */
/** @typedef {{hash: string, coefexps: readonly string[]}} Committed the hash of the list, and what each committed to */

/** What a sender has signed and cannot be its share: the sender's own doing. */
export class BadShare extends Error {
  /** @param {number} sender */
  constructor(sender) {
    super("a share is bad");
    this.sender = sender;
  }
}

// ---- certificates

/** @param {Self} self */
export function makeCertificate({ keys, view: { size, threshold, index } }) {
  const context = { group: "Ed25519", size, threshold, index };
  const said = { context, verification: pointToHex(keys.verification), encryption: pointToHex(keys.encryption) };
  return sign(keys.signing, toJson(said));
}

/**
 * @param {Self} self
 * @returns {Certified}
 */
export function checkedCertificates({ seed, keys, view }) {
  const { size, threshold, index } = view;
  const certificates = each(view.certificates, "certificates", size, (value, where, i) => {
    const certificate = readCertificate(value, { size, threshold, index: i + 1 }, where);
    checkCertificate(certificate, where);
    return certificate;
  });
  checkDistinct(certificates, "certificates");
  const own = /** @type {Certificate} */ (certificates[index - 1]);
  if (!own.verification.equals(keys.verification) || !own.encryption.equals(keys.encryption)) {
    throw malformed("not the keys of this teller", `certificates[${index - 1}]`);
  }
  const digest = hashOfList(view.certificates);
  return { list: certificates, hash: digest, coefficients: coefficientsOf(seed, view, digest) };
}

// ---- commitments

/**
 * @param {Self} self
 * @param {Certified} certified
 */
export function makeCommitment(self, certified) {
  const { uuid, round } = self.view;
  const coefexps = sha256Hex(ownCoefexps(certified).text);
  return sign(self.keys.signing, toJson({ uuid, round, certificates: certified.hash, coefexps }));
}

/**
 * Check the commitment of every teller, and that they are those under which this device revealed, if it did.
 * @param {Self} self
 * @param {Certified} certified
 * @returns {Committed}
 */
export function checkedCommitments({ view, memory }, certified) {
  const coefexps = each(view.commitments, "commitments", view.size, (value, where, i) => {
    const parts = checkedBinding(value, view, { certificates: certified.hash }, signerOf(certified.list, i), ["coefexps"], where);
    return hash(parts["coefexps"], `${where}.message.coefexps`);
  });
  const at = view.index - 1;
  if (coefexps[at] !== sha256Hex(ownCoefexps(certified).text)) throw malformed("not what this teller committed to", `commitments[${at}]`);
  const digest = hashOfList(view.commitments);
  if (memory?.round === view.round && memory.commitments !== digest) throw malformed("not those that were here before", "commitments");
  return { hash: digest, coefexps };
}

/**
 * Read a signed message that names session, round and the list that it builds on, and check that it names ours.
 * @param {unknown} value
 * @param {View} view
 * @param {{certificates: string} | {commitments: string}} bound the hash of the list
 * @param {import("./group.js").Point} signer
 * @param {readonly string[]} names further fields
 * @param {string} where
 * @returns {Record<string, unknown>}
 */
function checkedBinding(value, { uuid, round }, bound, signer, names, where) {
  const signed = readSigned(value, where);
  checkSigned(signed, signer, where);
  const at = `${where}.message`;
  const own = { uuid, round, ...bound };
  const parts = fields(readDocument(signed.message, at), at, [...Object.keys(own), ...names]);
  for (const [name, only] of Object.entries(own)) literal(parts[name], `${at}.${name}`, only);
  return parts;
}

/**
 * Name a list of documents by the hash of its canonical JSON, which the documents are already written in.
 * @param {readonly string[]} texts
 */
function hashOfList(texts) {
  return sha256Hex(`[${texts.join(",")}]`);
}

/** @param {Certified} certified */
function ownCoefexps({ coefficients }) {
  const coefexps = coefficients.map((coefficient) => pointToHex(powerOfGenerator(coefficient)));
  return { coefexps, text: toJson({ coefexps }) };
}

// ---- reveals

/**
 * @param {Self} self
 * @param {Certified} certified
 * @param {Committed} committed
 */
export function makeReveal({ keys, view: { uuid, round } }, certified, committed) {
  const { coefexps, text } = ownCoefexps(certified);
  const parcels = certified.list.map(({ encryption }, i) => {
    const share = scalarToText(valueAt(certified.coefficients, BigInt(i + 1)));
    const sealed = send(keys.signing, encryption, share);
    return sign(keys.signing, toJson({ uuid, round, commitments: committed.hash, recipient: i + 1, share: sealed }));
  });
  return { coefexps: sign(keys.signing, text), signature: signature(keys.signing, groupMessage(certified.list, coefexps)), parcels };
}

/**
 * @param {readonly bigint[]} coefficients
 * @param {bigint} index
 */
function valueAt(coefficients, index) {
  return coefficients.reduceRight((value, coefficient) => modQ(value * index + coefficient), 0n);
}

/**
 * Check what every teller revealed against what it had committed to.
 * @param {Self} self
 * @param {Certified} certified
 * @param {Committed} committed
 * @returns {Commitments[]}
 */
export function checkedReveals({ view }, certified, committed) {
  return each(view.reveals, "reveals", view.size, (value, where, i) => {
    const parts = fields(value, where, ["coefexps", "signature"]);
    const commitments = readCommitments(parts["coefexps"], view.threshold, `${where}.coefexps`);
    if (sha256Hex(commitments.signed.message) !== committed.coefexps[i]) throw malformed("not what was committed to", `${where}.coefexps`);
    checkSigned(commitments.signed, signerOf(certified.list, i), `${where}.coefexps`);
    const proof = readWrittenProof(parts["signature"], `${where}.signature`);
    checkGroupSignature(certified.list, i, commitments, proof, `${where}.signature`);
    return commitments;
  });
}

// ---- shares and keys

/**
 * @param {Self} self
 * @param {Certified} certified
 * @param {Committed} committed
 * @param {readonly Commitments[]} commitments
 */
export function makeKey(self, certified, committed, commitments) {
  const { keys, view } = self;
  const { uuid, round, index } = view;
  // First all that the service should have refused, then the shares: a garbled parcel accuses nobody.
  const sealed = each(view.parcels, "parcels", view.size, (value, where, i) => {
    const bound = { commitments: committed.hash };
    const parts = checkedBinding(value, view, bound, signerOf(certified.list, i), ["recipient", "share"], where);
    literal(parts["recipient"], `${where}.message.recipient`, index);
    return readEncrypted(parts["share"], `${where}.message.share`);
  });
  const shares = sealed.map((share, i) => openShare(self, certified, commitments, share, i));
  const key = modQ(shares.reduce((sum, share) => sum + share, 0n));
  const public_key = pointToHex(powerOfGenerator(key));
  const pok = writeProof(proveKnowledge(() => randomScalar(), key, `pok|Ed25519|${public_key}|`));
  const verification_key = { pok, public_key, signature: signature(keys.signing, public_key) };
  return { verification_key, box: encrypt(keys.encryption, toJson({ uuid, round, index, key: scalarToText(key) })) };
}

/**
 * @param {Self} self
 * @param {Certified} certified
 * @param {readonly Commitments[]} commitments
 * @param {import("./envelopes.js").Encrypted} share
 * @param {number} i the sender, from 0
 * @returns {bigint}
 */
function openShare({ keys, view: { index } }, certified, commitments, share, i) {
  const where = `parcels[${i}]`;
  try {
    const value = scalarFromText(receive(keys.decryption, signerOf(certified.list, i), share, where), where);
    const { points } = /** @type {Commitments} */ (commitments[i]);
    if (powerOfGenerator(value).equals(committedValue(points, index))) return value;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
  // Signed on the outside, bad inside. One's own parcel cannot be: then what was passed on is not what was sent.
  if (i === index - 1) throw malformed("not what this teller sent", where);
  throw new BadShare(i + 1);
}

/**
 * Check the keys of all, and that one's own box opens to the key whose public half is there.
 * @param {Self} self
 * @param {Certified} certified
 * @param {readonly Commitments[]} commitments
 */
export function checkKeys({ seed, view }, certified, commitments) {
  const keys = each(view.keys, "keys", view.size, (value, where, i) => {
    const key = readVerificationKey(value, where);
    checkKeyFollows(key, commitments, i + 1, where);
    checkKeyProof(key, where);
    checkKeySignature(key, signerOf(certified.list, i), where);
    return key;
  });
  if (view.box === null) throw malformed("the service does not keep this teller's share", "box");
  const own = /** @type {import("./pedersen.js").VerificationKey} */ (keys[view.index - 1]);
  if (!powerOfGenerator(openBox(seed, view, view.box)).equals(own.key)) throw malformed("not the key of this teller", "box");
}

/**
 * Open the box that keeps a teller's share of the key until the count: with the seed alone. Refuses "bad-envelope" when
 * the seed is not the one that it was closed for, "malformed-document" when it is of another round or teller.
 * @param {string} seed
 * @param {Place} place
 * @param {string} box
 * @returns {bigint}
 */
export function openBox(seed, { uuid, round, index }, box) {
  const opened = readDocument(decrypt(keysOf(parseSeed(seed)).decryption, readDocument(box, "box"), "box"), "box");
  const parts = fields(opened, "box", ["uuid", "round", "index", "key"]);
  literal(parts["uuid"], "box.uuid", uuid);
  literal(parts["round"], "box.round", round);
  literal(parts["index"], "box.index", index);
  return scalarFromText(parts["key"], "box.key");
}

/**
 * Read a list of documents, one of each teller.
 * @template T
 * @param {readonly string[]} texts
 * @param {string} where
 * @param {number} size
 * @param {(value: unknown, where: string, i: number) => T} read
 * @returns {T[]}
 */
function each(texts, where, size, read) {
  return list(texts, where, size).map((text, i) => read(readDocument(text, `${where}[${i}]`), `${where}[${i}]`, i));
}
