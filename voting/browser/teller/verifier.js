/**
 * Verifies an archive for a teller and decrypts its sum, in the teller's worker. The report of the archive stays here:
 * what is decrypted is what was recomputed, never what somebody hands in.
 */
import { isEvent, splitArchive } from "../protocol/archive.js";
import { seedBelongs } from "../protocol/seeds.js";
import { Refusal } from "../protocol/refusals.js";
import { decryptTally } from "../protocol/tally.js";
import { verifyArchive } from "../protocol/verification.js";

/** @typedef {import("./calculator.js").Summary} Summary */
/** @typedef {{uuid: string, round: number, index: number, box: string | null}} Place the part of a view that is read here */

/**
 * @param {import("../protocol/verification.js").Examine} [examine] shares the ballots out; here, when there are no workers
 */
export function makeVerifier(examine) {
  /** @type {import("../protocol/verification.js").Report | undefined} */
  let report;
  /** The tally that each teller has decrypted in this worker. @type {Map<string, string>} */
  const decrypted = new Map();

  return {
    /**
     * Verify the archive of a session that was closed. Refuses "broken-archive", naming the check; "not-closed" before
     * the end of the ballots and their tally.
     * @param {Uint8Array} archive
     * @param {string} uuid
     * @param {(done: number, total: number) => void} progress
     * @returns {Promise<Summary>}
     */
    async verify(archive, uuid, progress) {
      // While another one is looked at there is none: a former sum is not decrypted in the place of a broken one.
      report = undefined;
      const verified = await verifyArchive(archive, { progress, ...(examine ? { examine } : {}) });
      if (verified.uuid !== uuid) throw new Refusal("broken-archive", "it is of another session", "election");
      if (verified.tally === null) throw new Refusal("not-closed", "the ballots have not been tallied", "tally");
      report = verified;
      const { ballots, head, fingerprint } = verified;
      return { ballots, head, fingerprint, tally: verified.tally.hash, setup: setupOf(archive) };
    },

    /**
     * Verify the beginning of an archive, up to its first event, while nothing is to be counted yet. Refuses
     * "broken-archive", naming the check; "not-a-teller" when no tellers stand on the board.
     * @param {Uint8Array} beginning
     * @param {string} uuid
     * @param {string | null} key the seed, when it is on this device
     * @returns {Promise<import("./board.js").Board>}
     */
    async inspect(beginning, uuid, key) {
      const found = await verifyArchive(beginning);
      if (found.uuid !== uuid) throw new Refusal("broken-archive", "it is of another session", "election");
      if (found.tellers.length === 0) throw new Refusal("not-a-teller", "the board has no tellers", "trustees");
      const { fingerprint, threshold, tellers } = found;
      const own = key === null ? null : tellers.some(({ verification }) => seedBelongs(key, verification));
      return { setup: setupOf(beginning), fingerprint, threshold, size: tellers.length, own };
    },

    /**
     * Decrypt the sum that was verified last, as the teller whose view it is. Refuses as `decryptTally`.
     * @param {string} key the seed
     * @param {Place} view
     * @param {string | null} [before] the hash of the tally that the device remembers to have decrypted
     * @param {string} [shown] the hash of the tally that the teller was shown
     * @returns {string} the body to send
     */
    decrypt(key, { uuid, round, index, box }, before = null, shown) {
      if (report === undefined || report.tally === null) throw new Refusal("not-closed", "no archive was verified");
      if (shown !== undefined && shown !== report.tally.hash) throw new Refusal("other-tally", "another tally was shown");
      if (box === null) throw new Refusal("bad-envelope", "the service has no box for this teller", "box");
      const place = `${uuid}|${index}`;
      const body = decryptTally(key, { uuid, round, index, box }, report, before ?? decrypted.get(place) ?? null);
      decrypted.set(place, report.tally.hash);
      return body;
    },
  };
}

/**
 * Give the hash of the first event of an archive that was verified.
 * @param {Uint8Array} archive
 */
function setupOf(archive) {
  return splitArchive(archive).find(isEvent)?.hash ?? "";
}
