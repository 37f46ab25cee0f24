// The plan on the page of the steps: told in words, its set-up before the others, and the way into the guided
// session. The page teaches the same where this does not run.

import { button, make } from "./dom.js";
import { read, words } from "./plan.js";
import { open, unfinished } from "./player.js";
import { toolLine } from "./steps.js";

const box = document.getElementById("plan");
const beforeSetUps = document.getElementById("chair").previousElementSibling;
const setUps = ["chair", "seat", "floor"].map(setUp);
// The part of the address that told the plan; empty is our usual one.
let asked = "";

/** A set-up: its heading, and all up to the next one. */
function setUp(id) {
  const parts = [document.getElementById(id)];
  while (!parts.at(-1).nextElementSibling.matches("h2, h3")) parts.push(parts.at(-1).nextElementSibling);
  return parts;
}

/** Whether an address leads to a place on this page, as those in its contents do. */
function isPlace(hash) {
  try {
    return Boolean(document.getElementById(decodeURIComponent(hash.slice(1))));
  } catch {
    return false;
  }
}

function showPlan() {
  const { hash } = location;
  if (hash.length > 1 && !isPlace(hash)) asked = hash;
  // On a place of the page the plan stays, after a reload too.
  else asked = history.state?.plan ?? asked;
  history.replaceState({ plan: asked }, "");

  const { plan, note } = read(asked);
  const going = unfinished();
  const start = (words, state, attributes = {}) =>
    button(words, () => open(plan, state, closed), { class: "cr-button", ...attributes });
  const main = { class: "cr-button cr-button--main" };
  const starts = going
    ? [start("Back to your session", going, main), start("Start again", null)]
    : [start("Start the guided session", null, main)];
  box.replaceChildren(
    make("h2", { id: "your-plan" }, asked ? "Your plan" : "Our usual plan"),
    make("p", { class: "cr-plan__words" }, words(plan)),
    ...(note ? [make("p", {}, note)] : []),
    make("p", {}, toolLine(plan.tool)),
    make(
      "div",
      { class: "cr-buttons" },
      ...("HTMLDialogElement" in window ? starts : []),
      make("a", { class: "cr-button", href: `#${plan.position}` }, "See your set-up"),
    ),
  );
  const own = setUps.find(([{ id }]) => id === plan.position);
  beforeSetUps.after(...own, ...setUps.filter((parts) => parts !== own).flat());
}

function closed() {
  showPlan();
  box.querySelector("button").focus();
}

showPlan();
addEventListener("hashchange", showPlan);
