/**
 * What this device holds, beside what the service says now: how far its teller got, and whether the two can both be true.
 */

/**
 * @typedef {import("./api.js").View} View
 * @typedef {import("./memory.js").Memory} Memory
 *
 * @typedef {object} Known what an answer is compared with: what was kept before it was asked for
 * @property {import("./memory.js").Terms | undefined} terms
 * @property {import("./memory.js").Agreed | undefined} agreed
 */

/**
 * @param {Memory} memory
 * @returns {import("./flow.js").Standing}
 */
export function standingOf(memory) {
  return {
    hasKey: memory.key() !== undefined,
    saved: memory.saved(),
    doubted: memory.doubted(),
    alarmed: memory.alarm() !== undefined,
    agreed: memory.agreed()?.round ?? 0,
  };
}

/**
 * Give what the next answer of the service is compared with. Another tab may go on while it is on its way.
 * @param {Memory} memory
 * @returns {Known}
 */
export function knownOf(memory) {
  return { terms: memory.terms(), agreed: memory.agreed() };
}

/**
 * Tell whether a round is shown with other numbers than its key was begun with.
 * @param {import("./memory.js").Terms | undefined} terms
 * @param {import("./memory.js").Terms} shown
 */
export function otherTerms(terms, { round, size, threshold }) {
  return terms !== undefined && terms.round === round && (terms.size !== size || terms.threshold !== threshold);
}

/**
 * Say what cannot be true beside what this device was told earlier: in a round that went on, its terms stay, and no
 * round comes back.
 * @param {View} view
 * @param {Known} known
 * @returns {"terms" | "round" | ""}
 */
export function contradiction(view, { terms, agreed }) {
  if (view.round < Math.max(terms?.round ?? 0, agreed?.round ?? 0)) return "round";
  return otherTerms(terms, view) ? "terms" : "";
}

/**
 * Keep the digits that came out of a round, unless others stand there: read at the moment of writing, because another
 * tab may have come to an end since.
 * @param {Memory} memory
 * @param {number} round
 * @param {string} fingerprint
 * @returns {boolean} false when other digits, or those of another round, stand there
 */
export function settle(memory, round, fingerprint) {
  const agreed = memory.agreed();
  if (agreed === undefined) memory.keepAgreed({ round, fingerprint, compared: false });
  return agreed === undefined || (agreed.round === round && agreed.fingerprint === fingerprint);
}
