/**
 * The list of public credentials: whose ballots count. PROTOCOL, "Codes".
 */
import { pointFromHex } from "./group.js";
import { list, malformed, readDocument, text } from "./schema.js";

const LARGEST = 32 * 1024 * 1024;

/**
 * Read the list, each entry checked to be a point of the group and to stand once. Entries of belenios-tool,
 * `POINT,WEIGHT,ID`, are read too, of weight 1. Refuses "malformed-document" or "malformed-point".
 * @param {string} written
 * @returns {Set<string>}
 */
export function readCredentials(written) {
  const entries = list(readDocument(written, "credentials", LARGEST), "credentials");
  const credentials = new Set(entries.map((entry, i) => readCredential(text(entry, `credentials[${i}]`), `credentials[${i}]`)));
  if (credentials.size < entries.length) throw malformed("one stands twice", "credentials");
  return credentials;
}

/**
 * @param {string} entry
 * @param {string} where
 * @returns {string}
 */
function readCredential(entry, where) {
  const [credential = "", weight = "", ...rest] = entry.split(",");
  if (rest.length > 1 || (weight !== "" && weight !== "1")) throw malformed("weights are not used here", where);
  pointFromHex(credential, where);
  return credential;
}
