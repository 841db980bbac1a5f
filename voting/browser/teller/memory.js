/**
 * What a teller's device keeps. For as long as it can: its secret and index, the key, the fingerprint that was agreed, the
 * hash of the tally that it decrypted. For this tab: a link that has not been claimed yet.
 *
 * Keys of the store: `voting:teller:UUID` is the device; what belongs to one teller stands behind it with the index,
 * so that a laptop which two of them share does not mix their keys.
 *
 * @typedef {import("../phone/memory.js").Store} Store
 *
 * @typedef {object} Device
 * @property {string} device the secret that the service knows this device by
 * @property {number} index
 * @property {string} link that it was claimed with: the same one again needs no claim
 *
 * @typedef {object} Pending
 * @property {string} link
 * @property {string} device
 *
 * @typedef {object} Alarm
 * @property {number} round
 * @property {string} where
 */

/**
 * @param {string} uuid
 * @param {Store} lasting localStorage, or what stands for it
 * @param {Store} tab sessionStorage, or what stands for it
 */
export function makeMemory(uuid, lasting, tab) {
  const root = `voting:teller:${uuid}`;

  /**
   * @param {Store} store
   * @param {string} name
   * @returns {any} undefined when absent or not readable
   */
  function read(store, name) {
    const text = store.getItem(name);
    if (text === null) return undefined;
    try {
      return JSON.parse(text);
    } catch {
      return undefined;
    }
  }

  /** @returns {Device | undefined} */
  const device = () => read(lasting, root);
  const own = (/** @type {string} */ name) => `${root}:${device()?.index ?? 0}:${name}`;
  const get = (/** @type {string} */ name) => read(lasting, own(name));
  const set = (/** @type {string} */ name, /** @type {unknown} */ value) => lasting.setItem(own(name), JSON.stringify(value));

  return {
    device,
    /** @returns {Pending | undefined} */
    pending: () => read(tab, `${root}:pending`),
    /**
     * Keep a link with the secret it shall be claimed with, until the service has answered for it.
     * @param {Pending} pending
     */
    keepPending: (pending) => tab.setItem(`${root}:pending`, JSON.stringify(pending)),
    forgetPending: () => tab.removeItem(`${root}:pending`),
    /**
     * The service has bound this device to a teller.
     * @param {Device} claimed
     */
    keepDevice(claimed) {
      lasting.setItem(root, JSON.stringify(claimed));
      tab.removeItem(`${root}:pending`);
      // A new link is a new beginning with the chair: the old alarm, and what was agreed with a device in between, end.
      for (const name of ["alarm", "agreed"]) lasting.removeItem(own(name));
    },
    /** The service knows this device no more. What belongs to the teller stays: the key may be needed again. */
    forgetDevice: () => lasting.removeItem(root),
    /** @returns {string | undefined} */
    key: () => get("key"),
    /** @returns {boolean} whether the teller has said that a copy of the key is kept elsewhere */
    saved: () => get("saved") === true,
    /** @returns {boolean} whether this device made the key, so that another one in the teller's name is a lie */
    made: () => get("made") === true,
    /**
     * @param {string} key
     * @param {boolean} made on this device, and not yet kept elsewhere
     */
    keepKey(key, made) {
      set("key", key);
      set("made", made);
      set("saved", !made);
    },
    keepSaved: () => set("saved", true),
    forgetKey() {
      for (const name of ["key", "made", "saved"]) lasting.removeItem(own(name));
    },
    /** @returns {import("../protocol/ceremony.js").Memory | undefined} under which commitments this teller revealed */
    revealed: () => get("revealed"),
    /** @param {import("../protocol/ceremony.js").Memory} revealed */
    keepRevealed: (revealed) => set("revealed", revealed),
    /** @returns {{round: number, fingerprint: string} | undefined} */
    agreed: () => get("agreed"),
    /** @param {{round: number, fingerprint: string}} agreed */
    keepAgreed: (agreed) => set("agreed", agreed),
    /** @returns {string | undefined} the hash of the tally that was decrypted; never forgotten */
    tally: () => get("tally"),
    /** @param {string} hash */
    keepTally: (hash) => set("tally", hash),
    /** @returns {Alarm | undefined} */
    alarm: () => get("alarm"),
    /** @param {Alarm} alarm */
    keepAlarm: (alarm) => set("alarm", alarm),
  };
}

/** @typedef {ReturnType<typeof makeMemory>} Memory */
