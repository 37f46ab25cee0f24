// Elements made by scripts, and what a browser may refuse. No HTML strings: nothing in a link or in the storage
// can become markup.

/**
 * Make an element.
 *
 * @param {string} tag - its name; with `svg:` before it, an SVG element
 * @param {object} attributes - values by name; `true` gives an attribute without a value, `false` and
 *   `undefined` give none, and a function listens to the event of that name
 * @param {...(Node|string)} children - its content
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

/** Make a button: its words, its click handler, and further attributes. */
export const button = (words, press, attributes = {}) =>
  make("button", { type: "button", class: "cr-button", click: press, ...attributes }, words);

/**
 * Make a group of radio buttons.
 *
 * @param {string} name - the name of the field, unique on the page
 * @param {string} legend - the question
 * @param {object|Array} options - the words of each choice, by its value or index
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

/** Call what a browser may forbid, and return its result; null if it throws. */
export function attempt(call) {
  try {
    return call();
  } catch {
    return null;
  }
}
