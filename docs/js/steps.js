// What the guided session takes from the page: its steps, and copies of their words and drawings. The words of the
// steps exist nowhere else.

import { make } from "./dom.js";
import { mismatch } from "./plan.js";

const HEADINGS = "h2, h3, h4";

/** The steps in their order: id, title, seconds (NaN: it waits), whether in a round. The session has set-ups of its own. */
export const steps = () =>
  [...document.querySelectorAll(".cr-step > h3:not(#set-up)")].map((heading) => ({
    id: heading.id,
    title: heading.textContent,
    seconds: Number(heading.dataset.seconds),
    round: heading.matches(".cr-round *"),
  }));

/**
 * Copy parts of the page: with ids of their own, folds open, without citations and without what only readers of
 * the page need. Links open beside the session.
 *
 * @param {Iterable<Element>} parts - parts of the page
 * @returns {Element[]} the copies
 */
export function copy(parts) {
  const box = make("div", {}, ...[...parts].map((part) => part.cloneNode(true)));
  for (const link of box.querySelectorAll("a")) {
    link.target = "_blank";
    if (!link.hash.startsWith("#ref-")) continue;
    if (link.previousSibling?.data) link.previousSibling.data = link.previousSibling.data.trimEnd();
    link.remove();
  }
  for (const gone of box.querySelectorAll(".cr-time, .cr-page-only")) gone.remove();
  for (const fold of box.querySelectorAll("details")) fold.open = true;
  const ids = new Set([...box.querySelectorAll("[id]")].map(({ id }) => id));
  for (const { attributes } of box.querySelectorAll("*")) {
    for (const attribute of attributes) {
      if (!/^(id|href|fill|clip-path|aria-labelledby)$/.test(attribute.name)) continue;
      attribute.value = attribute.value.replace(/[\w-]+/g, (id) => (ids.has(id) ? `session-${id}` : id));
    }
  }
  return [...box.children];
}

/** The first element that matches a selector, as a list of one or none. (The session's copies come later in the document.) */
export const first = (selector) => [document.querySelector(selector)].filter(Boolean);

/**
 * Copy what belongs to a heading.
 *
 * @param {string} id - the id of the heading
 * @returns {Element[]} copies of all that follows it, or the summary that it is in, up to the next heading or what
 *   holds one; none without such a heading
 */
export function section(id) {
  const parts = [];
  const heading = document.getElementById(id);
  let next = (heading?.closest("summary") ?? heading)?.nextElementSibling;
  for (; next && !next.matches(HEADINGS) && !next.querySelector(HEADINGS); next = next.nextElementSibling) {
    parts.push(next);
  }
  return copy(parts);
}

/** What the tool of a plan is good for, from the table on the page, or whom to ask about it. */
export function toolAdvice(plan) {
  const other = mismatch(plan);
  if (other) return other;
  const row = document.getElementById(`tool-${plan.tool}`)?.parentElement;
  return row?.cells[1].textContent.trim() ?? "";
}
