/**
 * The ballot paper: one card for each line with real radio buttons or checkboxes, and a progress that stays in sight.
 */
import { byId, copyOf, say, show, within } from "../../page.js";
import { fill, nameAndPosition } from "../../words.js";
import { answerLabels, bySheet, lineHeadings, lineTitle } from "../labels.js";
import { missing, nextUnanswered, unanswered } from "../lines.js";

/**
 * @param {import("../labels.js").Words} words
 * @param {() => import("../visit.js").Visit} visit
 * @param {(text: string) => void} announce
 * @returns {import("./frame.js").Page & {goTo: (line: number) => void}}
 */
export function makeSheetPage(words, visit, announce) {
  const form = byId("sheet");
  const error = byId("sheet-error");
  const jump = byId("jump");
  /** @type {import("../visit.js").Model | undefined} */
  let model;
  let drawnFor = "";
  let last = -1;
  let wanted = -1;

  const lineOf = (/** @type {EventTarget | null} */ target) =>
    Number(target instanceof Element ? (target.closest("fieldset")?.dataset["line"] ?? -1) : -1);

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", ({ target }) => {
    if (!(target instanceof HTMLInputElement)) return;
    last = lineOf(target);
    visit().pick(last, Number(target.value), target.checked);
  });
  form.addEventListener("click", ({ target }) => {
    if (!(target instanceof HTMLButtonElement) || !target.classList.contains("line-clear")) return;
    last = lineOf(target);
    visit().clear(last);
    within(form, `[data-line="${last}"] input`).focus();
  });
  jump.addEventListener("click", () => {
    if (model) goTo(nextUnanswered(model.questions, model.lines, last));
  });
  byId("review").addEventListener("click", () => {
    if (!model) return;
    const lacking = missing(model.questions, model.lines);
    if (lacking.length === 0) return visit().review();
    const first = lacking[0] ?? 0;
    const question = model.questions[first];
    const text = question && question.max > 1 ? fill(words["chooseone"] ?? "", { min: question.min }) : fill(words["missing"] ?? "", { count: lacking.length });
    say(error, text);
    show(error, true);
    goTo(first);
  });

  /** @param {number} line */
  function goTo(line) {
    const card = form.querySelector(`[data-line="${line}"]`);
    if (card === null) return void (wanted = line);
    last = line;
    card.scrollIntoView({ block: "center" });
    /** @type {HTMLInputElement | null} */ (card.querySelector("input:checked") ?? card.querySelector("input"))?.focus({ preventScroll: true });
  }

  /** @param {import("../visit.js").Model} given */
  function draw({ questions, session }) {
    const headings = lineHeadings(questions, session);
    const cards = drawCards(questions, session, headings);
    // On a choice among people each card is a sheet by itself, and is headed so.
    const sheets = session?.scale === "choose" ? [] : bySheet(headings);
    form.replaceChildren(...(sheets.length > 0 ? sheets.flatMap((sheet, index) => drawSheet(sheet, index, cards)) : cards));
  }

  /**
   * @param {{heading: string, lines: number[]}} sheet
   * @param {number} index
   * @param {readonly HTMLElement[]} cards
   */
  function drawSheet({ heading, lines }, index, cards) {
    const listed = lines.flatMap((line) => cards[line] ?? []);
    if (heading === "") return listed;
    const sheet = copyOf("sheet-template");
    const title = within(sheet, "h2");
    title.id = `sheet-${index}`;
    sheet.setAttribute("aria-labelledby", title.id);
    say(title, heading);
    sheet.append(...listed);
    return [sheet];
  }

  /**
   * @param {readonly import("../lines.js").Question[]} questions
   * @param {import("../../api.js").Session | undefined} session
   * @param {readonly string[]} headings
   */
  function drawCards(questions, session, headings) {
    return questions.map((question, index) => {
      const { max, blank } = question;
      const card = copyOf("line-template");
      card.dataset["line"] = String(index);
      const { name, position } = lineTitle(question, session?.scale, words, headings[index]);
      say(within(card, ".line-number"), questions.length > 1 ? `${index + 1}.` : "");
      say(within(card, ".line-name"), name);
      say(within(card, ".line-position"), position);
      within(card, ".levels").append(
        ...answerLabels(question, session?.scale, words).map((label, answer) => {
          const level = copyOf("level-template");
          const input = /** @type {HTMLInputElement} */ (within(level, "input"));
          input.type = max > 1 ? "checkbox" : "radio";
          input.name = `line-${index}`;
          input.value = String(answer);
          input.autocomplete = "off";
          const parts = max > 1 ? nameAndPosition(label) : { name: label, position: "" };
          say(within(level, ".level-name"), parts.name);
          say(within(level, ".level-note"), parts.position);
          return level;
        }),
      );
      show(within(card, ".line-count"), max > 1);
      const clear = within(card, ".line-clear");
      clear.dataset["allowed"] = blank ? "yes" : "no";
      return card;
    });
  }

  /** @param {import("../visit.js").Model} given */
  function update(given) {
    model = given;
    const { questions, lines } = given;
    questions.forEach(({ max }, index) => {
      const card = within(form, `[data-line="${index}"]`);
      const line = lines[index] ?? [];
      const full = max > 1 && line.length >= max;
      for (const input of /** @type {NodeListOf<HTMLInputElement>} */ (card.querySelectorAll("input"))) {
        input.checked = line.includes(Number(input.value));
        input.disabled = full && !input.checked;
      }
      card.classList.toggle("line-done", line.length > 0);
      const clear = within(card, ".line-clear");
      show(clear, clear.dataset["allowed"] === "yes" && line.length > 0);
      const counter = fill(words[full ? "full" : "chosen"] ?? "", { count: line.length, max });
      if (max > 1) say(within(card, ".line-count"), counter);
      if (max > 1 && index === last) announce(counter);
    });
    const open = unanswered(questions, lines);
    const done = questions.length - open.length;
    const progress = fill(words["progress"] ?? "", { done, total: questions.length });
    // The words of one line alone would say nothing that the counter of that line does not.
    if (last >= 0 && questions.length > 1 && byId("progress-words").textContent !== progress) announce(progress);
    say(byId("progress-words"), progress);
    const meter = /** @type {HTMLProgressElement} */ (byId("progress-meter"));
    meter.max = questions.length;
    meter.value = done;
    show(byId("progress"), questions.length > 1);
    jump.classList.toggle("is-idle", open.length === 0);
    if (open.length === 0) show(error, false);
  }

  return {
    enter(given) {
      const { questions, session } = given;
      const drawing = JSON.stringify([questions, session?.scale, lineHeadings(questions, session)]);
      if (drawing !== drawnFor || form.childElementCount === 0) draw(given);
      drawnFor = drawing;
      const several = questions.some(({ max }) => max > 1);
      const most = Math.max(...questions.map(({ max }) => max));
      const hints = several ? [] : [words["hintlevels"]];
      if (several && session?.scale !== "choose") hints.push(fill(words["hintchoose"] ?? "", { max: most }));
      if (questions.some(({ blank }) => blank)) hints.push(words[several && questions.length === 1 ? "hintblankballot" : "hintblank"]);
      say(byId("sheet-hint"), hints.join(" "));
      show(error, false);
      update(given);
    },
    update(given) {
      update(given);
      if (wanted >= 0) goTo(wanted);
      wanted = -1;
    },
    leave() {
      // The paper with its crosses is drawn anew when it is needed again: nothing stays behind in the page.
      form.replaceChildren();
      say(byId("progress-words"), "");
      say(error, "");
      last = -1;
    },
    goTo,
  };
}
