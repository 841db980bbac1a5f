/**
 * What this device holds, beside what the service says now: how far its teller got, and whether the two can both be true.
 */

/**
 * @typedef {import("./api.js").View} View
 * @typedef {import("./memory.js").Memory} Memory
 */

/**
 * @param {Memory} memory
 * @returns {import("./flow.js").Standing}
 */
export function standingOf(memory) {
  return {
    hasKey: memory.key() !== undefined,
    saved: memory.saved(),
    alarmed: memory.alarm() !== undefined,
    agreed: memory.agreed()?.round ?? 0,
  };
}

/**
 * Say what cannot be true beside what this device was told earlier: in a round that went on, its terms stay, and no
 * round comes back.
 * @param {View} view
 * @param {Memory} memory
 * @returns {"terms" | "round" | ""}
 */
export function contradiction({ round, size, threshold }, memory) {
  const [terms, agreed] = [memory.terms(), memory.agreed()];
  if (round < Math.max(terms?.round ?? 0, agreed?.round ?? 0)) return "round";
  return terms !== undefined && terms.round === round && (terms.size !== size || terms.threshold !== threshold) ? "terms" : "";
}

/**
 * Keep the digits that came out of a round, unless others stand there: read at the moment of writing, because another
 * tab may have come to an end since.
 * @param {Memory} memory
 * @param {number} round
 * @param {string} fingerprint
 * @returns {boolean} false when the same round once had other digits
 */
export function settle(memory, round, fingerprint) {
  const agreed = memory.agreed();
  if (agreed === undefined) memory.keepAgreed({ round, fingerprint, compared: false });
  return agreed === undefined || agreed.round !== round || agreed.fingerprint === fingerprint;
}
