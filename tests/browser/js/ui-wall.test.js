import assert from "node:assert/strict";
import { test } from "node:test";
import { MOST_CELLS, pagesOf, piecesOf } from "../../../voting/browser/wall.js";

test("every line stands on one page, and a page holds as many as fit", () => {
  const heights = [1, 1, 1, 3, 1, 9, 1];
  const fits = (/** @type {number} */ first, /** @type {number} */ end) =>
    heights.slice(first, end).reduce((sum, height) => sum + height, 0) <= 4;
  assert.deepEqual(pagesOf(heights.length, fits), [
    [0, 3],
    [3, 5],
    [5, 6],
    [6, 7],
  ]);
  assert.deepEqual(pagesOf(0, fits), []);
  assert.deepEqual(pagesOf(3, () => true), [[0, 3]]);
});

test("a line with many candidates comes in pieces that hold each of them once, in order", () => {
  for (const count of [0, 1, MOST_CELLS, MOST_CELLS + 1, 12, 30, 100]) {
    const cells = Array.from({ length: count }, (_, place) => ({ label: String(place) }));
    const row = /** @type {import("../../../voting/browser/api.js").Row} */ (
      /** @type {unknown} */ ({ title: "t", cells, blank: 2, invalid: 1, outcome: { id: "o" } })
    );
    const pieces = piecesOf(row);
    assert.deepEqual(pieces.flatMap((piece) => piece.row.cells), cells);
    assert.ok(pieces.every((piece) => piece.row.cells.length <= MOST_CELLS));
    pieces.forEach((piece, place) => {
      assert.equal(piece.row.cells[0]?.label, count ? String(piece.first) : undefined);
      const isLast = place === pieces.length - 1;
      assert.deepEqual([piece.row.blank, piece.row.invalid], isLast ? [2, 1] : [0, 0]);
      assert.equal(piece.row.outcome !== null, place === 0);
    });
  }
});
