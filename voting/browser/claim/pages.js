/**
 * The screens of a claim on the page.
 */
import { byId, say, show } from "../page.js";
import { makeScreens } from "../screens.js";
import { watchLinkField } from "../typed.js";
import { claims } from "../typing.js";
import { groups } from "../words.js";

/**
 * @param {(link: string, uuid: string) => string | void} accept a link that was typed
 * @returns {import("./visit.js").View}
 */
export function makePages(accept) {
  /** @param {import("./visit.js").Model} model */
  const tell = ({ title, sign }) => {
    if (title !== undefined) say(byId("session-title"), title);
    show(byId("key-line"), sign !== "");
    say(byId("key-digits"), groups(sign).join(" "));
  };
  watchLinkField(claims, accept);
  return makeScreens(/** @type {Partial<Record<import("./visit.js").Screen, any>>} */ ({}), tell);
}
