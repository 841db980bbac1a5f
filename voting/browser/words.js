/**
 * Words and numbers as a person reads them. The words come from the page, in its language; this fills them in.
 */

/** @typedef {"vi" | "en"} Language */

/**
 * Put values into the `{name}` places of a text. A place without a value stays as it is, so that it is noticed.
 * @param {string} text
 * @param {Record<string, string | number>} values
 * @returns {string}
 */
export function fill(text, values) {
  return text.replace(/\{([a-z]+)\}/g, (place, name) => (name in values ? String(values[name]) : place));
}

/**
 * Write a number of votes, ballots, codes: 1234 is `1.234` in Vietnamese, `1,234` in English.
 * @param {number} number
 * @param {Language} language
 * @returns {string}
 */
export function figure(number, language) {
  return number.toLocaleString(language);
}

/**
 * Write hundredths of a percent as a percentage with two decimals: 6660 is `66,60 %` in Vietnamese, `66.60%` in English.
 * @param {number} hundredths
 * @param {Language} language
 * @returns {string}
 */
export function percentage(hundredths, language) {
  const whole = Math.trunc(hundredths / 100);
  const rest = String(hundredths % 100).padStart(2, "0");
  return language === "vi" ? `${whole},${rest}\u00a0%` : `${whole}.${rest}%`;
}

/**
 * Cut a tracker or a hash into groups that an eye can compare: 4 characters each.
 * @param {string} text
 * @returns {string[]}
 */
export function groups(text) {
  return text.match(/.{1,4}/gsu) ?? [];
}

/**
 * Give the short form of a board's head that people compare across a room: its first 16 hex digits in groups.
 * @param {string} hash
 * @returns {string}
 */
export function shortHash(hash) {
  return groups(hash.slice(0, 16)).join(" ");
}

/**
 * Split the line of a sheet into the name and the position that stand in it.
 * @param {string} title `name — position`, or the name or motion alone
 * @returns {{name: string, position: string}}
 */
export function nameAndPosition(title) {
  const at = title.indexOf(" — ");
  return at < 0 ? { name: title, position: "" } : { name: title.slice(0, at), position: title.slice(at + 3) };
}

/**
 * Write the time that is left as `m:ss` or `h:mm:ss`; never below zero.
 * @param {number} seconds
 * @returns {string}
 */
export function countdown(seconds) {
  const left = Math.max(0, Math.ceil(seconds));
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const hours = Math.floor(left / 3600);
  const minutes = Math.floor((left % 3600) / 60);
  return hours ? `${hours}:${two(minutes)}:${two(left % 60)}` : `${minutes}:${two(left % 60)}`;
}
