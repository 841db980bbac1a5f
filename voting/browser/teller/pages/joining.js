/**
 * Until a teller has a saved key: what the office is, the key as a file or on paper, a key from before.
 */
import { byId, make, say, show, within } from "../../page.js";
import { keyFile, keyFileName, keyGroups, readKeyFile } from "../keyfile.js";
import { rules } from "../telling.js";
import { watchFileField, watchKeyForm } from "./fields.js";

/**
 * @typedef {import("../../page.js").Words} Words
 * @typedef {import("../visit.js").Model} Model
 * @typedef {import("./frame.js").Page} Page
 */

/**
 * @param {Words} words
 * @returns {Page}
 */
export function makeIntroPage(words) {
  return page(({ view, lasting }) => {
    if (view === undefined) return;
    const { threshold, loss, mode } = rules(words, view);
    say(byId("intro-name"), view.name);
    say(byId("intro-role"), words[view.role] ?? "");
    say(byId("intro-threshold"), threshold);
    say(byId("intro-loss"), loss);
    say(byId("intro-mode"), mode);
    show(byId("intro-passing"), !lasting);
    show(byId("intro-private"), lasting);
  });
}

/** @returns {Page} */
export function makeSavingPage() {
  const download = /** @type {HTMLAnchorElement} */ (/** @type {unknown} */ (byId("key-download")));
  const button = byId("key-show");
  const reveal = (/** @type {boolean} */ shown) => {
    show(byId("key-shown"), shown);
    button.setAttribute("aria-expanded", String(shown));
  };
  download.addEventListener("click", () => show(byId("key-downloaded"), true));
  button.addEventListener("click", () => reveal(button.getAttribute("aria-expanded") !== "true"));

  return {
    enter({ view, key }) {
      if (view === undefined) return;
      const file = new Blob([keyFile(view, key)], { type: "application/json" });
      download.href = URL.createObjectURL(file);
      download.download = keyFileName(view.name);
      say(byId("key-file-name"), download.download);
      byId("key-groups").replaceChildren(...keyGroups(key).map((group) => make("li", "", group)));
      show(byId("key-downloaded"), false);
      reveal(false);
    },
    update() {},
    leave() {
      // Nothing of the key stays in the page.
      URL.revokeObjectURL(download.href);
      download.removeAttribute("href");
      byId("key-groups").replaceChildren();
    },
  };
}

/**
 * @param {Words} words
 * @param {() => import("../visit.js").Visit} visit
 * @returns {Page}
 */
export function makeRetypingPage(words, visit) {
  const form = byId("retype-form");
  watchKeyForm(form, words, (key) => (visit().retype(key) ? "" : (words["keydiffers"] ?? "")));
  return { enter: () => forget(form), update() {}, leave: () => forget(form) };
}

/**
 * @param {Words} words
 * @param {() => import("../visit.js").Visit} visit
 * @returns {Page}
 */
export function makeProvidingPage(words, visit) {
  const form = byId("provide-form");
  const tellOwner = watchKeys("provide", words, visit);
  return {
    ...page((model) => {
      tellOwner(model);
      const { view, problem, doubted } = model;
      const wrong = problem === "wrong-key" || doubted;
      const posted = view?.posted.includes("certificate") ?? false;
      const draft = view === undefined || view.state === "draft";
      say(byId("providing-words"), words[posted || !draft ? "providelost" : "providehave"] ?? "");
      show(byId("providing-back"), draft && !posted);
      show(byId("providing-later"), !draft);
      show(byId("providing-lost"), draft && posted);
      show(byId("providing-problem"), wrong);
      say(within(byId("providing-problem"), "span"), wrong ? (words["wrongkey"] ?? "") : "");
    }),
    leave: () => forget(form),
  };
}

/**
 * Watch the field and the file in which a key is given.
 * @param {string} name of both in the template
 * @param {Words} words
 * @param {() => import("../visit.js").Visit} visit
 * @returns {(model: Model) => void} is told whose key it must be
 */
export function watchKeys(name, words, visit) {
  /** @type {import("../api.js").View | undefined} */
  let owner;
  watchKeyForm(byId(`${name}-form`), words, (key) => {
    visit().provide(key);
    return "";
  });
  watchFileField(/** @type {HTMLInputElement} */ (byId(`${name}-file`)), (text, file) => {
    if (owner === undefined) return "";
    const found = readKeyFile(text, owner);
    if ("problem" in found) return words[`file${found.problem.replace("-", "")}`] ?? "";
    visit().provide(found.key, file);
    return "";
  });
  return ({ view }) => void (owner = view);
}

/** @param {HTMLElement} form */
export function forget(form) {
  /** @type {HTMLInputElement} */ (within(form, "input")).value = "";
  show(/** @type {HTMLElement} */ (within(form, ".error")), false);
}

/**
 * A screen that shows the same at its first and at every later look.
 * @param {(model: Model) => void} update
 * @returns {Page}
 */
export function page(update) {
  return { enter: update, update };
}
