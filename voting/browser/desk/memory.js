/**
 * What the device of the desk keeps: its secret, and a link until the service has answered for it. Never a code.
 *
 * @typedef {object} Kept
 * @property {string} device the secret that the service knows this device by
 * @property {string} [link] that has not been claimed yet
 */

/**
 * @param {string} uuid
 * @param {import("../stores.js").Store} store
 */
export function makeMemory(uuid, store) {
  const name = `voting:desk:${uuid}`;
  return {
    /** @returns {Kept | undefined} */
    kept() {
      try {
        const { device, link } = JSON.parse(store.getItem(name) ?? "null");
        if (typeof device !== "string") return undefined;
        return typeof link === "string" ? { device, link } : { device };
      } catch {
        return undefined;
      }
    },
    /** @param {Kept} kept */
    keep(kept) {
      store.setItem(name, JSON.stringify(kept));
    },
    forget() {
      store.removeItem(name);
    },
  };
}

/** @typedef {ReturnType<typeof makeMemory>} Memory */
