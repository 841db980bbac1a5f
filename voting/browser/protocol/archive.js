/**
 * The public archive as a file: an old-style tar of which every byte follows from its contents. PROTOCOL, "The archive".
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { toBytes, toText } from "./canonical.js";
import { scalarFromText } from "./group.js";
import { fields, literal, malformed, readDocument } from "./schema.js";

/** @typedef {{name: string, content: Uint8Array, hash: string}} Entry one file, and the SHA-256 of its content */

const BLOCK = 512;
const HEADER = "BELENIOS";
// Eleven octal digits, the widest number that the header holds.
const LARGEST_NUMBER = 8n ** 11n - 1n;
const DATA = ".data.json";
const EVENT = ".event.json";

/**
 * Cut an archive into its files, the first of them the header's. Refuses "malformed-document" when it cannot be cut;
 * names, hashes and the rest of the tar headers are not checked here.
 * @param {Uint8Array} raw
 * @returns {Entry[]}
 */
export function splitArchive(raw) {
  const entries = [];
  for (let at = 0; at < raw.length; ) {
    const block = raw.subarray(at, at + BLOCK);
    // An ordinary tar ends in empty blocks, this one does not: it can be read, but is not reproducible.
    if (block.every((byte) => byte === 0) && raw.subarray(at).every((byte) => byte === 0)) break;
    const name = nameIn(block);
    const size = /^[0-7]{11}$/.exec(latin(block.subarray(124, 135)))?.[0];
    if (block.length < BLOCK || name === "" || size === undefined) throw malformed(`no file can be read at byte ${at}`, HEADER);
    const start = at + BLOCK;
    const end = start + Number.parseInt(size, 8);
    if (end > raw.length) throw malformed(`the file at byte ${at} is cut off`, name);
    const content = raw.subarray(start, end);
    entries.push({ name, content, hash: bytesToHex(sha256(content)) });
    at = start + Math.ceil((end - start) / BLOCK) * BLOCK;
  }
  if (entries[0]?.name !== HEADER) throw malformed(`the first file is not ${HEADER}`, HEADER);
  return entries;
}

/**
 * Read the timestamp of the first file, in seconds since 1970.
 * @param {Entry} header
 * @returns {bigint}
 */
export function readTimestamp({ content }) {
  const parts = fields(readDocument(toText(content), HEADER, BLOCK), HEADER, ["version", "timestamp"]);
  literal(parts["version"], `${HEADER}.version`, 1);
  const timestamp = scalarFromText(parts["timestamp"], `${HEADER}.timestamp`);
  if (timestamp > LARGEST_NUMBER) throw malformed("too large", `${HEADER}.timestamp`);
  return timestamp;
}

/**
 * Check that tar headers and padding are, byte for byte, as the format writes them. Refuses "malformed-document" naming
 * the first file that differs.
 * @param {Uint8Array} raw
 * @param {readonly Entry[]} entries
 * @param {bigint} timestamp
 */
export function checkReproducible(raw, entries, timestamp) {
  let at = 0;
  for (const { name, content } of entries) {
    const header = headerOf(name, content.length, timestamp);
    const start = at + BLOCK;
    const end = start + Math.ceil(content.length / BLOCK) * BLOCK;
    const padding = raw.subarray(start + content.length, end);
    if (end > raw.length || !raw.subarray(at, start).every((byte, i) => byte === header[i]) || !padding.every((byte) => byte === 0)) {
      throw malformed("the tar header or the padding is not as the format writes it", name);
    }
    at = end;
  }
  if (at !== raw.length) throw malformed(`${raw.length - at} bytes follow the last file`, HEADER);
}

/**
 * Check that every file is named after its hash and none stands twice. Refuses "malformed-document" naming the file.
 * @param {readonly Entry[]} files all but the header's
 */
export function checkNames(files) {
  const seen = new Set();
  for (const { name, hash } of files) {
    if (name !== hash + DATA && name !== hash + EVENT) throw malformed("the name of a file is not the hash of its content", name);
    if (seen.has(hash)) throw malformed("a file stands twice", name);
    seen.add(hash);
  }
}

/**
 * Tell whether a file is an event, by its name.
 * @param {Entry} entry
 * @returns {boolean}
 */
export function isEvent({ name }) {
  return name.endsWith(EVENT);
}

/**
 * Name the file of a document by its hash.
 * @param {string} hash
 * @returns {string}
 */
export function documentName(hash) {
  return hash + DATA;
}

/**
 * @param {string} name
 * @param {number} size
 * @param {bigint} timestamp
 * @returns {Uint8Array}
 */
function headerOf(name, size, timestamp) {
  const header = new Uint8Array(BLOCK);
  const octal = (/** @type {number | bigint} */ number, /** @type {number} */ width) => number.toString(8).padStart(width, "0");
  header.set(toBytes(name), 0);
  header.set(toBytes("0000644"), 100);
  header.set(toBytes("0000000"), 108);
  header.set(toBytes("0000000"), 116);
  header.set(toBytes(octal(size, 11)), 124);
  header.set(toBytes(octal(timestamp, 11)), 136);
  header.set(toBytes("        "), 148);
  header.set(toBytes("0"), 156);
  // The checksum is taken with its own field full of spaces.
  header.set(toBytes(`${octal(header.reduce((sum, byte) => sum + byte, 0), 6)}\0 `), 148);
  return header;
}

/** @param {Uint8Array} block */
function nameIn(block) {
  const name = latin(block.subarray(0, 100)).replace(/\0+$/, "");
  return /^[\x01-\x7f]+$/.test(name) ? name : "";
}

/** @param {Uint8Array} bytes */
function latin(bytes) {
  return String.fromCharCode(...bytes);
}
