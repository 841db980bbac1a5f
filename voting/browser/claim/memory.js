/**
 * What a phone keeps of a claim. For this tab, until the code has come: the link. For as long as the vote lasts: what it has
 * drawn, so that a reload, a second tab, or the link opened once more leads to the same code; never the code itself.
 * The link stands there as a hash alone.
 *
 * @typedef {object} Claim
 * @property {string} token
 * @property {string} key the pass key that was there at the tap: a pass that came of another one is not shown
 * @property {string} [election] the fingerprint of the election that named it: a ballot is made under no other one
 * @property {string} [blinding] until the answer has come: from then on nothing here tells which claim it was
 * @property {string} [signed] the pass
 * @property {boolean} [redeemed] whether the code has come once
 *
 * @typedef {import("../stores.js").Store} Store
 */
import { sha256Hex } from "../protocol/canonical.js";
import { CLAIMS } from "./kept.js";

/**
 * @param {string} uuid
 * @param {Store} lasting localStorage, or what stands for it
 * @param {Store} tab sessionStorage, or what stands for it
 */
export function makeMemory(uuid, lasting, tab) {
  const root = `${CLAIMS}${uuid}`;
  const link = () => tab.getItem(root) ?? undefined;
  const own = () => `${root}:${sha256Hex(`${uuid}|${link() ?? ""}`).slice(0, 16)}`;

  return {
    /** @returns {string | undefined} */
    link,
    /** @param {string} opened */
    keepLink: (opened) => tab.setItem(root, opened),
    forgetLink: () => tab.removeItem(root),
    /** @returns {Claim | undefined} of the link */
    claim() {
      try {
        const claim = JSON.parse(lasting.getItem(own()) ?? "null");
        return typeof claim?.token === "string" ? claim : undefined;
      } catch {
        return undefined;
      }
    },
    /** @param {Claim} claim */
    keep: (claim) => lasting.setItem(own(), JSON.stringify(claim)),
    forget: () => lasting.removeItem(own()),
  };
}

/** @typedef {ReturnType<typeof makeMemory>} Memory */
