/**
 * The little that every page module needs of `document`.
 */

/** @typedef {Record<string, string>} Words */

/**
 * Find an element that the template is known to hold.
 * @template {Element} [T=HTMLElement]
 * @param {string} id
 * @returns {T}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return /** @type {T} */ (/** @type {unknown} */ (found));
}

/**
 * Find an element inside another one that is known to hold it.
 * @template {Element} [T=HTMLElement]
 * @param {ParentNode} parent
 * @param {string} selector
 * @returns {T}
 */
export function within(parent, selector) {
  const found = parent.querySelector(selector);
  if (found === null) throw new Error(`nothing here is ${selector}`);
  return /** @type {T} */ (/** @type {unknown} */ (found));
}

/**
 * Copy the one element of a `<template>`.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function copyOf(id) {
  const template = /** @type {HTMLTemplateElement} */ (byId(id));
  const element = template.content.firstElementChild;
  if (element === null) throw new Error(`the template ${id} is empty`);
  return /** @type {HTMLElement} */ (element.cloneNode(true));
}

/**
 * Read the words that the template gives to the script.
 * @param {string} [id]
 * @returns {any}
 */
export function readWords(id = "words") {
  return JSON.parse(byId(id).textContent ?? "{}");
}

/** @returns {import("./words.js").Language} the language of the page */
export function language() {
  return document.documentElement.lang.startsWith("vi") ? "vi" : "en";
}

/**
 * Make an element with a class and a text.
 * @param {string} tag
 * @param {string} [className]
 * @param {string} [text]
 * @returns {HTMLElement}
 */
export function make(tag, className = "", text = "") {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

/**
 * Show or hide an element.
 * @param {HTMLElement | SVGElement} element
 * @param {boolean} shown
 */
export function show(element, shown) {
  element.toggleAttribute("hidden", !shown);
}

/**
 * Set a text only when it differs: a live region speaks at every change.
 * @param {Element} element
 * @param {string} text
 */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * Draw a sign of the sprite.
 * @param {string} name
 * @returns {SVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${document.querySelector("[data-icons]")?.getAttribute("data-icons") ?? ""}#${name}`);
  svg.append(use);
  return svg;
}

/**
 * Draw a bar: the share as a length, the level as a pattern, so that colour is never alone.
 * @param {number} hundredths
 * @param {number} level
 * @returns {SVGElement}
 */
export function bar(hundredths, level) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "bar");
  svg.setAttribute("aria-hidden", "true");
  for (const [className, width] of [["bar-ground", "100%"], [`bar-${level % 4}`, `${hundredths / 100}%`]]) {
    const rect = document.createElementNS(SVG, "rect");
    rect.setAttribute("class", String(className));
    rect.setAttribute("width", String(width));
    rect.setAttribute("height", "100%");
    rect.setAttribute("rx", "4");
    svg.append(rect);
  }
  return svg;
}

/**
 * Copy a text; on pages without the clipboard (plain HTTP) by the old way of selecting it.
 * @param {string} text
 * @returns {Promise<boolean>}
 */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "visually-hidden";
    document.body.append(field);
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    return copied;
  }
}
