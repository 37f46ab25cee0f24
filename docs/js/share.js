// The form for practitioners: it sets a plan, and hands out its link, its QR code and its handout.

import { follow, keep, link } from "./address.js";
import { code } from "./code.js";
import { button, choices, download, make } from "./dom.js";
import { FIELDS, MOST_SECONDS, correct, mismatch, read, words, write } from "./plan.js";
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

let plan;

function select(name, label, unit) {
  const [least, most, step] = FIELDS[name];
  const list = make("select", { name, change: () => choose(name, list.value) });
  for (let value = least; value <= most; value += step) {
    list.append(make("option", { value }, count(value, unit)));
  }
  return make("label", {}, label, list);
}

const form = make(
  "form",
  { submit: (event) => event.preventDefault() },
  ...Object.entries(FORM).map(([name, [label, answers]]) =>
    answers.at
      ? select(name, label, answers)
      : choices(name, label, answers, (value) => choose(name, value)),
  ),
);
// At the fields that it is about: on a phone the plan in words is out of sight there.
const limited = make("p", { class: "cr-share__limit", "aria-live": "polite" });
form.querySelector("select").parentElement.before(limited);
const said = make("div", { class: "cr-share__plan", "aria-live": "polite" });
const field = make("textarea", { readonly: true, rows: 3 });
const done = make("p", { role: "status" });
const door = { class: "cr-button", target: "_blank" };
const opened = make("a", door, "Open as the client sees it");
const handout = make("a", door, "Print handout");
const opener = button("QR code", showCode);
const dialog = make("dialog", {
  "aria-label": "QR code",
  tabindex: -1,
  close: () => opener.focus(),
});

/** Show a plan, and a sentence about it. */
function show(shown, sentence = "", limit = "") {
  plan = shown;
  limited.textContent = limit;
  for (const input of form.elements) {
    if (input.type === "radio") input.checked = input.value === String(plan[input.name]);
    else input.value = plan[input.name];
  }
  const each = plan.rounds * plan.seconds;
  const all = plan.side === "both" ? ` for each calf, ${time(2 * each)} in all` : "";
  const other = mismatch(plan);
  const lines = [
    ...words(plan).split(/(?<=\.) /),
    `Pressing time a day: ${time(each)}${all}.`,
    sentence,
    other && `${other}, so show your client how to use another tool.`,
  ];
  lines.forEach((line, i) => {
    const place = said.children[i] ?? said.appendChild(make("p"));
    // Left alone while it stays the same, so that a screen reader tells what changed, and no more.
    if (place.textContent !== line) place.textContent = line;
  });
  done.textContent = "";
  field.value = opened.href = link(plan);
  handout.href = link(plan, "handout");
}

/** Take a choice, within the limits. */
function choose(name, value) {
  const wanted = { ...plan, [name]: value };
  const { plan: kept } = correct(wanted);
  const limit = `the limit of ${MOST_SECONDS / 60} minutes a calf a day`;
  const changed =
    `${wanted.rounds} rounds of ${wanted.seconds} seconds are over ${limit}, ` +
    `so a round now has ${kept.seconds} seconds.`;
  // It stays until the rounds or their length are chosen anew.
  const earlier = ["rounds", "seconds"].includes(name) ? "" : limited.textContent;
  show(kept, "", kept.seconds < wanted.seconds ? changed : earlier);
  keep(write(kept), `#${write(kept)}`);
}

async function copy() {
  try {
    await navigator.clipboard.writeText(field.value);
    done.textContent = "The link is copied.";
  } catch {
    field.focus();
    field.select();
    done.textContent =
      "Your browser did not let us copy. The link is selected: press Ctrl and C " +
      "(on a Mac, Command and C), or hold it and choose Copy.";
  }
}

const share = () =>
  navigator.share({ title: "Calf release", text: words(plan), url: field.value }).catch((error) => {
    if (error.name === "AbortError") return;
    done.textContent = "Your device could not share the link. Please copy it.";
  });

function showCode() {
  const drawing = code(field.value);
  dialog.replaceChildren(
    drawing,
    make("p", {}, words(plan)),
    make(
      "div",
      { class: "cr-buttons" },
      drawing.viewBox ? button("Download", () => save(drawing)) : "",
      button("Close", () => dialog.close()),
    ),
  );
  dialog.showModal();
  // On a small screen the first button, which now has the focus, may have scrolled the code away.
  dialog.focus();
  dialog.scrollTop = 0;
}

/** Hand out the code as a picture, 20 pixels for each square. */
function save(drawing) {
  const size = drawing.viewBox.baseVal.width;
  const canvas = make("canvas", { width: 20 * size, height: 20 * size });
  const context = canvas.getContext("2d");
  context.scale(20, 20);
  for (const path of drawing.children) {
    context.fillStyle = path.getAttribute("fill");
    context.fill(new Path2D(path.getAttribute("d")));
  }
  canvas.toBlob((blob) => download(blob, "calf-release-plan.png"));
}

follow((fragment) => {
  const found = read(fragment);
  show(found.plan, found.note);
});
document.getElementById("plan").replaceChildren(
  form,
  said,
  make(
    "div",
    { class: "cr-share__ways" },
    make("label", {}, "Link for your client", field),
    make(
      "div",
      { class: "cr-buttons" },
      button("Copy link", copy, { class: "cr-button cr-button--main" }),
      navigator.share ? button("Share…", share) : "",
      opened,
      dialog.showModal ? opener : "",
      handout,
    ),
    done,
  ),
  dialog,
);
