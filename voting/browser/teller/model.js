/**
 * All that a screen of a teller may show, and what of it this device remembers.
 *
 * @typedef {object} Model everything a screen may show
 * @property {string} uuid
 * @property {string} title
 * @property {import("./api.js").View | undefined} view
 * @property {boolean} lasting whether this device keeps the key when its page is closed
 * @property {boolean} hasKey
 * @property {boolean} doubted whether that key proved not to be the teller's
 * @property {string} key while it is being saved, empty otherwise
 * @property {string} problem what is wrong with what was typed or done last: a word of the page
 * @property {string} file in which the key was saved, empty when it is in none
 * @property {string} fingerprint that the tellers compare, empty before the key is made
 * @property {boolean} agreed whether this device knows the fingerprint from somewhere else than the board
 * @property {boolean} compared whether the teller said that all have the same
 * @property {import("./board.js").Board | undefined} board as it was checked before the vote
 * @property {import("./calculator.js").Summary | undefined} summary of the archive that was verified
 * @property {import("./api.js").Count | undefined} count
 * @property {string} where what an alarm or a refusal is about
 */

/**
 * @param {string} uuid
 * @param {boolean} lasting
 * @returns {Model}
 */
export function newModel(uuid, lasting) {
  return {
    uuid,
    title: "",
    view: undefined,
    lasting,
    hasKey: false,
    doubted: false,
    key: "",
    problem: "",
    file: "",
    fingerprint: "",
    agreed: false,
    compared: false,
    board: undefined,
    summary: undefined,
    count: undefined,
    where: "",
  };
}

/**
 * Bring into the model what this device remembers now.
 * @param {Model} model
 * @param {import("./memory.js").Memory} memory
 */
export function recall(model, memory) {
  const [agreed, kept, alarm] = [memory.agreed(), memory.board(), memory.alarm()];
  // A board that was looked at in another round says nothing about this one.
  const board = kept?.round === model.view?.round ? kept : undefined;
  Object.assign(model, {
    hasKey: memory.key() !== undefined,
    doubted: memory.doubted(),
    file: memory.file(),
    fingerprint: agreed?.fingerprint ?? board?.fingerprint ?? "",
    agreed: agreed !== undefined,
    compared: agreed?.compared ?? false,
    board,
    where: alarm?.where ?? model.where,
  });
}
