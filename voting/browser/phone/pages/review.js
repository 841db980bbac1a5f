/**
 * The review: every line with what was chosen, a way back to each, and an explicit yes to what was left blank.
 */
import { byId, copyOf, make, say, show, within } from "../../page.js";
import { fill, nameAndPosition } from "../../words.js";
import { answerLabels, bySheet, lineHeadings, lineTitle } from "../labels.js";

/**
 * @param {import("../labels.js").Words} words
 * @param {() => import("../visit.js").Visit} visit
 * @param {(line: number) => void} goTo
 * @returns {import("./frame.js").Page}
 */
export function makeReviewPage(words, visit, goTo) {
  const list = byId("review-list");
  const confirm = /** @type {HTMLInputElement} */ (byId("blanks-confirm"));
  const error = byId("blanks-error");
  let blanks = 0;

  list.addEventListener("click", ({ target }) => {
    const line = target instanceof Element ? target.closest("button")?.dataset["line"] : undefined;
    if (line === undefined) return;
    goTo(Number(line));
    visit().change();
  });
  byId("back-to-sheet").addEventListener("click", () => visit().change());
  confirm.addEventListener("change", () => show(error, false));
  byId("cast").addEventListener("click", () => {
    if (blanks > 0 && !confirm.checked) {
      show(error, true);
      confirm.focus();
      return;
    }
    visit().cast();
  });

  /**
   * @param {{heading: string, lines: number[]}} sheet
   * @param {number} index
   * @param {readonly HTMLElement[]} items
   */
  function drawSheet({ heading, lines }, index, items) {
    const listed = make("ol", "review");
    listed.append(...lines.flatMap((line) => items[line] ?? []));
    if (heading === "") return [listed];
    const title = make("h2", "", heading);
    title.id = `review-${index}`;
    listed.setAttribute("aria-labelledby", title.id);
    return [title, listed];
  }

  return {
    enter({ questions, lines, session }) {
      const headings = lineHeadings(questions, session);
      const items = questions.map((question, index) => {
        const item = copyOf("review-template");
        const { name, position } = lineTitle(question, session?.scale, words, headings[index]);
        const line = lines[index] ?? [];
        const labels = answerLabels(question, session?.scale, words);
        say(within(item, ".review-name"), name);
        say(within(item, ".review-position"), position);
        const choice = within(item, ".review-choice");
        if (line.length === 0) say(choice, words["blank"] ?? "");
        for (const answer of line) {
          const chosen = document.createElement("span");
          chosen.textContent = nameAndPosition(labels[answer] ?? "").name;
          choice.append(chosen);
        }
        item.classList.toggle("is-blank", line.length === 0);
        const button = within(item, "button");
        button.dataset["line"] = String(index);
        say(within(button, ".visually-hidden"), fill(words["changeline"] ?? "", { name }));
        return item;
      });
      const sheets = session?.scale === "choose" ? [{ heading: "", lines: [...questions.keys()] }] : bySheet(headings);
      list.replaceChildren(...sheets.flatMap((sheet, index) => drawSheet(sheet, index, items)));
      blanks = lines.filter((line) => line.length === 0).length;
      confirm.checked = false;
      show(error, false);
      show(byId("blanks"), blanks > 0);
      const wholly = questions.length === 1 && (questions[0]?.max ?? 1) > 1;
      say(byId("blanks-words"), wholly ? (words["blankballot"] ?? "") : fill(words["blanks"] ?? "", { count: blanks }));
    },
    update() {},
    leave() {
      // Nothing of what was chosen or left blank stays behind in the page.
      list.replaceChildren();
      say(byId("blanks-words"), "");
      show(byId("blanks"), false);
      confirm.checked = false;
    },
  };
}
