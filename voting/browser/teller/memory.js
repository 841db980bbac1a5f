/**
 * What a teller's device keeps. For as long as it can: its secret and index, the key, the fingerprint that was agreed, what
 * stood on the board before the vote, the hash of the tally that it decrypted. For this tab: a link that has not been
 * claimed yet.
 *
 * Keys of the store: `voting:teller:UUID` is the device; what belongs to one teller stands behind it with the index,
 * so that a laptop which two of them share does not mix their keys.
 *
 * @typedef {import("../stores.js").Store} Store
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
 * @typedef {object} Agreed
 * @property {number} round
 * @property {string} fingerprint
 * @property {boolean} compared whether the teller said that all have the same digits
 *
 * @typedef {object} Terms what the key of a round is made for
 * @property {number} round
 * @property {number} size
 * @property {number} threshold
 *
 * @typedef {import("./board.js").Board & {round: number}} Seen the beginning of the board that passed the check
 *
 * @typedef {object} Owner of the key that is kept
 * @property {string} name of the teller: another one may come to the same place
 * @property {number} round the latest one that the key was made for or took part in, 0 when it was typed after the ceremony
 *
 * @typedef {object} Alarm
 * @property {string} where
 */

/** What goes with a key. */
const KEY = ["key", "owner", "made", "saved", "doubted"];

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
      // A new link is the chair's answer to an alarm. What was compared stands: the link comes from the service, which
      // could otherwise have it forgotten.
      lasting.removeItem(own("alarm"));
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
     * @param {Owner} owner
     */
    keepKey(key, made, owner) {
      set("key", key);
      set("owner", owner);
      set("made", made);
      set("saved", !made);
      lasting.removeItem(own("doubted"));
    },
    /** @returns {Owner | undefined} */
    owner: () => get("owner"),
    /** @param {Owner} owner */
    keepOwner: (owner) => set("owner", owner),
    keepSaved: () => set("saved", true),
    /** @returns {string} the name of the file in which a copy of the key is kept, empty when it is on paper */
    file: () => get("file") ?? "",
    /** @param {string} name */
    keepFile: (name) => set("file", name),
    /** @returns {boolean} whether the ceremony or the board said that this key is not the teller's */
    doubted: () => get("doubted") === true,
    keepDoubted: () => set("doubted", true),
    forgetKey() {
      for (const name of KEY) lasting.removeItem(own(name));
    },
    /** Another teller has come to this place. The hash of what was decrypted stays: it binds the place. */
    forgetTeller() {
      for (const name of [...KEY, "file", "terms", "agreed", "board", "revealed"]) lasting.removeItem(own(name));
    },
    /** @returns {import("../protocol/ceremony.js").Memory | undefined} under which commitments this teller revealed */
    revealed: () => get("revealed"),
    /**
     * Keep under which commitments this teller reveals. What stands there is read at the moment of writing: another tab
     * may have revealed since it was read last.
     * @param {import("../protocol/ceremony.js").Memory} revealed
     * @returns {"kept" | "overtaken" | "other"} `other`, and nothing is kept, when others were revealed under in this round;
     *   `overtaken` when a later one came
     */
    keepRevealed(revealed) {
      const before = get("revealed");
      if (before !== undefined && before.round > revealed.round) return "overtaken";
      if (before !== undefined && before.round === revealed.round && before.commitments !== revealed.commitments) return "other";
      set("revealed", revealed);
      return "kept";
    },
    /** @returns {Terms | undefined} */
    terms: () => get("terms"),
    /** @param {Terms} terms */
    keepTerms: ({ round, size, threshold }) => set("terms", { round, size, threshold }),
    /** @returns {Agreed | undefined} */
    agreed: () => get("agreed"),
    /** @param {Agreed} agreed */
    keepAgreed: (agreed) => set("agreed", agreed),
    /** The teller was told that the digits are void, and goes on. */
    forgetAgreed() {
      for (const name of ["agreed", "board"]) lasting.removeItem(own(name));
    },
    /** @returns {Seen | undefined} */
    board: () => get("board"),
    /** @param {Seen} board */
    keepBoard: (board) => set("board", board),
    /** @returns {string | undefined} the hash of the tally that was decrypted; never forgotten */
    tally: () => get("tally"),
    /**
     * Keep the hash of a tally before its decryption leaves the device. What stands there is read at the moment of writing.
     * @param {string} hash
     * @returns {boolean} false, and nothing is kept, when another one was decrypted
     */
    keepTally(hash) {
      const before = get("tally");
      if (before !== undefined && before !== hash) return false;
      set("tally", hash);
      return true;
    },
    /** @returns {Alarm | undefined} */
    alarm: () => get("alarm"),
    /** @param {Alarm} alarm */
    keepAlarm: (alarm) => set("alarm", alarm),
  };
}

/** @typedef {ReturnType<typeof makeMemory>} Memory */
