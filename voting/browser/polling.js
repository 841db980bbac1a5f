/**
 * Ask again and again, gently: with jitter, so that a room of phones does not knock all at once, and more slowly
 * while nobody answers. No timer of its own: waiting and chance are handed in.
 */

/**
 * @typedef {(milliseconds: number) => {done: Promise<void>, cut: () => void}} Wait a wait that can be cut short
 */

/** The longest pause between two tries, in milliseconds. */
export const LONGEST_PAUSE = 15000;

/**
 * Give the pause before the next try, in milliseconds: `every` give or take a quarter; doubled with every failure in
 * a row up to LONGEST_PAUSE.
 * @param {number} every
 * @param {number} failures how many tries failed in a row
 * @param {() => number} random between 0 and 1
 * @returns {number}
 */
export function pause(every, failures, random) {
  const base = Math.min(every * 2 ** Math.min(failures, 8), Math.max(LONGEST_PAUSE, every));
  return Math.round(base * (0.75 + random() * 0.5));
}

/**
 * Run `task` until it returns false or `stop` is called; a throw counts as a failure and is told to `onFailure`.
 * @param {object} options
 * @param {() => Promise<boolean | void>} options.task
 * @param {() => number} options.every milliseconds, asked before every pause: it may change with the screen
 * @param {Wait} options.wait
 * @param {() => number} options.random
 * @param {(failures: number) => void} [options.onFailure]
 * @param {() => void} [options.onSuccess]
 * @returns {{stop: () => void, now: () => void, done: Promise<void>}} `now` ends the pause: the next try is at once
 */
export function poll({ task, every, wait, random, onFailure = () => {}, onSuccess = () => {} }) {
  let running = true;
  let cut = () => {};
  const run = async () => {
    let failures = 0;
    while (running) {
      try {
        const more = await task();
        failures = 0;
        if (!running) return;
        onSuccess();
        if (more === false) return;
      } catch {
        failures += 1;
        if (!running) return;
        onFailure(failures);
      }
      const pausing = wait(pause(every(), failures, random));
      cut = pausing.cut;
      await pausing.done;
    }
  };
  return {
    stop() {
      running = false;
      cut();
    },
    now() {
      cut();
    },
    done: run(),
  };
}

/**
 * Keep a visit up to date as long as it lasts, and tell its page whether the service answers.
 * @param {object} ports of the visit
 * @param {Wait} ports.wait
 * @param {() => number} ports.random
 * @param {{connection: (online: boolean) => void}} ports.view
 * @param {object} visit
 * @param {() => Promise<boolean | void>} visit.task
 * @param {() => number} visit.every
 * @param {() => boolean} [visit.empty] whether its page has nothing else to show yet
 * @returns {ReturnType<typeof poll>}
 */
export function watch({ wait, random, view }, { task, every, empty = () => false }) {
  return poll({
    task,
    every,
    wait,
    random,
    // One lost answer is no outage: the words come with the second.
    onFailure: (failures) => view.connection(failures < 2 && !empty()),
    onSuccess: () => view.connection(true),
  });
}

/**
 * Wait with the clock of the browser.
 * @type {Wait}
 */
export function browserWait(milliseconds) {
  let cut = () => {};
  const done = new Promise((/** @type {(value: void) => void} */ resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    cut = () => {
      clearTimeout(timer);
      resolve();
    };
  });
  return { done, cut };
}
