/**
 * After the ballot is cast: the receipt, then what becomes of it, up to the result.
 */
import { byId, copyText, icon, language, make, say, show } from "../../page.js";
import { resultBasis, resultRow } from "../../result.js";
import { groups, shortHash } from "../../words.js";
import { receiptText } from "../receipt.js";

/** How long "Copied" stays, in milliseconds. */
const SHOWN = 2500;

/**
 * @param {import("../labels.js").Words} words
 * @returns {import("./frame.js").Page}
 */
export function makeVotedPage(words) {
  const copy = byId("copy");
  const download = /** @type {HTMLAnchorElement} */ (/** @type {unknown} */ (byId("download")));
  let tracker = "";
  let written = "";
  let drawn = false;

  copy.addEventListener("click", async () => {
    const label = copy.querySelector("span");
    if (label === null || !(await copyText(tracker))) return;
    say(label, words["copied"] ?? "");
    setTimeout(() => say(label, words["copy"] ?? ""), SHOWN);
  });

  /** @param {import("../visit.js").Model} model */
  function prepareFile({ uuid, session, receipt }) {
    if (receipt === undefined) return;
    const text = receiptText(words["receipt"] ?? "", {
      ...receipt,
      uuid,
      title: session?.title ?? "",
      key: session?.receipt_key ?? "",
      board: `${location.origin}/s/${uuid}`,
    });
    if (text === written) return;
    written = text;
    if (download.href) URL.revokeObjectURL(download.href);
    download.href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
    download.download = `${words["saved"] ?? "receipt"}-${uuid}.txt`;
  }

  /** @param {import("../visit.js").Model} model */
  function update({ session, board, result, receipt }) {
    const genuine = receipt?.genuine ?? false;
    const state = session?.state ?? "open";
    const next = { published: "followpublished", cancelled: "followcancelled", closed: "followclosed", counted: "followclosed" };
    say(byId("follow-words"), words[/** @type {Record<string, string>} */ (next)[state] ?? "followopen"] ?? "");
    show(byId("head-line"), Boolean(session?.head));
    say(byId("board-head"), shortHash(session?.head ?? ""));
    const verdict = byId("board-check");
    show(verdict, board === "holds");
    if (board === "holds" && verdict.childElementCount === 0) {
      verdict.append(icon("check"), make("span", "", words["goodboard"]));
    }
    const alarm = !genuine ? words["badreceipt"] : board === "alarm" ? words["badboard"] : "";
    show(byId("alarm"), Boolean(alarm));
    say(byId("alarm-words"), alarm ?? "");
    show(byId("voted-mark"), genuine);
    say(byId("voted-heading"), words[genuine ? "recorded" : "notconfirmed"] ?? "");
    if (result === undefined || drawn) return;
    drawn = true;
    byId("result-words").replaceChildren(...resultBasis(result, language(), words.result));
    const levels = words.levels?.[session?.scale ?? ""] ?? [];
    const paper = result.paper !== null;
    const rows = result.rows.map((row) => resultRow(row, language(), words.result, { paper, levels }));
    byId("result-rows").replaceChildren(...rows);
    show(byId("result"), true);
  }

  return {
    enter(model) {
      tracker = model.receipt?.tracker ?? "";
      drawn = false;
      show(byId("result"), false);
      byId("board-check").replaceChildren();
      // Groups for the eye, not in the text: what is selected and copied is the tracker itself.
      byId("tracker").replaceChildren(...groups(tracker).map((group) => make("span", "", group)));
      prepareFile(model);
      update(model);
    },
    update(model) {
      prepareFile(model);
      update(model);
    },
    leave() {
      // Whoever holds this device next is shown no receipt but the own one.
      byId("tracker").replaceChildren();
      if (download.href) URL.revokeObjectURL(download.href);
      download.removeAttribute("href");
      tracker = written = "";
    },
  };
}
