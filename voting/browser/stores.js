/**
 * Where a page may keep something, and what stands in where a browser's settings forbid it.
 *
 * @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem">} Store
 */

/**
 * Give a store of the browser's when it can be used.
 * @param {() => Storage} open
 * @returns {Storage | undefined} nothing where the browser's settings forbid it
 */
export function usableStore(open) {
  try {
    const store = open();
    store.setItem("voting:probe", "1");
    store.removeItem("voting:probe");
    return store;
  } catch {
    return undefined;
  }
}

/**
 * Stand for a store that cannot be used: a reload then loses the visit, and nothing else.
 * @returns {Store}
 */
export function passingStore() {
  /** @type {Map<string, string>} */
  const kept = new Map();
  return {
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => void kept.set(name, value),
    removeItem: (name) => void kept.delete(name),
  };
}
