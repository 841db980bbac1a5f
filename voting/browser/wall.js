/**
 * A long result on a wall: which of its lines are seen at once, and the pieces of a line that no wall could hold.
 */

/** So many levels or candidates of one line stand below each other; more are shown as several pieces. */
export const MOST_CELLS = 8;

/**
 * A page: its first line, and the one after its last.
 * @typedef {readonly [number, number]} Span
 */

/**
 * Divide lines into pages, each as full as it gets. A line that does not fit alone has a page of its own.
 * @param {number} count
 * @param {(first: number, end: number) => boolean} fits whether these lines can be seen at once
 * @returns {Span[]}
 */
export function pagesOf(count, fits) {
  /** @type {Span[]} */
  const pages = [];
  for (let first = 0; first < count; ) {
    let end = first + 1;
    while (end < count && fits(first, end + 1)) end += 1;
    pages.push([first, end]);
    first = end;
  }
  return pages;
}

/**
 * Divide a line of a result into pieces of about the same length: what follows from it stands on the first, what is
 * left blank and invalid on the last.
 * @param {import("./api.js").Row} row
 * @returns {{row: import("./api.js").Row, first: number}[]} `first`: the place of the first cell of the piece
 */
export function piecesOf(row) {
  const pieces = Math.max(1, Math.ceil(row.cells.length / MOST_CELLS));
  const length = Math.ceil(row.cells.length / pieces);
  return Array.from({ length: pieces }, (_, piece) => {
    const first = piece * length;
    const rest = piece === pieces - 1 ? {} : { blank: 0, invalid: 0 };
    const outcome = piece === 0 ? row.outcome : null;
    return { row: { ...row, ...rest, outcome, cells: row.cells.slice(first, first + length) }, first };
  });
}
