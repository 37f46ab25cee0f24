// The search panel, once it is opened: results appear while typing, and nothing is sent.

import { make } from "./dom.js";
import { find, prepare } from "./search.js";
import { count } from "./words.js";

const home = document.querySelector(".cr-brand").href;
let index;
let isLoading = false;

const marked = (parts) => parts.map(([text, isMarked]) => (isMarked ? make("mark", {}, text) : text));

/** A result: the section's heading, its page's title, and an excerpt. */
const place = ({ location, page, title, titleParts, excerpt }) =>
  make(
    "li",
    {},
    make(
      "a",
      { href: new URL(location, home) },
      make("strong", {}, ...marked(titleParts)),
      title === page ? "" : make("span", {}, ` ${page}`),
    ),
    make("p", {}, ...marked(excerpt)),
  );

/**
 * Search in a panel: at once for the content of its field, and whenever that changes.
 *
 * @param {HTMLFormElement} panel - holds a search field, a status line and a list
 */
export async function start(panel) {
  const field = panel.querySelector("input");
  const status = panel.querySelector("[role=status]");
  const list = panel.querySelector("ol");
  const show = () => {
    const words = field.value.trim();
    const found = index && words ? find(index, words) : [];
    list.replaceChildren(...found.flatMap((sections) => sections.map(place)));
    if (isLoading) status.textContent = "Getting the search ready";
    else if (!index) status.textContent = "The search did not load. Check your connection, and open it again.";
    else if (!words) status.textContent = "Type a word, or a question";
    else if (found.length) status.textContent = `${count(found.length, "page")} found`;
    else status.textContent = "Nothing found. Try another word";
  };
  field.oninput = show;
  panel.onsubmit = (event) => {
    event.preventDefault();
    list.querySelector("a")?.focus();
  };
  const isFirst = !index && !isLoading;
  isLoading ||= isFirst;
  show();
  if (!isFirst) return;
  try {
    const answer = await fetch(new URL("search/search_index.json", home));
    index = prepare((await answer.json()).docs);
  } catch {
    // `show` says so.
  }
  isLoading = false;
  show();
}
