/**
 * Draw a result: what its percentages are of, and each line with its levels, counts, shares, bars and what follows.
 * Phone and projector show the same.
 */
import { bar, make } from "./page.js";
import { figure, fill, nameAndPosition, percentage } from "./words.js";

/**
 * @typedef {Record<string, string> & {denominators?: Record<string, string>}} ResultWords by the page; those of the
 *   denominators by their name
 */

/**
 * Say by which rule the votes were counted, what is collected, and what the percentages are of.
 * @param {import("./api.js").Result} result
 * @param {import("./words.js").Language} language
 * @param {ResultWords} words
 * @returns {HTMLElement[]}
 */
export function resultBasis(result, language, words) {
  const { rule, paper, collected, ballots, quorum, rows } = result;
  const written = (/** @type {number} */ number) => figure(number, language);
  const figures = { ballots: written(collected), phones: written(ballots), paper: written(paper?.collected ?? 0) };
  const parts = [
    rule.id === "count_only" ? "" : rule.names[language],
    `${fill(words[paper === null ? "collected" : "both"] ?? "", figures)} ${basisWords(rule.denominator, words)}`,
    rule.quorum ? (words[quorum === null ? "unknownquorum" : quorum ? "quorum" : "noquorum"] ?? "") : "",
    rows.some(({ denominator }) => denominator === null) ? (words["missing"] ?? "") : "",
  ];
  const lines = parts.filter(Boolean).map((text) => make("p", "", text));
  if (paper !== null) {
    const line = make("p", "result-parts");
    line.append(make("span", "unverified", words["unverified"]), " ", fill(words["signed"] ?? "", { names: paper.signers.join(", ") }));
    lines.push(line);
  }
  for (const kind of result.late ?? []) {
    lines.push(make("p", "result-parts", words[kind === "paper" && paper === null ? "removed" : `late${kind}`]));
  }
  return lines;
}

/**
 * @param {string} denominator
 * @param {ResultWords} words
 * @returns {string}
 */
function basisWords(denominator, words) {
  return words.denominators?.[denominator] ?? "";
}

/**
 * @param {import("./api.js").Row} row
 * @param {import("./words.js").Language} language
 * @param {ResultWords} words
 * @param {object} more
 * @param {boolean} more.paper whether some voted on paper
 * @param {readonly string[]} [more.levels] the words of a standard scale in the language of the page
 * @param {number} [more.first] the place of the first cell, when this is a piece of a line
 * @returns {HTMLElement}
 */
export function resultRow(row, language, words, { paper, levels = [], first = 0 }) {
  const labels = levels.length === row.cells.length ? levels : row.cells.map(({ label }) => label);
  const section = make("section", "result card");
  const list = make("dl", "result-levels");
  row.cells.forEach(({ votes, hundredths, outcome }, level) => {
    const line = make("div");
    const term = titled("dt", labels[level] ?? "");
    if (outcome) term.append(outcomeOf(outcome, language));
    const drawn = make("dd", "result-bar");
    drawn.append(bar(hundredths ?? 0, first + level));
    line.append(
      term,
      drawn,
      make("dd", "result-count", figure(votes, language)),
      make("dd", "result-share", hundredths === null ? "–" : percentage(hundredths, language)),
    );
    list.append(line);
  });
  for (const [count, said] of [[row.blank, words["blank"]], [row.invalid, words["invalid"]]]) {
    if (!count) continue;
    const line = make("div", "result-blank");
    line.append(make("dt", "", String(said)), make("dd", "result-count", figure(Number(count), language)));
    list.append(line);
  }
  const head = make("div", "result-head");
  if (row.group) head.append(make("p", "eyebrow", row.group));
  head.append(titled("h3", row.position ? row.title : row.name));
  if (row.outcome) head.append(outcomeOf(row.outcome, language));
  section.append(head, list);
  if (paper) section.append(onPaper(row, labels, language, words));
  return section;
}

/**
 * @param {import("./api.js").Outcome} outcome
 * @param {import("./words.js").Language} language
 * @returns {HTMLElement}
 */
function outcomeOf({ words, article, tone }, language) {
  const line = make("p", `outcome outcome-${tone}`);
  line.append(make("span", "outcome-words", words[language]));
  if (article[language]) line.append(" ", make("span", "outcome-article", article[language]));
  return line;
}

/**
 * @param {import("./api.js").Row} row
 * @param {readonly string[]} labels
 * @param {import("./words.js").Language} language
 * @param {ResultWords} words
 * @returns {HTMLElement}
 */
function onPaper(row, labels, language, words) {
  const votes = row.cells.map(({ paper }, level) => `${nameAndPosition(labels[level] ?? "").name} ${figure(paper, language)}`).join(", ");
  const line = make("p", "result-parts");
  line.append(make("span", "unverified", words["unverified"]), " ", fill(words["onpaper"] ?? "", { votes }));
  return line;
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
