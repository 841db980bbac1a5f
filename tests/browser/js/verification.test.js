import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { Refusal } from "../../../voting/browser/protocol/refusals.js";
import { verifyArchive } from "../../../voting/browser/protocol/verification.js";
import { at, vectorPath } from "./fixtures.js";
import { examineOnce, makeSession, writeArchive } from "./session.js";

/** What `voting verify` says first of each broken archive. @type {Record<string, string>} */
const FAILS = {
  "ballot-copied-from-another-voter": "ballot-proofs",
  "ballot-credential-not-on-the-list": "ballot-credentials",
  "ballot-doubled": "file-names",
  "ballot-dropped-tally-kept": "tally",
  "ballot-extra-field-in-answer": "ballot-format",
  "ballot-individual-proof-challenge-changed": "ballot-proofs",
  "ballot-scalar-leading-zero": "ballot-format",
  "ballot-signature-changed": "ballot-proofs",
  "credential-doubled": "credentials",
  "decryption-proof-changed": "partial-decryptions",
  "end-of-ballots-missing": "ballots-before-end",
  "event-parent-wrong": "event-chain",
  "file-truncated": "archive-readable",
  "result-vote-moved": "result",
  "tally-count-wrong": "tally-count",
  "teller-decryptions-below-threshold": "enough-decryptions",
  "teller-group-signature-changed": "teller-group-signatures",
  "teller-key-replaced": "teller-keys",
  "teller-owners-swapped": "partial-decryptions",
  "trustee-proof-changed": "trustees",
};
const CHECKS = "archive-readable archive-reproducible file-names event-chain event-order ballots-before-end documents setup-hashes election credentials trustees teller-certificates teller-commitments teller-group-signatures teller-keys teller-key-proofs teller-key-signatures election-key ballot-format ballot-credentials one-ballot-per-credential ballot-proofs tally tally-count partial-decryptions enough-decryptions result";

/** @param {string} name */
const archive = (name) => new Uint8Array(readFileSync(vectorPath(name)));
/** @param {Uint8Array} raw */
const verify = (raw) => verifyArchive(raw, { examine: examineOnce });

/** The name of the check that refuses an archive, and the record that it names. @param {Uint8Array} raw */
async function failureOf(raw) {
  try {
    await verify(raw);
    return "";
  } catch (error) {
    assert.ok(error instanceof Refusal && error.code === "broken-archive", String(error));
    return error.where;
  }
}

test("the archives that belenios-tool made hold, check by check, with their results", async () => {
  const single = await verify(archive("single/cyuzb8XAcr1FSj.bel"));
  assert.deepEqual(single.result, [[2, 2, 3], [6, 1, 0], [3, 2, 2]]);
  assert.deepEqual([single.ballots, single.credentials, single.tellers, single.fingerprint, single.threshold], [7, 7, [], "", 0]);
  const several = await verify(archive("threshold/WB7CXHC6p9Vx7B.bel"));
  assert.deepEqual(several.checks.map(({ name, ok }) => (ok ? name : "")), CHECKS.split(" "));
  assert.deepEqual([several.ballots, several.decrypted, several.threshold, several.fingerprint], [9, [1, 2, 4], 2, "6719 9794 8003 1490"]);
  assert.deepEqual(several.tellers.map(({ owner }) => owner), [2, 3, 4]);
});

test("every broken archive is refused by the check that is broken (fault C9)", async (t) => {
  const names = readdirSync(vectorPath("tampered")).map((name) => name.replace(".bel", ""));
  assert.deepEqual(names.sort(), Object.keys(FAILS));
  for (const name of names) assert.equal(await failureOf(archive(`tampered/${name}.bel`)), FAILS[name], name);
  t.diagnostic(`${names.length} of ${names.length} refused by name`);
});

test("a byte changed anywhere, dropped or added is found (fault C9)", async (t) => {
  const good = archive("single/cyuzb8XAcr1FSj.bel");
  let tried = 0;
  for (let i = 0; i < good.length; i += 1499, tried++) {
    const changed = good.slice();
    changed[i] = (changed[i] ?? 0) ^ 1;
    assert.notEqual(await failureOf(changed), "", `byte ${i}`);
    assert.notEqual(await failureOf(new Uint8Array([...good.subarray(0, i), ...good.subarray(i + 1)])), "", `without byte ${i}`);
  }
  for (const extra of [1, 512, 1024, 10240]) assert.equal(await failureOf(new Uint8Array([...good, ...new Uint8Array(extra)])), "archive-reproducible");
  for (const raw of [new Uint8Array(), new Uint8Array(512), new TextEncoder().encode("x".repeat(5000)), good.subarray(0, 511), good.subarray(0, 530)]) {
    assert.equal(await failureOf(raw), "archive-readable");
  }
  t.diagnostic(`${2 * tried} of ${2 * tried} changes found`);
});

test("a board is verified as far as it has come", async () => {
  const { records } = makeSession();
  const report = await verify(writeArchive(records.slice(0, 3)));
  assert.deepEqual([report.ballots, report.last, report.tally, report.result], [2, "Ballot", null, null]);
  assert.deepEqual(report.checks.filter(({ ok }) => ok === null).map(({ name }) => name), ["tally", "tally-count", "partial-decryptions", "enough-decryptions", "result"]);
  const empty = await verify(writeArchive(makeSession({ ballots: 0 }).records));
  assert.deepEqual([empty.ballots, empty.tally?.cells.flat().every(({ alpha }) => alpha === "1".padStart(64, "0"))], [0, true]);
});

test("an archive written anew around a changed record is refused by the check of that record (fault C9)", async () => {
  const { records } = makeSession();
  const ballot = at(records, 1);
  const [first, second, end, tally] = [ballot, at(records, 2), at(records, 4), at(records, 5)];
  const parse = (/** @type {{documents: string[]}} */ record, /** @type {number} */ i) => JSON.parse(at(record.documents, i));
  const setup = at(records, 0);
  const other = { ...parse(first, 0), credential: parse(second, 0).credential };
  const stranger = { ...parse(first, 0), credential: "c34750137412a7876c8398b3b3a73ee5cb4e9ca95f35342add14a6ef4c129f5d" };
  const torsion = parse(first, 0);
  torsion.answers[0].choices[0].alpha = "".padStart(64, "0");
  /** @param {number} from @param {import("./session.js").Record[]} into @param {number} [count] */
  const changed = (from, into, count = 1) => [...records.slice(0, from), ...into, ...records.slice(from + count)];
  const as = (/** @type {unknown} */ value) => [{ type: "Ballot", documents: [JSON.stringify(value)] }];
  /** @type {[string, import("./session.js").Record[]][]} */
  const cases = [
    ["event-order", records.slice(1)],
    ["event-order", [setup, setup, ...records.slice(1)].map((record, i) => (i === 1 ? { type: "Setup", documents: ["x"] } : record))],
    ["ballots-before-end", [...records.slice(0, 1), end, first, tally]],
    ["ballots-before-end", [...records.slice(0, 4), tally]],
    ["ballots-before-end", [...records, { type: "EndBallots", documents: [] }]],
    ["event-chain", [...records, { type: "Recount", documents: ["{}"] }]],
    ["documents", changed(1, [{ type: "Ballot", documents: ["{}", ...ballot.documents] }])],
    ["documents", changed(5, [{ type: "EncryptedTally", documents: tally.documents.slice(1) }])],
    ["setup-hashes", changed(0, [{ type: "Setup", documents: ["{}"] }])],
    ["ballot-format", changed(1, as({ ...parse(first, 0), note: 1 }))],
    ["ballot-format", changed(1, [{ type: "Ballot", documents: [`${first.documents[0]} `] }])],
    ["ballot-proofs", changed(1, as({ ...parse(first, 0), answers: parse(second, 0).answers }))],
    ["ballot-credentials", changed(1, as(stranger))],
    ["one-ballot-per-credential", changed(1, as(other))],
    ["ballot-proofs", changed(1, as(torsion))],
    ["tally", changed(1, [second, first], 3)],
    ["tally-count", changed(5, [{ type: "EncryptedTally", documents: [at(tally.documents, 0), at(tally.documents, 1).replace('"total_weight":3', '"total_weight":4')] }])],
    ["documents", changed(5, [{ type: "EncryptedTally", documents: [at(tally.documents, 0), at(tally.documents, 1).replace("{", '{"note":1,')] }])],
  ];
  for (const [name, broken] of cases) assert.equal(await failureOf(writeArchive(broken)), name, `${name}: ${broken.map(({ type }) => type)}`);
});

test("a setup that does not fit together is refused by the part that does not", async () => {
  const { records } = makeSession();
  const [election = "", trustees = "", credentials = ""] = at(records, 0).documents;
  const { sha256Hex } = await import("../../../voting/browser/protocol/canonical.js");
  const setup = (/** @type {string[]} */ [e = "", t = "", c = ""]) => {
    const data = JSON.stringify({ election: sha256Hex(e), trustees: sha256Hex(t), credentials: sha256Hex(c) });
    return writeArchive([{ type: "Setup", documents: [e, t, c, data] }]);
  };
  const parsed = JSON.parse(trustees);
  const [, server] = parsed[0];
  const [, tellers] = parsed[1];
  const group = (/** @type {object} */ change) => JSON.stringify([parsed[0], ["Pedersen", { ...tellers, ...change }]]);
  const [one, two, three] = tellers.verification_keys;
  /** @type {[string, string[]][]} */
  const cases = [
    ["election", [election.replace('"version":1', '"version":2'), trustees, credentials]],
    ["election", [`${election} `, trustees, credentials]],
    ["credentials", [election, trustees, credentials.replace('["', '["0')]],
    ["credentials", [election, trustees, JSON.stringify([...JSON.parse(credentials), JSON.parse(credentials)[0]])]],
    ["credentials", [election, trustees, JSON.stringify([`${JSON.parse(credentials)[0]},2`])]],
    ["trustees", [election, "[]", credentials]],
    ["trustees", [election, JSON.stringify([["Mixed", {}]]), credentials]],
    ["trustees", [election, JSON.stringify([["Single", { ...server, pok: one.pok }], parsed[1]]), credentials]],
    ["trustees", [election, group({ threshold: 4 }), credentials]],
    ["trustees", [election, group({ threshold: 1 }), credentials]],
    ["teller-certificates", [election, group({ certs: tellers.certs.map((/** @type {any} */ cert) => ({ ...cert, signature: one.pok })) }), credentials]],
    ["teller-commitments", [election, group({ coefexps: tellers.coefexps.map((/** @type {any} */ own) => ({ ...own, signature: one.pok })) }), credentials]],
    ["teller-group-signatures", [election, group({ signatures: [...tellers.signatures].reverse() }), credentials]],
    ["teller-keys", [election, group({ verification_keys: [two, one, three] }), credentials]],
    ["teller-key-proofs", [election, group({ verification_keys: [{ ...one, pok: two.pok }, two, three] }), credentials]],
    ["teller-key-signatures", [election, group({ verification_keys: [{ ...one, signature: two.signature }, two, three] }), credentials]],
    ["election-key", [election, JSON.stringify([parsed[0]]), credentials]],
  ];
  assert.equal(await failureOf(setup([election, trustees, credentials])), "");
  for (const [name, documents] of cases) assert.equal(await failureOf(setup(documents)), name);
});
