/**
 * The public board: figures that stay fresh while the vote runs. All of the page works without this.
 */
import { makeApi } from "./api.js";
import { isLater } from "./life.js";
import { byId, language, readWords, say } from "./page.js";
import { browserWait, poll } from "./polling.js";
import { figure, shortHash } from "./words.js";

/** How often the server is asked, in milliseconds. */
const EVERY = 4000;

const root = byId("board");
const { states } = readWords();
const api = makeApi(root.dataset["uuid"] ?? "", fetch.bind(globalThis));
const first = root.dataset["state"];
let shown = first;
const field = /** @type {HTMLInputElement} */ (byId("tracker"));

// A tracker that was typed or copied in groups is still that tracker.
field.form?.addEventListener("submit", () => {
  field.value = field.value.replace(/\s/g, "");
});

poll({
  async task() {
    const session = await api.session();
    if (isLater(shown ?? "", session.state)) return true;
    shown = session.state;
    say(byId("board-ballots"), figure(session.ballots, language()));
    if (session.head) say(byId("board-head"), shortHash(session.head));
    const badge = byId("board-state");
    badge.className = `badge badge-${session.state}`;
    say(badge, states[session.state] ?? "");
    // What the server draws for a published session stands on a new page; a search that is being typed is not lost.
    if (session.state === "published" && first !== "published" && field.value === "") location.reload();
    return session.state !== "published" && session.state !== "cancelled";
  },
  every: () => EVERY,
  wait: browserWait,
  random: Math.random,
});
