// The guided session: a dialog that shows the steps of the page one at a time. What comes when stands in
// session.js, the words of the steps on the page.

import { cues } from "./cues.js";
import { attempt, button, choices, count, make, time } from "./dom.js";
import { add, load } from "./log.js";
import { FIELDS } from "./plan.js";
import * as session from "./session.js";
import { copy, first, section, steps, toolAdvice } from "./steps.js";

const KEY = "calf-release-session";
const NUMBERS = Object.fromEntries([..."0123456789", "10"].map((number) => [number, number]));

const today = () => session.dayOf(new Date());
const screensOf = ({ plan, sides }) => session.screens(steps(), plan, sides);
const say = (...words) => make("p", {}, ...words);

// What this page wrote last. It stands in where the device keeps nothing: then a reload loses the session.
let written = null;
let keeps = true;
const tab = Math.random(); // tells another tab that it is another

/** Write the session down: not for this tab alone, as the limits of the day hold in the next one too. */
function keep(text) {
  written = text;
  keeps = attempt(() => {
    if (text) localStorage.setItem(KEY, text);
    else localStorage.removeItem(KEY);
    return true;
  });
}

/** What is written down; null when there is nothing. */
const stored = () => (keeps ? attempt(() => localStorage.getItem(KEY)) : written);

/** Whether no other tab has written a session since. */
const mine = () => [written, null].includes(stored());

const isLate = ({ day }) => day !== today();

/** The last session, if its steps are still those of the page; else null. */
function last() {
  const state = session.read(stored());
  const fits = state && screensOf(state).length === state.screens;
  // One of an earlier day has served, unless it can still be saved.
  if (fits && !(isLate(state) && (state.entry || !pressedIn(state)))) return state;
  if (stored()) keep(null);
  return null;
}

/** The seconds that a session pressed. */
const pressedIn = (state) => session.end(state, screensOf(state), Date.now()).entry.seconds;

/** The session that a reload or a closed dialog left in the middle; null when there is none. */
export function unfinished() {
  const state = last();
  return state && !state.entry && state.at > 0 ? state : null;
}

/** Whether something is left to press. */
const pressesOn = (state) => screensOf(state).slice(state.at).some(({ press }) => press);

/** What was done today. A session whose rounds are over counts, saved or not. */
function earlier() {
  const state = last();
  if (!state || isLate(state)) return { hurt: state?.stopped };
  if (state.entry) return state;
  const list = screensOf(state);
  const ended = state.stopped || !pressesOn(state);
  return (ended ? session.end : session.counted)(state, list, Date.now());
}

/** The calves that may be pressed today, and in a sentence what keeps the others from it. */
function allowed({ side }, { pressed = {}, entries = [], hurt }) {
  const log = load().entries;
  const done = [entries, log].map((list) => list.filter(({ date }) => date === today()));
  if (done.flat().some(({ stopped }) => stopped)) {
    return { sides: [], why: "You stopped today because it hurt. Leave it for today." };
  }
  // A calf that was hardly pressed has not had its turn.
  const isDone = (one) =>
    pressed[one] >= session.MOST ||
    done.some((list) => {
      const seconds = list.map((entry) => ([one, "both"].includes(entry.side) ? entry.seconds : 0));
      return seconds.reduce((sum, more) => sum + more, 0) >= FIELDS.seconds[0];
    });
  const asked = side === "both" ? ["left", "right"] : [side];
  const names = asked.filter(isDone).join(" and ");
  const why = names
    ? `You did your ${names} calf today. The limit is once a day.`
    : (hurt || log.at(-1)?.stopped) &&
      "Last time you stopped because it hurt. Ask your practitioner before you press again.";
  return { sides: asked.filter((one) => !isDone(one)), why };
}

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
const logLink = () => make("a", { href: "../progress/" }, "See your progress");

/** A button of a screen. Its name tells the screens' buttons apart, so that the focus can stay on one. */
function act(name, words, press) {
  const main = ["main", "next"].includes(name) ? " cr-button--main" : "";
  return button(words, press, { name, class: `cr-button cr-session__${name}${main}` });
}

/** The buttons for a number from 0 to 10. */
function rating(number, choose) {
  const asked = "Your knee pain now, from 0 (none) to 10 (the worst)";
  const group = choices("rating", asked, NUMBERS, (value) => choose(Number(value)), String(number));
  group.classList.add("cr-session__rating");
  return group;
}

/** The step that rates the knee, its tests to choose from. Each drawing belongs to the test of its place. */
function testChoice(parts, test, choose) {
  const list = parts.find((part) => part.matches("ul"));
  if (!list) return parts;
  const at = parts.indexOf(list);
  const figures = parts.filter((part) => part.matches("figure"));
  const draw = (chosen) => figures.forEach((figure, i) => (figure.hidden = i !== chosen));
  const words = Object.fromEntries([...list.children].map((item, i) => [i, item.textContent]));
  const chosen = (value) => {
    draw(Number(value));
    choose(Number(value));
  };
  draw(test);
  const group = choices("test", parts[at - 1].textContent, words, chosen, String(test));
  return [...parts.slice(0, at - 1), group, ...parts.slice(at + 1)];
}

/** When to stop, in short: beside every step that presses, and before. */
const shortRule = () => copy(first(".cr-stop--short"));

/** Where never to press, in a line. */
const never = () => {
  const places = first(".cr-nogo").flatMap((box) => [...box.querySelectorAll("strong")]);
  const words = places.map(({ textContent }) => textContent).join(" ");
  return say(make("strong", {}, "Never press: "), words);
};

/** What to do after a stop: what helps first, the signs after it. */
function stopRule() {
  const parts = section("stop-rule");
  for (const box of parts) box.append(...[...box.children].slice(0, 2));
  return parts;
}

/**
 * Open the dialog.
 *
 * @param {object} plan - a plan
 * @param {object|null} going - the session to go on with; null begins a new one
 * @param {() => void} closed - called when the dialog is closed
 */
export function open(plan, going, closed) {
  // From here on another tab's session gives way to this one.
  written = stored();
  const before = going ?? earlier();
  const { sides, why } = going ?? allowed(plan, before);
  let state = going ?? session.begin(plan, sides, today(), before);
  let list = screensOf(state);
  // What stands in place of the session's own screen.
  let aside = sides.length ? "" : "done";
  if (going && !going.stopped && pressesOn(going)) aside = "again";
  let saved = false;
  let lost = ""; // what of the log could not be read
  let unsaved = ""; // why the log has not kept it
  let shown; // which screen stands there
  let lock;

  const gone = new AbortController(); // takes the listeners away
  const far = make("progress", { "aria-label": "How far you are", max: list.length - 1 });
  const where = make("p");
  const clock = make("p", { id: "session-clock", class: "cr-session__clock", role: "timer" });
  const status = make("p", { role: "status" });
  const title = make("h2", { id: "session-title", tabindex: -1, "aria-describedby": clock.id });
  const content = make("div", { class: "cr-session__content" });
  const acts = make("div", { class: "cr-session__acts" });
  const { switches, cue, quiet } = cues(tell);
  const sounds = make("div", { class: "cr-choices" }, ...switches);
  const leaving = act("close", "Close", () => dialog.close());
  const dialog = make(
    "dialog",
    { class: "cr-session", "aria-labelledby": title.id, close: leave },
    make("div", { class: "cr-session__head" }, far, clock, leaving, where, status),
    make("div", { class: "cr-session__body" }, title, content, sounds),
    acts,
  );

  const here = () => list[state.at];
  const save = () =>
    sides.length &&
    mine() &&
    // Who stops and then leaves has stopped.
    keep(session.write({ ...state, stopped: state.stopped || aside === "stop", tab }, list, Date.now()));
  const left = () => session.left(state, list, Date.now());
  const runs = () => state.since !== null;
  const timed = () => !aside && !state.stopped && here().seconds > 0;

  // --- The screens: what stands on each, and its buttons; before both its title, where it is no step's ----

  const titleOf = ({ kind, step, side }) =>
    ({
      gate: "Is it safe for you today?",
      "set-up": `${side === state.sides[0] ? "Set up:" : "Change legs, to"} your ${side} calf`,
      ready: `Get ready: ${step?.title}`,
      off: "This calf is done",
      result: "What changed",
    })[kind] ?? step.title;

  const back = () => act("back", "Back", () => go(-1));
  const next = () => {
    const screen = list[state.at + 1];
    const words = screen.kind === "ready" ? `Start round ${screen.round}` : `Next: ${titleOf(screen)}`;
    // Another name than that of Pause: the focus does not go from the one to the other.
    return act("next", words, () => go(1));
  };
  const stop = () =>
    act("stop", "Stop, it hurts", () => {
      show(state, "stop");
      speak();
    });
  const closing = () => act("main", "Close", () => dialog.close());
  const ending = () => [
    act("main", "Save on this device", () => finish(true)),
    act("not", "Do not save", () => finish(false)),
  ];
  const pressed = () => {
    const { entry } = session.end(state, list, Date.now());
    return entry.seconds ? [say(`You pressed for ${time(entry.seconds)}.`)] : [];
  };

  const gate = (proceed) => [
    [
      ...(why ? [say(why)] : []),
      say("Do not go on if one of these fits you:"),
      ...section("do-not-press"),
    ],
    [
      act("main", "None of these fits me today", proceed),
      act("not", "One of these fits me", () => show(state, "unfit")),
    ],
  ];

  const asides = {
    // Time that was stopped goes on when the reader says so; a screen that waits has none to stop.
    again: () => [
      titleOf(list[0]),
      ...gate(() => show(here().seconds ? state : session.resume(state, Date.now()))),
    ],
    done: () => ["Enough for today", [say(why), say(logLink())], [closing()]],
    elsewhere: () => [
      "This session is open elsewhere",
      [say("It goes on in another tab.")],
      [closing()],
    ],
    late: () => ["Your last session ends here", [say("It was on another day."), ...pressed()], ending()],
    unfit: () => [
      "Do not press today",
      [
        say("Do what the line says that fits you."),
        ...section("do-not-press"),
        say(...copy(document.querySelectorAll(".cr-footer strong"))),
      ],
      [act("back", "Back", () => show(state, state.at ? "again" : "")), closing()],
    ],
    stop: () => [
      "Stop. Take the pressure off",
      stopRule(),
      [
        act("main", "End for today", () => show({ ...state, stopped: true })),
        act("not", "I pressed it by mistake", () => show(state)),
      ],
    ],
    ended: () =>
      unsaved
        ? [
            "Not saved",
            [say(unsaved), say(change(state))],
            [act("not", "Try again", () => finish(true)), closing()],
          ]
        : [
            "Done for today",
            [
              say(saved ? "Your session is saved, on this device alone." : "This session is not in your log."),
              ...(lost ? [say(lost)] : []),
              ...(state.stopped ? [say("Ask your practitioner before you press again.")] : []),
              say("Rate your knee once more tomorrow morning."),
              ...(saved ? [say(logLink())] : []),
            ],
            [closing()],
          ],
  };

  const rate = (field, parts) => [
    [...parts, rating(state[field], (number) => keepAnswer({ [field]: number }))],
    [
      stop(),
      act("next", "Next", () => (state[field] === null ? tell("Choose a number, or press Skip.") : go(1))),
      back(),
      act("skip", "Skip", () => go(1)),
    ],
  ];

  const steppers = {
    "check-before": () =>
      rate("before", testChoice(section("check-before"), state.test, (test) => keepAnswer({ test }))),
    "check-after": () => {
      const asked = section("check-before");
      const test = asked.find((part) => part.matches("ul"))?.children[state.test];
      const words = test && say(make("strong", {}, test.textContent));
      const figure = asked.filter((part) => part.matches("figure"))[state.test];
      return rate("after", [words, figure, ...section("check-after")].filter(Boolean));
    },
  };

  const kinds = {
    gate: () => gate(() => go(1)),
    "set-up": ({ side }) => [
      [
        ...(state.sides.length > 1 && side === state.sides[0] ? [swap()] : []),
        say(toolAdvice(state.plan)),
        ...section(state.plan.position),
        ...first("#never-press").map(({ textContent }) => make("h3", {}, textContent)),
        ...(side === "left" ? [say("The drawing shows a right leg: yours is its mirror image.")] : []),
        ...section("never-press"),
        ...shortRule(),
      ],
      [stop(), next(), back()],
    ],
    ready: ({ step }) => [[never(), ...drawn(step), ...shortRule()], timedActs()],
    // What takes the pressure off between rounds takes it off after the last one too.
    off: () => [section("repeat").slice(0, 1), [stop(), next(), back()]],
    step: ({ step, seconds, press }) => [
      press ? [...drawn(step), ...shortRule(), never()] : section(step.id),
      seconds ? timedActs() : [stop(), next(), back()],
    ],
    result: () => [
      [
        say(change(state)),
        ...(state.before !== null && state.after - state.before > 1
          ? stopRule()
          : section("what-a-change-means")),
        ...pressed(),
      ],
      [...ending(), back()],
    ],
  };

  const timedActs = () => [
    stop(),
    runs()
      ? act("main", "Pause", () => {
          show(pause(), "", false);
          cue(status.textContent);
        })
      : act("main", "Go on", run),
    back(),
    act("skip", "Skip", () => go(1)),
  ];

  function swap() {
    const other = state.sides[1];
    return button(`My ${other} calf first`, () => {
      const sides = [other, state.sides[0]];
      state = { ...state, sides };
      list = screensOf(state);
      show(state);
    });
  }

  /** What belongs to a step that presses, as it is done in the plan's position. The step's own drawing is of
   * the chair: for another position that of its set-up stands there. */
  function drawn({ id }) {
    const { position } = state.plan;
    const isChair = position === "chair";
    const isFigure = (part) => part.matches("figure");
    return section(id)
      .filter((part) => !part.matches(isChair ? ".cr-by-weight" : ".cr-by-hand"))
      .map((part) => (isFigure(part) && !isChair ? section(position).find(isFigure) : part));
  }

  /** Where in the rounds a screen stands. */
  function roundOf({ side, round, press, kind }) {
    if (!side || kind === "set-up") return "";
    const where = press || kind === "ready" ? `round ${round} of ${state.plan.rounds}` : `after round ${round - 1}`;
    return `Your ${side} calf, ${where}`;
  }

  // --- What happens -------------------------------------------------------------------------------------

  /** Say something to all, or, where they see it elsewhere, to those alone who hear the page. */
  function tell(sentence, unseen = false) {
    status.className = unseen ? "cr-session__heard" : "";
    status.textContent = sentence;
  }

  /** Note an answer; the screen shows it already. */
  function keepAnswer(answer) {
    state = { ...state, ...answer };
    tell("");
    save();
  }

  /** Go forth or back, as the reader asks. */
  function go(by) {
    show(session.go(state, list, by, Date.now()));
    speak();
  }

  const pause = () => session.pause(state, Date.now());

  function run() {
    show(session.resume(state, Date.now()), "", false);
    speak();
  }

  function finish(asked) {
    state = session.end(state, list, Date.now());
    lost = load().note;
    unsaved = asked ? add(state.entry) : "";
    saved = asked && !unsaved;
    show(state, "ended");
  }

  /** Give a tone, and say what to do. */
  function speak() {
    const { kind, seconds } = here();
    if (aside ? aside !== "stop" : kind === "gate" || kind === "result") return quiet();
    const words = [...content.querySelectorAll("p, h3, li, legend, label")]
      .filter((part) => !part.closest("figure, .cr-session__rating > label"))
      .map((part) => part.textContent);
    // While time runs there is room for one thing to do, or for none. Where it waits, all is read out.
    const room = aside || !seconds ? words.length : Number(seconds >= 15);
    cue([title.textContent, clock.textContent, ...words.slice(0, room)].filter(Boolean).join(". "));
  }

  /** Show the time left, and tell whether it has changed. */
  function showTime() {
    const seconds = Math.max(0, Math.ceil(left() / 1000));
    const told = timed() ? `${count(seconds, "second")} left` : "";
    if (clock.textContent === told) return false;
    clock.textContent = told;
    return true;
  }

  /**
   * Show where a session stands.
   *
   * @param {object} now - the state
   * @param {string} [instead] - what stands in place of its screen
   * @param {boolean} [asked] - whether the reader asked for a new screen: then the focus goes to its title
   */
  function show(now, instead = "", asked = true) {
    state = now;
    aside = instead;
    if (!state.entry && !mine()) aside = "elsewhere";
    else if (!state.entry && !state.stopped && isLate(state)) aside = "late";
    if (aside) state = pause();
    const held = document.activeElement?.name;
    const screen = here();
    const [heading, parts, buttons] = aside
      ? asides[aside]()
      : state.stopped
        ? ["Leave it for today", [...stopRule(), ...pressed()], ending()]
        : [titleOf(screen), ...(steppers[screen.step?.id] ?? kinds[screen.kind])(screen)];
    const place = [aside, state.stopped, state.at, state.sides].join();
    far.value = state.at;
    where.textContent = aside || state.stopped ? "" : roundOf(screen);
    sounds.hidden = Boolean(aside || state.stopped || screen.kind === "result");
    dialog.classList.toggle("cr-session--paused", !runs());
    dialog.classList.toggle("cr-session--press", Boolean(screen.side && screen.seconds && !aside));
    // The question at the start is read to its end before it is answered.
    dialog.classList.toggle("cr-session--read", aside === "again" || screen.kind === "gate");
    title.textContent = heading;
    // What is shown already stays, with what was ticked in it.
    if (place !== shown) {
      content.replaceChildren(...parts);
      dialog.scrollTop = 0;
    }
    shown = place;
    acts.replaceChildren(...buttons);
    // Without the pressure that nobody counts.
    const off = screen.side ? "Paused. Take the pressure off. Find the spot again before you go on." : "Paused.";
    tell(timed() && !runs() ? off : "");
    showTime();
    save();
    if (aside || state.stopped || !runs()) quiet();
    const same = acts.querySelector(`[name="${held}"]`);
    if (!asked && same) same.focus();
    else if (asked || !dialog.contains(document.activeElement)) title.focus();
  }

  /** What the clock brings: the next step when one has ended, else a second less. */
  function tick() {
    const caughtUp = session.catchUp(state, list, Date.now());
    // Hardly a second is lost when another tab goes on, or the browser is closed by force.
    if (caughtUp.at === state.at) return showTime() && save();
    const { side } = here();
    const full = side && caughtUp.pressed[side] >= session.MOST;
    show(caughtUp, "", false);
    if (full) tell("Five minutes on this calf: that is the limit for today.");
    else if (document.activeElement !== title) tell(`${title.textContent}, ${clock.textContent}`, true);
    speak();
  }

  async function stayAwake() {
    try {
      lock = await navigator.wakeLock.request("screen");
      if (!dialog.open) lock.release();
    } catch {
      // Not every device can, and some refuse when the battery is low: the time is right all the same.
    }
  }

  function comeBack() {
    if (document.hidden) return save();
    tick();
    check();
    stayAwake();
  }

  /** Look whether the session may still go on here: another tab may have one, or a new day may have come. */
  function check() {
    if (!state.entry && aside !== "elsewhere" && (isLate(state) || !mine())) show(state);
  }

  function leave() {
    save();
    clearInterval(timer);
    gone.abort();
    quiet();
    lock?.release();
    dialog.remove();
    still(false);
    closed();
  }

  /** The page behind does not scroll along. By a class: `html:has()` costs a new style with each change of a page. */
  const still = (is) => document.documentElement.classList.toggle("cr-still", is);
  document.querySelector("article").append(dialog);
  dialog.showModal();
  still(true);
  show(state, aside);
  const timer = setInterval(tick, 250);
  addEventListener("pagehide", save, gone);
  addEventListener("storage", check, gone);
  document.addEventListener("visibilitychange", comeBack, gone);
  stayAwake();
}
