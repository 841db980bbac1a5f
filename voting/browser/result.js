/**
 * Draw the result of one line: its levels with counts, shares and bars. Phone and projector show the same.
 */
import { bar, make } from "./page.js";
import { nameAndPosition, percentage } from "./words.js";

/**
 * @param {import("./api.js").Row} row
 * @param {import("./words.js").Language} language
 * @param {string} blankWords
 * @param {readonly string[]} [levels] the words of a standard scale in the language of the page
 * @returns {HTMLElement}
 */
export function resultRow(row, language, blankWords, levels = []) {
  const translated = levels.length === row.cells.length;
  const section = make("section", "result card");
  const list = make("dl", "result-levels");
  row.cells.forEach(({ label, votes, hundredths }, level) => {
    const line = make("div");
    const drawn = make("dd", "result-bar");
    drawn.append(bar(hundredths, level));
    line.append(
      titled("dt", translated ? (levels[level] ?? label) : label),
      drawn,
      make("dd", "result-count", String(votes)),
      make("dd", "result-share", percentage(hundredths, language)),
    );
    list.append(line);
  });
  if (row.blank) {
    const line = make("div", "result-blank");
    line.append(make("dt", "", blankWords), make("dd", "result-count", String(row.blank)));
    list.append(line);
  }
  section.append(titled("h3", row.title), list);
  return section;
}

/**
 * @param {string} tag
 * @param {string} title `name — position`, or a level
 * @returns {HTMLElement}
 */
function titled(tag, title) {
  const { name, position } = nameAndPosition(title);
  const element = make(tag, "", name);
  if (position) element.append(" ", make("span", "line-position", position));
  return element;
}
