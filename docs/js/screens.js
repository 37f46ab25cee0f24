// The screens of the guided session: the content of each, and its buttons. Their order is session.js's, the words
// of the steps are the page's.
//
// A screen is made of two objects of player.js: `now` is what there is to show, `does` what its buttons call. It is
// [title, parts, buttons] or, where it is one of the session's own, [parts, buttons]. A part is an element, a
// sentence, a list of parts, or nothing; a button is [name, words, press].

import { button, choices, make } from "./dom.js";
import { resume, secondsPressed } from "./session.js";
import { copy, first, section, toolAdvice } from "./steps.js";
import { count, time } from "./words.js";

const isFigure = (part) => part.matches("figure");
const isPair = (part) => part.matches(".cr-pair");

// --- Parts ------------------------------------------------------------------------------------------------

/** What the two numbers say, in plain words. */
function change({ before, after }) {
  if (before === null || after === null) return "Without both numbers we cannot tell a change.";
  const points = Math.abs(after - before);
  const told = `Before: ${before}. After: ${after}.`;
  if (!points) return `${told} Your number is the same.`;
  const by = `${told} That is ${count(points, "point")} ${after < before ? "less" : "more"}`;
  const small = points < 2 ? ": too little to count." : "";
  if (after < before) return by + (small || ": a clear change.");
  return `${by}${small || "."} If your knee hurts more, leave the release out, and tell your practitioner.`;
}

/** The way to the log. */
const logLink = () => make("p", {}, make("a", { href: "../progress/" }, "See your progress"));

const heading = (id) => first(`#${id}`).map(({ textContent }) => make("h3", {}, textContent));

/** When to stop: the signs, beside every step that presses; after a stop what to do comes before them. */
function stopRule(isShort) {
  const [signs, ...help] = section("stop-rule");
  if (isShort) help.length = 0;
  return make("div", { class: "cr-stop cr-stop--short" }, ...help, ...heading("stop-rule"), signs);
}

/** Where never to press, in a line. */
function never() {
  const places = first(".cr-nogo").flatMap((box) => [...box.querySelectorAll("strong")]);
  const words = places.map(({ textContent }) => textContent).join(" ");
  return make("p", {}, make("strong", {}, "Never press: "), words);
}

/** How long the session has pressed, if at all. */
function pressed({ state, list }) {
  const seconds = secondsPressed(state, list, Date.now());
  return seconds && `You pressed for ${time(seconds)}.`;
}

/** A step that presses, as it is done in the plan's position. Its own drawing shows the chair; for another
 * position the drawing of that set-up replaces it. */
function drawn({ screen, state }) {
  const { position } = state.plan;
  const isChair = position === "chair";
  return section(screen.step.id)
    .filter((part) => !part.matches(isChair ? ".cr-by-weight" : ".cr-by-hand"))
    .map((part) => (isFigure(part) && !isChair ? section(position).find(isFigure) : part));
}

/** The step that rates the knee, its tests to choose from: drawings, whose captions say what to do, and words. */
function testChoice({ state: { test } }, { answer }) {
  const parts = section("check-before");
  const at = parts.findIndex(isPair);
  if (at < 0) return parts;
  const tests = [...parts[at].children];
  const draw = (chosen) => tests.forEach((one, i) => (one.hidden = i !== Number(chosen)));
  const names = tests.map((one) => {
    const words = one.querySelector("figcaption") ?? one;
    words.remove();
    return words.textContent.trim();
  });
  const choose = (value) => {
    draw(value);
    answer({ test: Number(value) });
  };
  draw(test);
  const group = choices("test", parts[at - 1].textContent, names, choose, String(test));
  parts.splice(at - 1, 2, group, ...tests.filter(isFigure));
  return parts;
}

/** The buttons for a number from 0 to 10. */
function rating(number, choose) {
  const asked = "Your knee pain now, from 0 (none) to 10 (the worst)";
  const numbers = [...Array(11).keys()];
  const group = choices("rating", asked, numbers, (value) => choose(Number(value)), String(number));
  group.classList.add("cr-session__rating");
  return group;
}

// --- Buttons ----------------------------------------------------------------------------------------------

const back = ({ go }) => ["back", "Back", () => go(-1)];
const skip = ({ go }) => ["skip", "Skip", () => go(1)];
const stop = (actions) => ["stop", "Stop, it hurts", actions.stop];
const close = (actions) => ["main", "Close", actions.close];

/** For a screen that waits. */
function waiting({ list, state }, actions) {
  const next = list[state.at + 1];
  const words = next.kind === "ready" ? `Start round ${next.round}` : `Next: ${titleOf(next, state)}`;
  // Another name than that of Pause: the focus does not go from the one to the other.
  return [stop(actions), ["next", words, () => actions.go(1)], back(actions)];
}

/** For a screen on which time runs. */
const timed = ({ state }, actions) => [
  stop(actions),
  ["main", ...(state.since === null ? ["Go on", actions.run] : ["Pause", actions.pause])],
  back(actions),
  skip(actions),
];

const ending = ({ finish }) => [
  ["main", "Save on this device", () => finish(true)],
  ["not", "Do not save", () => finish(false)],
];

// --- The session's own screens ----------------------------------------------------------------------------

const titleOf = ({ kind, step, side }, { sides }) =>
  ({
    gate: "Is it safe for you today?",
    "set-up": `${side === sides[0] ? "Set up:" : "Change legs, to"} your ${side} calf`,
    ready: `Get ready: ${step?.title}`,
    off: "This calf is done",
    result: "What changed",
  })[kind] ?? step.title;

/** The question at the start; `proceed` is what comes when none fits. */
const gate = ({ why, state }, { show }, proceed) => [
  [why, "Do not go on if one of these fits you:", section("do-not-press")],
  [
    ["main", "None of these fits me today", proceed],
    ["not", "One of these fits me", () => show(state, "unfit")],
  ],
];

function setUp(now, actions) {
  const { plan, sides } = now.state;
  const { side } = now.screen;
  return [
    [
      sides.length > 1 && side === sides[0] && button(`My ${sides[1]} calf first`, actions.swap),
      toolAdvice(plan),
      section("set-up").filter((part) => !isFigure(part)),
      heading(plan.position),
      section(plan.position),
      heading("never-press"),
      side === "left" && "The drawing shows a right leg: yours is its mirror image.",
      section("never-press"),
      stopRule(true),
    ],
    waiting(now, actions),
  ];
}

/** A step that asks for a number. */
const rate = ({ state }, actions, field, parts) => [
  [parts, rating(state[field], (number) => actions.answer({ [field]: number }))],
  [stop(actions), ["next", "Next", () => actions.goAnswered(field)], back(actions), skip(actions)],
];

/** The test that was chosen before, once more. */
function rateAfter(now, actions) {
  const tests = section("check-before").find(isPair);
  return rate(now, actions, "after", [tests?.children[now.state.test], ...section("check-after")]);
}

const ownStep = (now, actions) => [
  now.screen.press ? [...drawn(now), stopRule(true), never()] : section(now.screen.step.id),
  (now.screen.seconds ? timed : waiting)(now, actions),
];

function result(now, actions) {
  const { state } = now;
  const isWorse = state.before !== null && state.after - state.before > 1;
  return [
    [change(state), isWorse ? stopRule() : section("what-a-change-means"), pressed(now)],
    [...ending(actions), back(actions)],
  ];
}

/** Steps with a screen of their own, by id. */
const STEPS = {
  "check-before": (now, actions) => rate(now, actions, "before", testChoice(now, actions)),
  "check-after": rateAfter,
};

const KINDS = {
  gate: (now, actions) => gate(now, actions, () => actions.go(1)),
  "set-up": setUp,
  ready: (now, actions) => [[never(), drawn(now), stopRule(true)], timed(now, actions)],
  // What takes the pressure off between rounds takes it off after the last one too.
  off: (now, actions) => [section("repeat").slice(0, 1), waiting(now, actions)],
  step: ownStep,
  result,
};

// --- What replaces them -----------------------------------------------------------------------------------

const ASIDES = {
  // Pain that is too much to begin with.
  high: ({ state }, actions) => [
    "Do not press today",
    ["Get it looked at if it stays so."],
    [["back", "Back", () => actions.show(state)], close(actions)],
  ],
  // Time that was stopped goes on when the reader says so; a screen that waits has none to stop.
  again: (now, actions) => [
    titleOf({ kind: "gate" }, now.state),
    ...gate(now, actions, () => actions.show(now.screen.seconds ? now.state : resume(now.state, Date.now()))),
  ],
  done: ({ why }, actions) => ["Enough for today", [why, logLink()], [close(actions)]],
  elsewhere: (now, actions) => [
    "This session is open elsewhere",
    ["It goes on in another tab."],
    [close(actions)],
  ],
  late: (now, actions) => [
    "Your last session ends here",
    ["It was on another day.", pressed(now)],
    ending(actions),
  ],
  unfit: ({ state }, actions) => [
    "Do not press today",
    [
      "Do what the line says that fits you.",
      section("do-not-press"),
      copy(first(".cr-footer__call")),
    ],
    [["back", "Back", () => actions.show(state, state.at ? "again" : "")], close(actions)],
  ],
  stop: ({ state }, { show }) => [
    "Stop. Take the pressure off",
    [stopRule()],
    [
      ["main", "End for today", () => show({ ...state, stopped: true })],
      ["not", "I pressed it by mistake", () => show(state)],
    ],
  ],
  unsaved: ({ state, note }, actions) => [
    "Not saved",
    [note, change(state)],
    [["not", "Try again", () => actions.finish(true)], close(actions)],
  ],
  ended: ({ state, note, isSaved }, actions) => [
    "Done for today",
    [
      isSaved ? "Your session is saved, on this device alone." : "This session is not in your log.",
      note,
      state.stopped && "If it tingles again, ask a doctor or physiotherapist before you press again.",
      "Rate your knee once more tomorrow morning.",
      isSaved && logLink(),
    ],
    [close(actions)],
  ],
  // No aside, but a session that was stopped.
  stopped: (now, actions) => ["Leave it for today", [stopRule(), pressed(now)], ending(actions)],
};

/**
 * Make the screen that there is to show.
 *
 * @param {{state: object, list: object[], screen: object, aside: string, why?: string, note?: string,
 *   isSaved?: boolean}} now - the session, all its screens and the present one; the name of what replaces
 *   that; what keeps a calf from being pressed; how saving went
 * @param {object} actions - `show`, `go`, `goAnswered`, `answer`, `swap`, `run`, `pause`, `stop`, `finish`, `close`
 * @returns {[string, Array, Array]} title, parts and buttons
 */
export function build(now, actions) {
  const { screen, state } = now;
  const aside = ASIDES[now.aside || (state.stopped && "stopped")];
  if (aside) return aside(now, actions);
  const own = STEPS[screen.step?.id] ?? KINDS[screen.kind];
  return [titleOf(screen, state), ...own(now, actions)];
}
