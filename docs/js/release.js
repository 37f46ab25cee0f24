// The plan on the page of the steps: the plan in words, its set-up opened, and the buttons that open the guided
// session. Without scripts the page teaches the same.

import { follow } from "./address.js";
import { button, make } from "./dom.js";
import { DEFAULTS, mismatch, words, write } from "./plan.js";
import "./words.js"; // for plan.js: imported here, it loads one round trip earlier

const box = document.getElementById("plan");
const setUps = document.querySelectorAll(".cr-setup");
const handouts = document.querySelectorAll("article a[href$='handout/']");
// What `follow` found last, and the set-up that was opened for it: the reader may open another.
let found;
let opened = DEFAULTS.position;
// The guided session, once loaded: a plan is shown without it too.
let player;
let missing = "The guided session is loading.";

/** The buttons that open the session, the main one first: one that was left, when it is of this plan. */
function starts(plan) {
  // Read again when pressed: another tab may have gone on with it.
  const start = (words, left) => button(words, () => player.open(plan, left && player.unfinished(), closed));
  const going = player.unfinished();
  const all = [start("Start the guided session", null)];
  const isSame = going && write(going.plan) === write(plan);
  const session = isSame ? "your session" : "your other session";
  if (going) all.push(start(`Back to ${going.stopped ? "the stop advice" : session}`, true));
  if (isSame) {
    all[0].textContent = "Start again";
    all.reverse();
  }
  all[0].classList.add("cr-button--main");
  return all;
}

function showPlan() {
  const { plan, note, given, kept } = found;
  // The page below shows side, position and tool too.
  const other = Object.keys(plan).slice(3).some((name) => plan[name] !== DEFAULTS[name]);
  const follows = player ? " The guided session follows yours." : "";
  const more = mismatch(plan) + (other ? ` The words below tell our usual plan.${follows}` : "");
  box.replaceChildren(
    make("h2", { id: "your-plan" }, given ? "Your plan" : "Our usual plan"),
    make("p", { class: "cr-plan__words" }, words(plan)),
    ...(note ? [make("p", {}, note)] : []),
    make(
      "div",
      { class: "cr-buttons" },
      ...(player ? starts(plan) : [make("p", { role: "status" }, missing)]),
      make("a", { class: "cr-button", href: "#steps" }, "Read the steps"),
      ...(kept && given ? [make("a", { class: "cr-button", href: `#${write(DEFAULTS)}` }, "Use our usual plan")] : []),
    ),
    ...(more ? [make("p", {}, more)] : []),
  );
  for (const link of handouts) link.hash = given ? write(plan) : "";
  if (opened === plan.position) return;
  opened = plan.position;
  for (const setUp of setUps) setUp.open = setUp.matches(`:has(#${opened})`);
}

function closed() {
  showPlan();
  box.querySelector("button").focus();
}

follow((now) => {
  found = now;
  showPlan();
});
try {
  player = await import("./player.js");
} catch {
  missing = "The guided session did not load. Load the page again, or follow the steps below.";
}
showPlan();
