// The link to a plan, and its QR code as a drawing.

import { make } from "./dom.js";
import { write } from "./plan.js";
import { matrix, path } from "./qr.js";

/**
 * Make the link to a plan.
 *
 * @param {object} plan - a plan
 * @param {string} [page] - the name of the page to open, beside this one
 * @returns {string} the whole address
 */
export const link = (plan, page = "release") =>
  new URL(`../${page}/#${write(plan)}`, location.href).href;

/**
 * Draw the QR code of a link: black on white in both colour schemes, as scanners need it.
 *
 * @param {string} address - the link
 * @returns {SVGElement | HTMLParagraphElement} the code with its margin, or a sentence if the link is
 *   too long
 */
export function code(address) {
  try {
    const modules = matrix(address);
    const size = modules.length + 8;
    return make(
      "svg:svg",
      { viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": "QR code" },
      make("svg:path", { fill: "#fff", d: `M0 0h${size}v${size}H0z` }),
      make("svg:path", { fill: "#000", d: path(modules), "shape-rendering": "crispEdges" }),
    );
  } catch (error) {
    return make("p", {}, error.message);
  }
}
