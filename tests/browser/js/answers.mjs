// Prints what the phone makes of refusals: node answers.mjs < [{"status": 403, "code": "void-code"}, …]
import { readFileSync } from "node:fs";
import { makeApi } from "../../../voting/browser/api.js";
import { REFUSALS, send } from "../../../voting/browser/phone/sending.js";

const RECEIPT = { tracker: "t" };
const at = { wait: () => ({ done: Promise.resolve(), cut: () => {} }), random: () => 0.5 };

/** @param {{status: number, code: string}} refusal given once; the next answer is a receipt */
async function castOutcome({ status, code }) {
  const answers = [new Response(JSON.stringify({ error: code, message: "" }), { status }), Response.json(RECEIPT, { status: 201 })];
  const api = makeApi("cyuzb8XAcr1FSj", async () => answers.shift() ?? Response.error());
  const outcome = await send({ ballot: "{}", api, ...at });
  return "refused" in outcome ? outcome.refused : "sent again";
}

/** @type {{status: number, code: string}[]} */
const refusals = JSON.parse(readFileSync(0, "utf8"));
const cast = Object.fromEntries(await Promise.all(refusals.map(async (refusal) => [refusal.code, await castOutcome(refusal)])));
const lookedUp = await makeApi("cyuzb8XAcr1FSj", async () => new Response('{"error":"unknown-code"}', { status: 404 })).status("ab");
process.stdout.write(JSON.stringify({ compared: Object.keys(REFUSALS), cast, lookedUp }));
