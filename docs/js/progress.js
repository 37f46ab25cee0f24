// The page of the log: a sentence, a chart, a table, and buttons to print, download and erase.

import { button, make } from "./dom.js";
import { csv, download } from "./file.js";
import { BARRED, FORBIDDEN, KEY, load } from "./log.js";
import { count, time } from "./words.js";

/** The number of sessions that fit a chart on a phone. */
const IN_CHART = 28;
const HEADINGS = ["Date", "Side", "Before", "After", "Time pressed"];

const rated = (value) => value ?? "not rated";
// A date alone is read as midnight in UTC.
const day = ({ date }) => new Date(date).toLocaleDateString("en-GB", { dateStyle: "medium", timeZone: "UTC" });

const pressed = ({ side, seconds, stopped }) =>
  time(seconds) + (side === "both" ? " in all" : "") + (stopped ? ", stopped early" : "");

/** Draw the last ratings, oldest first: 324 units wide, like all drawings. */
function chart(all) {
  const entries = all.slice(-IN_CHART);
  const step = 270 / (entries.length - 1 || 1);
  const text = (words, x, y, end = "cr-end") => make("svg:text", { x, y, class: end }, words);
  const parts = [0, 5, 10].map((value) => text(value, 24, 179 - 16 * value));
  parts.push(text(day(entries[0]), 32, 200, ""));
  if (entries.length > 1) parts.push(text(day(entries.at(-1)), 322, 200));
  const told = ["Before", "After"].map((heading) => {
    const name = heading.toLowerCase();
    const values = entries.map((entry) => entry[name]);
    const points = values.flatMap((value, index) =>
      value === null ? [] : [[42 + step * index, 174 - 16 * value]],
    );
    // Lines of almost no length: their thick caps are the marks, and the style gives them their shape.
    const d = points.map((point) => `M${point}h.01`).join("");
    const line = make("svg:polyline", { points: points.join(" ") });
    parts.push(make("svg:g", { class: `cr-log__${name}` }, line, make("svg:path", { d }), make("svg:path", { d })));
    return `${heading}: ${values.map(rated).join(", ")}.`;
  });
  const words = ["Knee pain from 0 (none) to 10 (the worst)", "○ and broken line: before", "■ and full line: after"];
  if (new Set(entries.map(({ side }) => side)).size > 1) words.push("Left and right are in one line; the table tells which.");
  if (entries.length < all.length) words.push(`The chart shows the last ${IN_CHART} sessions, the table shows all.`);
  return make(
    "figure",
    { class: "cr-figure cr-log__chart" },
    make(
      "svg:svg",
      { viewBox: "0 0 324 206", role: "img", "aria-labelledby": "chart-title chart-desc" },
      make("svg:title", { id: "chart-title" }, "Chart: knee pain in each session, oldest first"),
      make("svg:desc", { id: "chart-desc" }, told.join(" ")),
      make("svg:path", { class: "cr-axis", d: "M32 14H322M32 94H322M32 174H322" }),
      ...parts,
    ),
    make("figcaption", {}, ...words.map((line) => make("p", {}, line))),
  );
}

/** All entries, newest first. With roles, because on narrow screens the style changes the table's display. */
function table(entries) {
  const row = (...cells) => make("tr", { role: "row" }, ...cells);
  const rows = entries.map((entry) =>
    row(
      make("th", { role: "rowheader", scope: "row" }, day(entry)),
      ...[entry.side, rated(entry.before), rated(entry.after), pressed(entry)].map((words, index) =>
        make("td", { role: "cell", "data-label": HEADINGS[index + 1] }, words),
      ),
    ),
  );
  return make(
    "table",
    { class: "cr-log__table", role: "table" },
    make("caption", {}, "All sessions, newest first"),
    make("thead", {}, row(...HEADINGS.map((words) => make("th", { scope: "col" }, words)))),
    make("tbody", {}, ...rows.reverse()),
  );
}

const said = make("p", { class: "cr-log__said", role: "status", tabindex: -1 });
const view = make("div");
const erasing = button("Erase the log", () => question.showModal());
const buttons = make(
  "div",
  { class: "cr-buttons" },
  button("Print", () => print()),
  button("Download as CSV", () =>
    download(new Blob([csv(load().entries)], { type: "text/csv" }), "calf-release-log.csv"),
  ),
);
const question = make(
  "dialog",
  { class: "cr-log__question", "aria-labelledby": "log-question" },
  make("p", { id: "log-question" }, "Erase all sessions from this device? You cannot get them back."),
  make(
    "div",
    { class: "cr-buttons" },
    button("Keep the log", () => question.close(), { class: "cr-button cr-button--main" }),
    button("Erase it for good", () => {
      question.close();
      show(erase());
      said.focus();
    }),
  ),
);

/** Erase the log, and say whether that worked. */
function erase() {
  try {
    localStorage.removeItem(KEY);
    return "The log is erased from this device.";
  } catch {
    return `The log was not erased, ${BARRED}`;
  }
}

/** Show the log as it is now, below what went wrong or else the given sentence. */
function show(words) {
  const { entries, note } = load();
  const focused = document.activeElement;
  said.textContent = note || words;
  buttons.append(erasing);
  const sum = entries.length
    ? `You have saved ${count(entries.length, "session")} since ${day(entries[0])}.`
    : "No session is saved here yet. You can save one at the end of the guided session.";
  if (entries.length) view.replaceChildren(make("p", {}, sum), chart(entries), buttons, table(entries));
  // An unreadable log can still be erased.
  else if (note) view.replaceChildren(note === FORBIDDEN ? "" : erasing);
  else view.replaceChildren(make("p", {}, sum));
  focused.focus();
}

addEventListener("storage", ({ key }) => {
  // Without a key, the whole storage was cleared.
  if ((key ?? KEY) === KEY) show("The log was changed in another tab.");
});
// The page may come back from the browser's cache after a session.
addEventListener("pageshow", ({ persisted }) => persisted && show(""));

show("");
document.getElementById("log").replaceChildren(said, view, question);
