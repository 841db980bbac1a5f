// Makes codes.json, points.json, proofs.json and receipts.json of tests/vectors, which the tests of both languages
// read. Run `node tests/browser/js/make_vectors.mjs` after a change of shape; the same run gives the same bytes.
import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { sha256Base64, sha256Hex, toBytes, toJson } from "../../../voting/browser/protocol/canonical.js";
import { parseCode, privateCredential, publicCredential } from "../../../voting/browser/protocol/codes.js";
import { GENERATOR, fixedBase, modQ, pointToHex, powerOfGenerator, scalarToText } from "../../../voting/browser/protocol/group.js";
import {
  encrypt,
  proveBlank,
  proveBlankOrInterval,
  proveInterval,
  proveSignature,
  writeEncryption,
  writeProof,
} from "../../../voting/browser/protocol/proofs.js";
import { seededScalars, vectorPath } from "./fixtures.js";

const FROM = "Made by tests/browser/js/make_vectors.mjs.";

function codes() {
  const uuid = "cyuzb8XAcr1FSj";
  const code = "u8SXq-zGA5uH-8nF8d-kDxodM";
  const typed = [code, code.replaceAll("-", ""), ` ${code.replaceAll("-", " ")}\n`, code.replaceAll("-", " - ")];
  const other = parseCode("11111111111111111111zz");
  return {
    about: `${FROM} Typed codes, as read, and the credentials of PROTOCOL "Codes"; what is no code is in "refused".`,
    read: typed.map((text) => ({ typed: text, code })),
    credentials: [code, other].map((text) => ({
      uuid,
      code: text,
      private: scalarToText(privateCredential(uuid, text)),
      public: publicCredential(uuid, text),
    })),
    refused: [
      { name: "empty", typed: "" },
      { name: "one-too-few", typed: code.slice(0, -1) },
      { name: "one-too-many", typed: `${code}1` },
      { name: "zero-is-not-in-the-alphabet", typed: code.replace("u", "0") },
      { name: "capital-o-is-not-in-the-alphabet", typed: code.replace("u", "O") },
      { name: "capital-i-is-not-in-the-alphabet", typed: code.replace("u", "I") },
      { name: "small-l-is-not-in-the-alphabet", typed: code.replace("u", "l") },
      { name: "full-width-digit", typed: code.replace("8", "８") },
    ],
  };
}

function points() {
  const p = 2n ** 255n - 19n;
  const sign = 1n << 255n;
  const hex = (/** @type {bigint} */ number) => number.toString(16).padStart(64, "0");
  const ordinary = pointToHex(powerOfGenerator(7n));
  // The eight points of the torsion subgroup: y is 1, -1, 0, or one of two roots.
  const root = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd83d3d706a17c7n;
  const torsion = [1n, p - 1n, 0n, sign, root, root | sign, p - root, (p - root) | sign];
  const eighth = ed25519.Point.fromBytes(Uint8Array.from(Buffer.from(hex(root), "hex")).reverse());
  const offCurve = hex(2n);
  return {
    about: `${FROM} Points as the format writes them; "valid" tells whether one may stand in a ballot.`,
    vectors: [
      { name: "generator", hex: pointToHex(GENERATOR), valid: true },
      { name: "ordinary", hex: ordinary, valid: true },
      ...torsion.map((y, i) => ({ name: i === 0 ? "identity" : `small-order-${i}`, hex: hex(y), valid: false })),
      { name: "mixed-order", hex: pointToHex(powerOfGenerator(7n).add(eighth)), valid: false },
      { name: "off-the-curve", hex: offCurve, valid: false },
      { name: "identity-with-sign", hex: hex(1n | sign), valid: false },
      { name: "y-not-reduced-identity", hex: hex(p + 1n), valid: false },
      { name: "y-not-reduced-3", hex: hex(p + 3n), valid: false },
      { name: "all-ones", hex: "f".repeat(64), valid: false },
      { name: "little-endian-generator", hex: "58" + "66".repeat(31), valid: false },
      { name: "upper-case", hex: ordinary.toUpperCase(), valid: false },
      { name: "one-digit-short", hex: ordinary.slice(1), valid: false },
      { name: "one-digit-long", hex: `0${ordinary}`, valid: false },
      { name: "line-feed-behind", hex: `${ordinary}\n`, valid: false },
      { name: "prefixed", hex: `0x${ordinary.slice(2)}`, valid: false },
    ],
  };
}

function proofs() {
  const random = seededScalars("proofs");
  const key = powerOfGenerator(random());
  const prover = { powerOfKey: fixedBase(key), random };
  const context = "example";
  /** @param {number} plaintext */
  const encrypted = (plaintext) => {
    const opening = { randomness: random(), plaintext: BigInt(plaintext) };
    return { opening, written: writeEncryption(encrypt(opening, prover.powerOfKey)) };
  };
  const [zero, one] = [encrypted(0), encrypted(1)];
  const good = [
    ...[zero, one].map(({ opening, written }) => ({
      name: `interval-${opening.plaintext}-of-0-to-1`,
      kind: "interval",
      context,
      encryptions: [written],
      from: 0,
      to: 1,
      proofs: proveInterval(prover, context, written, opening, 0, 1).map(writeProof),
    })),
    {
      name: "interval-one-value",
      kind: "interval",
      context,
      encryptions: [one.written],
      from: 1,
      to: 1,
      proofs: proveInterval(prover, context, one.written, one.opening, 1, 1).map(writeProof),
    },
    ...[
      { name: "blank", blank: one, others: zero },
      { name: "not-blank", blank: zero, others: one },
      { name: "not-blank-nothing-chosen", blank: zero, others: zero },
    ].flatMap(({ name, blank, others }) => {
      const encryptions = [blank.written, others.written];
      const either = proveBlank(prover, context, blank.opening, others.opening);
      const overall = proveBlankOrInterval(prover, context, blank.opening, others.opening, 0, 2);
      return [
        { name: `${name}-either`, kind: "blank", context, encryptions, proofs: either.map(writeProof) },
        { name: `${name}-overall`, kind: "blank-or-interval", context, encryptions, from: 0, to: 2, proofs: overall.map(writeProof) },
      ];
    }),
  ];
  const x = random();
  const hash = sha256Base64("example");
  const signature = { name: "signature", kind: "signature", credential: pointToHex(powerOfGenerator(x)), hash, proofs: [writeProof(proveSignature(random, x, hash))] };
  const first = good[0];
  if (first === undefined) throw new Error("no proofs");
  const oneMore = (/** @type {string} */ scalar) => scalarToText(modQ(BigInt(scalar) + 1n));
  const bad = [
    ...good.filter(({ name }) => ["interval-1-of-0-to-1", "blank-either", "not-blank-overall"].includes(name)).flatMap((vector) => [
      { ...vector, name: `${vector.name}-context-changed`, context: `${context}!` },
      { ...vector, name: `${vector.name}-response-changed`, proofs: vector.proofs.map((proof, i) => (i === 0 ? { ...proof, response: oneMore(proof.response) } : proof)) },
      { ...vector, name: `${vector.name}-one-branch-short`, proofs: vector.proofs.slice(1) },
    ]),
    { ...first, name: "interval-other-encryption", encryptions: [one.written] },
    { ...first, name: "interval-branches-swapped", proofs: [...first.proofs].reverse() },
    {
      ...signature,
      name: "signature-challenge-changed",
      proofs: signature.proofs.map((proof) => ({ ...proof, challenge: oneMore(proof.challenge) })),
    },
    { ...signature, name: "signature-other-hash", hash: sha256Base64("another") },
  ];
  return {
    about:
      `${FROM} Proofs of PROTOCOL "Encryption and proofs" under the key y = "key". kind "interval" is iprove on one ` +
      `encryption, "blank" is blank_proof and "blank-or-interval" is overall_proof, both on the blank choice and the ` +
      `product of the others; "context" is S. kind "signature" signs "hash" under "credential".`,
    key: pointToHex(key),
    vectors: [...[...good, signature].map((vector) => ({ ...vector, holds: true })), ...bad.map((vector) => ({ ...vector, holds: false }))],
  };
}

function receipts() {
  const secret = Uint8Array.from(Buffer.from(sha256Hex("receipts"), "hex"));
  const key = bytesToHex(ed25519.getPublicKey(secret));
  const receipt = {
    uuid: "cyuzb8XAcr1FSj",
    election_hash: sha256Base64("election"),
    tracker: sha256Base64("ballot"),
    height: 1,
  };
  const signature = bytesToHex(ed25519.sign(toBytes(toJson({ type: "receipt", ...receipt })), secret));
  const vectors = [
    { name: "signed", key, receipt, signature, holds: true },
    { name: "another-height", key, receipt: { ...receipt, height: 2 }, signature, holds: false },
    { name: "another-tracker", key, receipt: { ...receipt, tracker: sha256Base64("other") }, signature, holds: false },
    { name: "another-session", key, receipt: { ...receipt, uuid: "WB7CXHC6p9Vx7B" }, signature, holds: false },
    { name: "another-election", key, receipt: { ...receipt, election_hash: sha256Base64("other") }, signature, holds: false },
    { name: "another-key", key: bytesToHex(ed25519.getPublicKey(secret.map((byte) => byte ^ 1))), receipt, signature, holds: false },
    { name: "signature-changed", key, receipt, signature: `${signature.slice(0, -1)}${signature.endsWith("0") ? "1" : "0"}`, holds: false },
    { name: "signature-short", key, receipt, signature: signature.slice(2), holds: false },
  ];
  return {
    about: `${FROM} Ed25519 over the compact JSON {"type":"receipt",…the fields of "receipt", in order}; secret key = SHA-256 of "receipts".`,
    vectors,
  };
}

/** The files by name, each as its text. */
export function makeVectors() {
  const files = { "codes.json": codes(), "points.json": points(), "proofs.json": proofs(), "receipts.json": receipts() };
  return Object.entries(files).map(([name, content]) => ({ name, text: `${JSON.stringify(content, null, 1)}\n` }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { name, text } of makeVectors()) writeFileSync(vectorPath(name), text);
}
