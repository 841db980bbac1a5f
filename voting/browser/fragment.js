/**
 * What stands behind the # of an address: a code or a link, which only this device must see. It is read once and taken
 * out of the address.
 */

/** @returns {string} never empty when something stands there */
export function readFragment() {
  const raw = location.hash.slice(1);
  try {
    return decodeURIComponent(raw);
  } catch {
    return raw;
  }
}

export function eraseFragment() {
  if (location.hash) history.replaceState(null, "", location.pathname + location.search);
}

/**
 * Load the page again without it, once it is kept. A page that replaces itself at once is the beginning of a redirect to
 * the browser, which then does not list it, fragment and all, among the pages visited, as it would a rewritten address.
 */
export function leaveFragment() {
  location.replace(location.pathname + location.search);
}

/**
 * Take what is scanned while the page is open: a browser that has it open already changes the address alone.
 * @param {import("./typing.js").Typing} typing
 * @param {(text: string) => void} open is given a whole code or link, in its groups
 */
export function watchFragment(typing, open) {
  addEventListener("hashchange", () => {
    const scanned = readFragment();
    eraseFragment();
    if (typing.examine(scanned).problem === "none") open(typing.inGroups(scanned));
  });
}
