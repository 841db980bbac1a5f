/**
 * What this browser keeps of claims, as the other pages see it: which elections they were made under, and how they end.
 * Whoever has a pass gets its code while the vote is open; after it, a pass would still say that somebody took part here.
 *
 * @typedef {Pick<Storage, "key" | "length" | "getItem" | "removeItem">} Shelf
 */

/** Every name begins so; the session's identifier follows, and of a claim, behind another colon, the link as a hash. */
export const CLAIMS = "voting:claim:";
const CLAIM = /^voting:claim:([^:]+):/;

/**
 * @param {Shelf} shelf
 * @returns {{name: string, uuid: string}[]}
 */
function kept(shelf) {
  const names = Array.from({ length: shelf.length }, (_, i) => shelf.key(i) ?? "");
  return names.flatMap((name) => (CLAIM.test(name) ? [{ name, uuid: CLAIM.exec(name)?.[1] ?? "" }] : []));
}

/**
 * Forget the claims of sessions that are over.
 * @param {Shelf} shelf
 * @param {(uuid: string) => boolean} over
 */
export function sweepClaims(shelf, over) {
  for (const { name, uuid } of kept(shelf)) if (over(uuid)) shelf.removeItem(name);
}

/** In milliseconds. Within so short a time nobody can see a vote become ready and claim in another tab. */
export const FRESH_FOR = 5000;

/**
 * Forget the claims of sessions that are not on the list of those that run. An older list sweeps nothing: a page that lay
 * asleep before its script came may be from before a claim, and to lose a pass is to lose a vote.
 * @param {Shelf} shelf
 * @param {readonly string[]} running
 * @param {number} age of the list, in milliseconds, from when it was asked for
 */
export function sweepUnlisted(shelf, running, age) {
  if (age >= 0 && age < FRESH_FOR) sweepClaims(shelf, (uuid) => !running.includes(uuid));
}

/**
 * Tell whether every claim of a session that stands here was made under this election.
 * @param {Shelf} shelf
 * @param {string} uuid
 * @param {string} fingerprint
 * @returns {boolean}
 */
export function claimedUnder(shelf, uuid, fingerprint) {
  return kept(shelf)
    .filter((claim) => claim.uuid === uuid)
    .every(({ name }) => (electionOf(shelf.getItem(name)) ?? fingerprint) === fingerprint);
}

/**
 * @param {string | null} text
 * @returns {string | undefined}
 */
function electionOf(text) {
  try {
    return JSON.parse(text ?? "null")?.election;
  } catch {
    return undefined;
  }
}
