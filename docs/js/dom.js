// Parts of a page made by scripts, numbers in words, and what a browser may refuse. No HTML strings: nothing
// that stands in a link or in the storage can become markup.

/**
 * Make an element.
 *
 * @param {string} tag - its name; `svg:path` is one of a drawing
 * @param {object} attributes - values by name; `true` is an attribute without a value, `false` and
 *   `undefined` none, and a function listens to the event of that name
 * @param {...(Node|string)} children - what stands in it
 * @returns {Element} the element
 */
export function make(tag, attributes = {}, ...children) {
  const [name, drawn] = tag.split(":").reverse();
  const made = drawn
    ? document.createElementNS("http://www.w3.org/2000/svg", name)
    : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value === true) made.setAttribute(key, "");
    else if ((value ?? false) !== false) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

/** Make a button: its words, what a press does, and what else it needs. */
export const button = (words, press, attributes = {}) =>
  make("button", { type: "button", class: "cr-button", click: press, ...attributes }, words);

/**
 * Make a group of radio buttons.
 *
 * @param {string} name - the name of the field; one group of a name stands on a page
 * @param {string} legend - the question
 * @param {object} options - the words of each choice, by its value
 * @param {(value: string) => void} choose - called with the value of each choice
 * @param {string} [chosen] - the value that is chosen at first
 * @returns {HTMLFieldSetElement} the group
 */
export function choices(name, legend, options, choose, chosen) {
  const labels = Object.entries(options).map(([value, words]) => {
    const radio = make("input", { type: "radio", name, value, change: () => choose(value) });
    radio.checked = value === chosen;
    return make("label", {}, radio, " ", words);
  });
  return make("fieldset", { class: "cr-choices" }, make("legend", {}, legend), ...labels);
}

/** A number and its unit: "1 week", "2 weeks". */
export const count = (number, unit) => `${number} ${unit}${number === 1 ? "" : "s"}`;

/** Whole seconds as minutes and seconds: "1 minute 30 seconds"; "no time" for none. */
export const time = (seconds) =>
  [[Math.floor(seconds / 60), "minute"], [seconds % 60, "second"]]
    .filter(([number]) => number)
    .map(([number, unit]) => count(number, unit))
    .join(" ") || "no time";

/** Do what a browser may forbid or refuse, and return what it gives; null where it fails. */
export function attempt(deed) {
  try {
    return deed();
  } catch {
    return null;
  }
}
