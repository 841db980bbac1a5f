/**
 * Reads the documents of an archive, in order, for the tests. PROTOCOL, "The archive".
 */
import { readFileSync } from "node:fs";

/**
 * @param {string} path
 * @returns {{name: string, text: string}[]}
 */
export function readArchive(path) {
  const raw = readFileSync(path);
  const files = [];
  for (let at = 0; at + 512 <= raw.length; ) {
    const header = raw.subarray(at, at + 512);
    const name = header.subarray(0, header.indexOf(0)).toString("latin1");
    const size = Number.parseInt(header.subarray(124, 135).toString("latin1"), 8);
    files.push({ name, text: raw.subarray(at + 512, at + 512 + size).toString("utf8") });
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

/**
 * @typedef {object} Archive
 * @property {string} election the exact text
 * @property {string[]} ballots
 * @property {string[]} events one JSON each
 * @property {string[]} credentials
 */

/**
 * @param {string} path
 * @returns {Archive}
 */
export function openArchive(path) {
  const files = readArchive(path);
  const documents = new Map(files.map(({ name, text }) => [name.split(".")[0], text]));
  const events = files.filter(({ name }) => name.endsWith(".event.json")).map(({ text }) => text);
  const payloads = (/** @type {string} */ type) =>
    events.map((event) => JSON.parse(event)).filter((event) => event.type === type).map((event) => String(documents.get(event.payload)));
  const setup = JSON.parse(String(payloads("Setup")[0]));
  return {
    election: String(documents.get(setup.election)),
    credentials: JSON.parse(String(documents.get(setup.credentials))),
    ballots: payloads("Ballot"),
    events,
  };
}
