import assert from "node:assert/strict";
import { test } from "node:test";

// The module looks for its places when it is loaded; this page has none.
Object.assign(globalThis, { document: { querySelectorAll: () => [] } });
const { fitsScale, oneAtATime, readProgress } = await import("../../../voting/browser/chair.js");

/** @param {unknown} body @param {number} [status] */
const answering = (body, status = 200) => async () => new Response(JSON.stringify(body), { status });
const PROGRESS = { mark: "draft.1", words: "Waiting.", present: 0, tellers: [{ status: "", steps: 2, decrypted: false }] };

test("the progress of the tellers is read as the chair who is signed in, and never from a cache", async () => {
  /** @type {RequestInit | undefined} */
  let sent;
  const fetcher = /** @type {typeof fetch} */ (
    async (_, init) => {
      sent = init;
      return new Response(JSON.stringify(PROGRESS));
    }
  );
  assert.deepEqual(await readProgress("/chair/sessions/x/tellers/progress", fetcher), PROGRESS);
  assert.equal(sent?.credentials, "same-origin");
  assert.equal(sent?.cache, "no-store");
  assert.equal(sent?.redirect, "error");
});

test("an answer that is no progress is a failure, so that the page asks again more slowly", async () => {
  for (const body of [{}, null, [], { ...PROGRESS, mark: 1 }, { ...PROGRESS, tellers: null }]) {
    await assert.rejects(readProgress("/", answering(body)), JSON.stringify(body));
  }
  await assert.rejects(readProgress("/", answering(PROGRESS, 401)));
  await assert.rejects(readProgress("/", answering(PROGRESS, 503)));
});

/** A page with two forms, on which what is put off happens when `settle` is called. */
function makePage() {
  const buttons = [{ disabled: false }, { disabled: false }, { disabled: true }];
  /** @type {(() => void)[]} */
  const put = [];
  const forms = oneAtATime(() => buttons, (act) => put.push(act));
  const tap = () => {
    const event = { defaultPrevented: false, preventDefault: () => void (event.defaultPrevented = true) };
    forms.send(event);
    return !event.defaultPrevented;
  };
  return { buttons, forms, tap, settle: () => put.splice(0).forEach((act) => act()) };
}

test("a second tap sends nothing, so the links in the first answer are seen", () => {
  const { buttons, forms, tap, settle } = makePage();
  assert.deepEqual([tap(), tap(), tap()], [true, false, false]);
  // The button that was tapped is part of what is sent: it is disabled only after that.
  assert.deepEqual(buttons.map((button) => button.disabled), [false, false, true]);
  settle();
  assert.deepEqual(buttons.map((button) => button.disabled), [true, true, true]);
  assert.ok(forms.isSending());
});

test("a page that is shown once more, by the back button, can send again", () => {
  const { buttons, forms, tap, settle } = makePage();
  tap();
  settle();
  forms.release();
  assert.deepEqual(buttons.map((button) => button.disabled), [false, false, true]);
  assert.ok(!forms.isSending());
  assert.ok(tap());
});

test("a form that was held back by something else holds up nothing", () => {
  const { forms, tap } = makePage();
  forms.send({ defaultPrevented: true, preventDefault: () => assert.fail() });
  assert.ok(!forms.isSending());
  assert.ok(tap());
});

test("a rule is offered with the scales that it was made for, and one for all with each", () => {
  assert.equal(fitsScale("confidence approval", "approval"), true);
  assert.equal(fitsScale("confidence approval", "motion"), false);
  assert.equal(fitsScale("vote_of_confidence", "confidence"), false);
  assert.equal(fitsScale("", "own"), true);
});
