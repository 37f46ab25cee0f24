// The handout shows the plan in its address, and a QR code for the guided steps.

import { follow } from "./address.js";
import { code, link } from "./code.js";
import { button, make } from "./dom.js";
import { mismatch, phrases, shares, words, write } from "./plan.js";
import "./words.js"; // for plan.js: imported here, it loads one round trip earlier

const head = document.querySelector(".cr-handout__head");
const grid = document.querySelector(".cr-grid");
const table = grid.querySelector("table");
/** The places whose words depend on a plan, and their words without one. */
const places = [...document.querySelectorAll("[data-plan]")];
const usual = places.map((place) => place.textContent);
/** The times of the steps in the usual round: the only words that are numbers. */
const times = usual.map(Number).filter(Boolean);

const told = head.querySelector(".cr-handout__plan");
const note = head.querySelector(".cr-handout__note");
const drawn = make("p");
const steps = document.querySelectorAll("article a[href$='release/']");
/** How the other set-ups differ, in short. */
const SET_UPS = {
  chair: "",
  seat: "On a second chair: no bone on the tool. ",
  floor: "On the floor: other foot flat, hips down. ",
};
const scanned = make("figure", { class: "cr-handout__code" });

/** The words of each place for a plan; a place without any keeps its usual words. */
function parts(plan) {
  const [settle, drift, hold] = shares(times, plan.seconds);
  const { rounds, days, weeks } = phrases(plan);
  return {
    settle,
    drift,
    hold,
    again: { 1: "", 3: "Do 3 to 5 twice more." }[plan.rounds],
    legs: plan.side === "both" ? "Change legs, repeat." : "",
    leg: {
      left: "A right leg, from behind: yours is its mirror image.",
      right: "Right leg, from behind.",
    }[plan.side],
    // The number of weeks is given above.
    dose: `${rounds}${plan.side === "both" ? " a calf" : ""}, ${days}.`,
    days: plan.days < 7 ? "each day that you do it" : null,
    weeks,
    // More weeks are for those whom it helps.
    trial: plan.weeks === 1 ? "one week" : "two weeks",
  };
}

/** Draw the grid: from three weeks on as two tables side by side, so that rows stay high. */
function rule(weeks) {
  const most = weeks > 2 ? Math.ceil(weeks / 2) : weeks;
  grid.replaceChildren();
  for (let week = 0; week < weeks; ) {
    const body = grid.appendChild(table.cloneNode(true)).tBodies[0];
    const row = body.rows[0];
    body.replaceChildren();
    do {
      row.cells[0].textContent = ++week;
      body.append(row.cloneNode(true));
    } while (week % most && week < weeks);
  }
}

/** Put a plan on the page; without one, its usual words. */
function show({ plan, note: sentence, given }) {
  const said = given ? parts(plan) : {};
  places.forEach((place, i) => {
    place.textContent = said[place.dataset.plan] ?? usual[i];
  });
  told.replaceChildren(make("strong", {}, given ? "Your plan:" : "Our usual plan:"), ` ${words(plan)}`);
  told.after(note);
  note.textContent = sentence;
  note.hidden = !sentence;
  drawn.hidden = plan.position === "chair" && plan.tool === "hands";
  const setUp = mismatch(plan)
    ? "Ask to be shown yours."
    : `${SET_UPS[plan.position]}Scan for your set-up.`;
  drawn.textContent = `Drawn with hands, on a chair. ${setUp}`;
  rule(plan.weeks);
  for (const link of steps) link.hash = given ? write(plan) : "";
  // A whole address would be printed behind its words, as those of other sites are.
  const href = `../release/#${write(plan)}`;
  scanned.replaceChildren(
    code(link(plan)),
    make("figcaption", {}, make("a", { href }, "Scan for the steps")),
  );
}

follow(show);
const printing = button("Print", () => print(), { class: "cr-button cr-button--main" });
head.querySelector(".cr-handout__print").replaceChildren(printing);
head.append(scanned);
document.querySelector(".cr-handout__steps").after(drawn);
