/**
 * The screens of the desk on the page. A code stands there while it is shown, and is taken away with it.
 */
import { byId, language, make, readWords, say, show } from "../page.js";
import { makeScreens } from "../screens.js";
import { watchLinkField } from "../typed.js";
import { desks } from "../typing.js";
import { figure, fill } from "../words.js";

/**
 * @typedef {import("./visit.js").Screen} Screen
 * @typedef {import("./visit.js").Model} Model
 */

const SVG = "http://www.w3.org/2000/svg";
const LABEL = "QR";

/**
 * @param {(link: string, uuid: string) => string | void} accept a link that was typed
 * @returns {import("./visit.js").View}
 */
export function makePages(accept) {
  const words = readWords();
  const place = byId("desk-qr");

  /** @param {Model} model */
  const tell = ({ left, note }) => {
    for (const line of document.querySelectorAll("[data-left]")) {
      say(line, left === undefined ? "" : fill(words["left"] ?? "", { left: figure(left, language()) }));
    }
    for (const line of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-note]"))) {
      say(line, note ? (words[note] ?? "") : "");
      show(line, note !== "");
    }
  };
  const wipe = () => {
    place.replaceChildren();
    say(byId("desk-code"), "");
  };
  /** @type {import("../screens.js").Page<Model>} */
  const showing = {
    enter({ drawn }) {
      if (drawn === undefined) return wipe();
      place.replaceChildren(picture(drawn.qr));
      byId("desk-code").replaceChildren(...drawn.code.split("-").map((group) => make("span", "", group)));
    },
    update() {},
    leave: wipe,
  };
  watchLinkField(desks, accept);
  return makeScreens(/** @type {Partial<Record<Screen, any>>} */ ({ showing }), tell);
}

/**
 * Draw a QR code, black on its own white ground, so that it is read in dark mode too.
 * @param {import("./api.js").Outline} outline
 */
function picture({ size, path }) {
  const svg = document.createElementNS(SVG, "svg");
  const ground = document.createElementNS(SVG, "rect");
  const bars = document.createElementNS(SVG, "path");
  set(svg, { viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": LABEL, "shape-rendering": "crispEdges" });
  set(ground, { width: String(size), height: String(size), fill: "#fff" });
  set(bars, { fill: "#000", d: path });
  svg.append(ground, bars);
  return svg;
}

/**
 * @param {Element} element
 * @param {Record<string, string>} attributes
 */
function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}
