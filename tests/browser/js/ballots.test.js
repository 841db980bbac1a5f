import assert from "node:assert/strict";
import { test } from "node:test";
import { makeBallot, openBallot } from "../../../voting/browser/protocol/ballots.js";
import { sha256Base64 } from "../../../voting/browser/protocol/canonical.js";
import { privateCredential, publicCredential } from "../../../voting/browser/protocol/codes.js";
import { IDENTITY, Q, hashToScalar, modQ, pointFromHex, pointToHex, powerOfGenerator } from "../../../voting/browser/protocol/group.js";
import { encrypt, proveInterval, proveSignature, sumOfOpenings, writeEncryption, writeProof } from "../../../voting/browser/protocol/proofs.js";
import { parseElection } from "../../../voting/browser/protocol/election.js";
import { SINGLE, THRESHOLD, at, readVector, seededScalars } from "./fixtures.js";
import { refusalOf, refused } from "./refused.js";

const { election, codes, votes } = SINGLE;
const CODE = at(codes, 0);

/** One good ballot of ours, made once. */
const GOOD = makeBallot(election, CODE, at(votes, 0), { random: seededScalars("good") });

/**
 * Sign a changed ballot again, as the voter who owns the code could.
 * @param {any} ballot
 * @param {bigint} [x] the private credential
 */
function signAgain(ballot, x = privateCredential(election.uuid, CODE)) {
  const { signature: _, ...unsigned } = ballot;
  const hash = sha256Base64(JSON.stringify(unsigned));
  return JSON.stringify({ ...unsigned, signature: { hash, proof: writeProof(proveSignature(seededScalars("again"), x, hash)) } });
}

/** @param {(ballot: any) => void} change */
function altered(change) {
  const ballot = JSON.parse(GOOD.json);
  change(ballot);
  return JSON.stringify(ballot);
}

/** @param {(ballot: any) => void} change */
function resigned(change) {
  return signAgain(JSON.parse(altered(change)));
}

for (const session of [SINGLE, THRESHOLD]) {
  test(`every ballot that the reference made is accepted, under its own tracker: ${session.folder}`, () => {
    for (const ballot of session.archive.ballots) {
      const { credential, tracker } = openBallot(ballot, session.election);
      assert.deepEqual([credential, tracker], [JSON.parse(ballot).credential, sha256Base64(ballot)]);
    }
  });

  test(`our ballots for the same votes are accepted: ${session.folder}`, () => {
    session.votes.slice(0, 4).forEach((vote, i) => {
      const code = at(session.codes, i);
      const { json, tracker, credential } = makeBallot(session.election, code, vote);
      const opened = openBallot(json, session.election);
      assert.deepEqual([opened.credential, opened.tracker], [credential, tracker]);
      assert.equal(credential, publicCredential(session.election.uuid, code));
    });
  });
}

test("every way to fill one line is provable, from all blank to as many as allowed", () => {
  const [, several] = THRESHOLD.election.questions;
  assert.ok(several);
  const { election: whole } = THRESHOLD;
  for (const [position, question] of whole.questions.entries()) {
    const width = question.answers.length + (question.blank ? 1 : 0);
    for (let bits = 0; bits < 2 ** width; bits++) {
      const line = Array.from({ length: width }, (_, i) => (bits >> i) & 1);
      const vote = at(THRESHOLD.votes, 0).map((other, i) => (i === position ? line : other));
      const chosen = (question.blank ? line.slice(1) : line).reduce((sum, choice) => sum + choice, 0);
      const allowed = question.blank && line[0] === 1 ? chosen === 0 : question.min <= chosen && chosen <= question.max;
      const make = () => makeBallot(whole, at(THRESHOLD.codes, 0), vote, { random: seededScalars(`${position}-${bits}`) });
      if (!allowed) refused(make, "malformed-choices", `choices[${position}]`);
      else if (bits % 7 < 2) openBallot(make().json, whole);
    }
  }
});

test("choices that do not fit the sheet are refused before anything is encrypted", () => {
  const vote = at(votes, 0);
  const drawn = { random: () => assert.fail("a secret was drawn") };
  for (const choices of [[], vote.slice(1), [...vote, [1, 0, 0]], vote.map((line) => line.slice(1)), vote.map(() => [2, -1, 0]), vote.map(() => [0.5, 0.5, 0])]) {
    refused(() => makeBallot(election, CODE, choices, drawn), "malformed-choices");
  }
});

test("progress tells each question once", () => {
  /** @type {number[][]} */
  const seen = [];
  makeBallot(election, CODE, at(votes, 0), { progress: (done, total) => void seen.push([done, total]) });
  assert.deepEqual(seen, [[1, 3], [2, 3], [3, 3]]);
});

test("the number of secret multiplications does not depend on the vote", () => {
  const count = (/** @type {number[][]} */ vote) => {
    let drawn = 0;
    const random = seededScalars("count");
    makeBallot(THRESHOLD.election, at(THRESHOLD.codes, 0), vote, { random: () => (drawn++, random()) });
    return drawn;
  };
  assert.equal(new Set(THRESHOLD.votes.map(count)).size, 1);
});

test("two ballots of one code and vote have nothing in common that could be compared", () => {
  const again = makeBallot(election, CODE, at(votes, 0));
  const points = (/** @type {string} */ json) => [...json.matchAll(/"(?:alpha|beta)":"(\w+)"/g)].map((match) => match[1]);
  assert.equal(new Set([...points(GOOD.json), ...points(again.json)]).size, 36);
});

test("a change of any single value makes the ballot refused", (t) => {
  /** @type {string[]} */
  const survivors = [];
  let tried = 0;
  /** @param {any} node @param {(string | number)[]} path */
  const walk = (node, path) => {
    if (typeof node === "object") return Object.keys(node).forEach((key) => walk(node[key], [...path, key]));
    const text = altered((ballot) => {
      const owner = path.slice(0, -1).reduce((value, key) => value[key], ballot);
      const last = at(path, path.length - 1);
      owner[last] = /^\d{70,}$/.test(node) ? modQ(BigInt(node) + 1n).toString() : (node[0] === "a" ? "b" : "a") + node.slice(1);
    });
    tried++;
    if (refusalOf(() => openBallot(text, election)) === undefined) survivors.push(path.join("."));
  };
  walk(JSON.parse(GOOD.json), []);
  t.diagnostic(`${tried} values changed, ${survivors.length} survived`);
  assert.ok(tried > 60);
  assert.deepEqual(survivors, []);
});

test("a change of any single proof is refused by name, even when the voter signs it again (fault C4)", () => {
  const cases = [
    ["answers[1].individual_proofs[2]", (/** @type {any} */ b) => b.answers[1].individual_proofs[2][1]],
    ["answers[2].overall_proof", (/** @type {any} */ b) => b.answers[2].overall_proof[0]],
  ];
  for (const [where, find] of /** @type {[string, (ballot: any) => any][]} */ (cases)) {
    for (const field of ["challenge", "response"]) {
      const text = resigned((ballot) => (find(ballot)[field] = modQ(BigInt(find(ballot)[field]) + 1n).toString()));
      refused(() => openBallot(text, election), "bad-proof", where);
    }
  }
});

test("a change of any proof of a line that may be blank is refused by name (fault C4)", () => {
  const { election: whole } = THRESHOLD;
  const code = at(THRESHOLD.codes, 0);
  const { json } = makeBallot(whole, code, at(THRESHOLD.votes, 0), { random: seededScalars("blank") });
  const line = whole.questions.findIndex(({ blank }) => blank);
  for (const part of ["blank_proof", "overall_proof"]) {
    JSON.parse(json).answers[line][part].forEach((/** @type {unknown} */ _, /** @type {number} */ i) => {
      const ballot = JSON.parse(json);
      const proof = ballot.answers[line][part][i];
      proof.response = modQ(BigInt(proof.response) + 1n).toString();
      const text = signAgain(ballot, privateCredential(whole.uuid, code));
      refused(() => openBallot(text, whole), "bad-proof", `answers[${line}].${part}`);
    });
  }
});

test("marks that the reference lets through are refused, even when the voter signs them (fault C2)", () => {
  const first = JSON.parse(GOOD.json).answers[0];
  /** @type {Record<string, string>} */
  const marked = {
    "upper-case hex": resigned((b) => (b.answers[0].choices[0].alpha = first.choices[0].alpha.toUpperCase())),
    "leading zero": resigned((b) => (b.answers[0].overall_proof[0].response = `0${first.overall_proof[0].response}`)),
    "hexadecimal scalar": resigned((b) => (b.answers[0].overall_proof[0].response = `0x${BigInt(first.overall_proof[0].response).toString(16)}`)),
    "scalar above the order": resigned((b) => (b.answers[0].overall_proof[0].response = (BigInt(first.overall_proof[0].response) + Q).toString())),
    "number instead of a text": resigned((b) => (b.answers[0].overall_proof[0].response = 1)),
    "extra field in an answer": resigned((b) => (b.answers[0].note = "mine")),
    "extra field in a choice": resigned((b) => (b.answers[0].choices[0].note = "mine")),
    "extra field in a proof": resigned((b) => (b.answers[0].overall_proof[0].note = "mine")),
    "fields in another order": resigned((b) => (b.answers[0].choices[0] = { beta: first.choices[0].beta, alpha: first.choices[0].alpha })),
    "blank proof where none belongs": resigned((b) => (b.answers[0].blank_proof = first.overall_proof)),
    "one choice more": resigned((b) => b.answers[0].choices.push(first.choices[0])),
    "one answer less": resigned((b) => b.answers.pop()),
    "extra field at the top": JSON.stringify({ ...JSON.parse(GOOD.json), note: "mine" }),
    "line feed behind": `${GOOD.json}\n`,
    "space inside": GOOD.json.replace(":", ": "),
    "doubled field": GOOD.json.replace('{"election_uuid"', '{"credential":"x","election_uuid"'),
    "padded hash": altered((b) => (b.signature.hash += "=")),
    "escaped character": GOOD.json.replace('"alpha"', '"\\u0061lpha"'),
  };
  for (const [name, text] of Object.entries(marked)) assert.ok(refusalOf(() => openBallot(text, election)), name);
});

test("what is no ballot at all is refused", () => {
  for (const text of ["", "null", "[]", "{}", "1", "[".repeat(200_000), "x".repeat(300_000)]) {
    assert.ok(refusalOf(() => openBallot(text, election)), text.slice(0, 10));
  }
});

test("a ballot of another session, or of another version of this one, is refused", () => {
  refused(() => openBallot(at(THRESHOLD.archive.ballots, 0), election), "wrong-election");
  const renamed = parseElection(JSON.stringify({ ...JSON.parse(SINGLE.archive.election), name: "Other" }));
  refused(() => openBallot(GOOD.json, renamed), "wrong-election");
});

test("ballots and answers copied from somebody else are refused (fault C1)", () => {
  const other = JSON.parse(at(SINGLE.archive.ballots, 1));
  refused(() => openBallot(altered((b) => (b.credential = other.credential)), election), "bad-proof", "signature");
  refused(() => openBallot(resigned((b) => (b.answers = other.answers)), election), "bad-proof");
  refused(() => openBallot(resigned((b) => (b.answers[1] = other.answers[1])), election), "bad-proof");
});

test("points of small order, of mixed order or off the curve are refused in every field (fault C3)", (t) => {
  const bad = JSON.parse(readVector("points.json")).vectors.filter((/** @type {any} */ vector) => !vector.valid);
  const fields = [
    (/** @type {any} */ b, /** @type {string} */ hex) => (b.credential = hex),
    (/** @type {any} */ b, /** @type {string} */ hex) => (b.answers[0].choices[0].alpha = hex),
    (/** @type {any} */ b, /** @type {string} */ hex) => (b.answers[2].choices[1].beta = hex),
  ];
  for (const { name, hex } of bad) {
    for (const set of fields) refused(() => openBallot(resigned((b) => set(b, hex)), election), "malformed-point");
    t.diagnostic(`${name}: refused in ${fields.length} fields`);
  }
});

test("two votes on one line, or minus one, cannot be proven by lying about the sum (fault C5)", () => {
  const random = seededScalars("forger");
  const prover = { powerOfKey: (/** @type {bigint} */ k) => election.key.multiplyUnsafe(k), random };
  const forge = (/** @type {bigint[]} */ values) => {
    const ballot = JSON.parse(GOOD.json);
    const context = `${election.fingerprint}|${ballot.credential}`;
    const openings = values.map((plaintext) => ({ randomness: random(), plaintext }));
    const encryptions = openings.map((opening) => {
      const { alpha, beta } = encrypt({ ...opening, plaintext: 0n }, prover.powerOfKey);
      const m = modQ(opening.plaintext);
      return { alpha, beta: beta.add(m === 0n ? IDENTITY : powerOfGenerator(m)) };
    });
    const written = encryptions.map(writeEncryption);
    const proofs = openings.map((opening, i) => {
      // A claim that is not so: the branch that is "true" is the nearest legal value.
      const claimed = { ...opening, plaintext: opening.plaintext > 0n ? 1n : 0n };
      return proveInterval(prover, context, at(written, i), claimed, 0, 1).map(writeProof);
    });
    const whole = `${context}|${written.map(({ alpha, beta }) => `${alpha},${beta}`).join(",")}`;
    const sum = sumOfOpenings(openings);
    const total = writeEncryption(encrypt({ ...sum, plaintext: 1n }, prover.powerOfKey));
    const overall = proveInterval(prover, whole, total, { ...sum, plaintext: 1n }, 1, 1).map(writeProof);
    ballot.answers[0] = { choices: written, individual_proofs: proofs, overall_proof: overall };
    return signAgain(ballot);
  };
  openBallot(forge([0n, 1n, 0n]), election);
  for (const values of [[2n, 0n, -1n], [1n, 1n, -1n], [1n, 1n, 0n], [0n, 0n, 0n], [3n, -1n, -1n]]) {
    refused(() => openBallot(forge(values), election), "bad-proof");
  }
});

test("a signature without the code cannot be made from the public credential alone", () => {
  const ballot = JSON.parse(GOOD.json);
  ballot.answers = JSON.parse(makeBallot(election, at(codes, 1), at(votes, 1)).json).answers;
  const { signature: _, ...unsigned } = ballot;
  const hash = sha256Base64(JSON.stringify(unsigned));
  const response = hashToScalar("guess");
  const challenge = hashToScalar(`sig|${hash}|${pointToHex(powerOfGenerator(response).add(pointFromHex(ballot.credential)))}`);
  const text = JSON.stringify({ ...unsigned, signature: { hash, proof: writeProof({ challenge, response }) } });
  refused(() => openBallot(text, election), "bad-proof", "signature");
});
