// The form for practitioners: it sets a plan, and gives its link, its QR code and its handout.

import { follow, keep } from "./address.js";
import { code, link } from "./code.js";
import { button, choices, make } from "./dom.js";
import { hand } from "./file.js";
import { DEFAULTS, FIELDS, MOST_SECONDS, correct, mismatch, sentences, words } from "./plan.js";
import { count, time } from "./words.js";

/** The fields: what is asked, and the words of each answer or the unit of a number. */
const FORM = {
  side: ["Which calf", { left: "Left", right: "Right", both: "Both" }],
  position: [
    "Where",
    { chair: "On a chair", seat: "Calf on a second chair", floor: "On the floor" },
  ],
  tool: [
    "Press with",
    { hands: "Hands", ball: "Soft ball", towel: "Rolled towel", roller: "Roller" },
  ],
  rounds: ["Rounds for each calf", { 1: "1", 2: "2", 3: "3" }],
  seconds: ["Length of a round", "second"],
  days: ["Days a week", "day"],
  weeks: ["For how long", "week"],
};

// What was chosen, and the plan that the limit makes of it.
let wanted;
let plan;

function select(name, label, unit) {
  const [least, most, step] = FIELDS[name];
  const list = make("select", { name, change: () => choose(name, list.value) });
  for (let value = least; value <= most; value += step) {
    list.append(make("option", { value }, count(value, unit)));
  }
  return make("label", {}, label, list);
}

// Above the form, where who opens a link looks first.
const noted = make("p", { class: "cr-share__note", role: "status" });
const form = make(
  "form",
  { submit: (event) => event.preventDefault() },
  ...Object.entries(FORM).map(([name, [label, answers]]) =>
    answers.at
      ? select(name, label, answers)
      : choices(name, label, answers, (value) => choose(name, value)),
  ),
);
// Next to its fields: on a phone the plan in words is out of sight there.
const limited = make("p", { class: "cr-share__limit", role: "status" });
form.querySelector("select").parentElement.before(limited);
const said = make("div", { class: "cr-share__plan", "aria-live": "polite" });
const shown = make("div", { class: "cr-share__code" });
const field = make("input", { type: "text", readonly: true });
const done = make("p", { class: "cr-share__done", role: "status" });
const door = { class: "cr-button" };
const opened = make("a", {}, "Open as the client sees it");
const handout = make("a", door, "Print handout");
/** Set a text only if it differs, so that screen readers announce nothing but changes. */
function say(place, words) {
  if (place.textContent !== (words || "")) place.textContent = words || "";
}

/** Show the plan of what was chosen, and a sentence about a link. */
function show(chosen, note = "") {
  wanted = chosen;
  const kept = correct(wanted);
  plan = kept.plan;
  say(noted, note);
  say(
    limited,
    kept.changed &&
      `${wanted.rounds} rounds of ${wanted.seconds} seconds are over the limit of ${MOST_SECONDS / 60} minutes ` +
        `a calf a day, so a round now has ${plan.seconds} seconds.`,
  );
  for (const input of form.elements) {
    if (input.type === "radio") input.checked = input.value === String(plan[input.name]);
    else input.value = plan[input.name];
  }
  const each = plan.rounds * plan.seconds;
  const all = plan.side === "both" ? ` for each calf, ${time(2 * each)} in all` : "";
  const lines = [
    ...sentences(plan),
    `Pressing time a day: ${time(each)}${all}.`,
    mismatch(plan, "Show your client how to use another tool."),
    plan.weeks > DEFAULTS.weeks && "More than two weeks are only for a client whom it helps.",
  ];
  lines.forEach((line, i) => say(said.children[i] ?? said.appendChild(make("p")), line));
  say(done);
  field.value = opened.href = link(plan);
  const drawing = code(field.value);
  shown.replaceChildren(
    drawing,
    make(
      "div",
      {},
      make("p", {}, "Your client's camera opens the plan."),
      drawing.viewBox ? button("Download picture", () => save(drawing)) : "",
    ),
  );
  handout.href = link(plan, "handout");
}

/** Apply a choice, within the limits. */
function choose(name, value) {
  show({ ...wanted, [name]: value });
  keep(plan);
}

async function copy() {
  try {
    await navigator.clipboard.writeText(field.value);
    say(done, "The link is copied.");
  } catch {
    field.focus();
    field.select();
    say(
      done,
      "Your browser did not let us copy. The link is selected: hold it and choose Copy, " +
        "or press Ctrl and C (on a Mac, Command and C).",
    );
  }
}

const share = () =>
  navigator.share({ title: "Calf release", text: words(plan), url: field.value }).catch((error) => {
    if (error.name === "AbortError") return;
    say(done, "Your device could not share the link. Please copy it.");
  });

/** Download the code as a picture, 20 pixels for each square. */
function save(drawing) {
  const size = drawing.viewBox.baseVal.width;
  const canvas = make("canvas", { width: 20 * size, height: 20 * size });
  const context = canvas.getContext("2d");
  context.scale(20, 20);
  for (const path of drawing.children) {
    context.fillStyle = path.getAttribute("fill");
    context.fill(new Path2D(path.getAttribute("d")));
  }
  const name = Object.values(plan).join("-");
  // Synchronously: toBlob may finish too late for the browser to count it as part of the click.
  hand(canvas.toDataURL(), `calf-release-${name}.png`);
}

document.getElementById("plan").replaceChildren(
  noted,
  form,
  make(
    "section",
    { class: "cr-said" },
    make("h2", {}, "Your client gets"),
    said,
    shown,
    make("label", {}, "Link for your client", field),
    make(
      "div",
      { class: "cr-buttons" },
      button("Copy link", copy, { class: "cr-button cr-button--main" }),
      navigator.share ? button("Share…", share) : "",
    ),
    done,
    make("div", { class: "cr-buttons" }, handout, opened),
  ),
);
follow(({ plan, note }) => show(plan, note));
