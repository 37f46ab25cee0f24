// The guided session: a dialog that shows one screen at a time (screens.js), its clock, and its place in the
// storage (store.js). What comes when is in session.js.

import { cues } from "./cues.js";
import { button, make } from "./dom.js";
import { add, load } from "./log.js";
import { build } from "./screens.js";
import * as session from "./session.js";
import * as store from "./store.js";
import { count } from "./words.js";

/** The session that a reload or a closed dialog left unfinished; null if there is none. */
export const unfinished = store.unfinished;

// --- The dialog -------------------------------------------------------------------------------------------

const close = () => dialog.close();
const progress = make("progress", { "aria-label": "How far you are" });
const place = make("p");
const clock = make("p", { id: "session-clock", class: "cr-session__clock", role: "timer" });
const status = make("p", { role: "status" });
const title = make("h2", { id: "session-title", tabindex: -1, "aria-describedby": clock.id });
const content = make("div", { class: "cr-session__content" });
const sounds = make("div", { class: "cr-choices" });
const acts = make("div", { class: "cr-session__acts" });
const dialog = make(
  "dialog",
  { class: "cr-session", "aria-labelledby": title.id, close: leave },
  make("div", { class: "cr-session__head" }, progress, clock, act("close", "Close", close), place, status),
  make("div", { class: "cr-session__body" }, title, content, sounds),
  acts,
);

// --- The session in it ------------------------------------------------------------------------------------

let state;
let list; // its screens
let aside; // what replaces the current screen, by its name in screens.js
let why; // what keeps a calf from being pressed
let note; // how saving went
let isSaved;
let shown; // which screen is shown
let cue;
let quiet;
let timer;
let listening; // removes the listeners
let lock;
let closed;

const actions = { show, go, goAnswered, answer, swap, run, pause, stop, finish, close };
const here = () => list[state.at];
const runs = () => state.since !== null;
const timed = () => !aside && !state.stopped && here().seconds > 0;
const isLate = () => state.day !== store.today();

/** A button of a screen. By its name the focus stays on it when the screen changes. */
function act(name, words, press) {
  const main = ["main", "next"].includes(name) ? " cr-button--main" : "";
  return button(words, press, { name, class: `cr-button cr-session__${name}${main}` });
}

/** Where in the rounds a screen is. */
function roundOf({ side, round, press, kind }) {
  if (!side || kind === "set-up") return "";
  const where = press || kind === "ready" ? `round ${round} of ${state.plan.rounds}` : `after round ${round - 1}`;
  return `Your ${side} calf, ${where}`;
}

/** Say something to all, or, where they see it elsewhere, only to those who hear the page. */
function tell(sentence, unseen = false) {
  status.className = unseen ? "cr-session__heard" : "";
  status.textContent = sentence;
}

/** Sound a tone, and say what to do. */
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

/**
 * Show a session's current screen.
 *
 * @param {object} now - the state
 * @param {string} [instead] - what replaces its screen, by its name in screens.js
 * @param {boolean} [asked] - whether the reader asked for a new screen: then the focus goes to its title
 */
function show(now, instead = "", asked = true) {
  state = now;
  aside = instead;
  if (!state.entry && !store.isMine()) aside = "elsewhere";
  else if (!state.entry && !state.stopped && isLate()) aside = "late";
  if (aside) state = session.pause(state, Date.now());
  const held = document.activeElement?.name;
  paint(build({ state, list, screen: here(), aside, why, note, isSaved }, actions));
  keep();
  if (aside || state.stopped || !runs()) quiet();
  const same = acts.querySelector(`[name="${held}"]`);
  if (!asked && same) same.focus();
  else if (asked || !dialog.contains(document.activeElement)) title.focus();
}

/** Put a screen into the dialog. */
function paint([heading, parts, buttons]) {
  const screen = here();
  const isOff = aside || state.stopped;
  progress.value = state.at;
  place.textContent = isOff ? "" : roundOf(screen);
  sounds.hidden = Boolean(isOff || screen.kind === "result");
  dialog.classList.toggle("cr-session--paused", !runs());
  dialog.classList.toggle("cr-session--press", Boolean(screen.side && screen.seconds && !aside));
  // The question at the start is read to its end before it is answered.
  dialog.classList.toggle("cr-session--read", aside === "again" || screen.kind === "gate");
  title.textContent = heading;
  // What is shown already stays, with what was ticked in it.
  const now = [aside, state.stopped, state.at, state.sides].join();
  if (now !== shown) {
    const found = parts.flat().filter(Boolean);
    content.replaceChildren(...found.map((part) => (typeof part === "string" ? make("p", {}, part) : part)));
    dialog.scrollTop = 0;
  }
  shown = now;
  acts.replaceChildren(...buttons.map((one) => act(...one)));
  // Pressing while the clock is stopped would not be counted.
  const off = screen.side ? "Paused. Take the pressure off. Find the spot again before you go on." : "Paused.";
  tell(timed() && !runs() ? off : "");
  showTime();
}

// --- What the buttons do ----------------------------------------------------------------------------------

/** Go forward or back; with a knee that hurts too much only back. */
function go(by) {
  if (by > 0 && here().step?.id === "check-before" && state.before > 7) show(state, "high");
  else show(session.go(state, list, by, Date.now()));
  speak();
}

/** Go forward from a question, once it is answered. */
function goAnswered(field) {
  if (state[field] === null) tell("Choose a number, or press Skip.");
  else go(1);
}

/** Note an answer; the screen shows it already. */
function answer(given) {
  state = { ...state, ...given };
  tell("");
  keep();
}

/** Begin with the other calf. */
function swap() {
  state = { ...state, sides: [...state.sides].reverse() };
  list = store.screensOf(state);
  show(state);
}

function run() {
  show(session.resume(state, Date.now()), "", false);
  speak();
}

function pause() {
  show(session.pause(state, Date.now()), "", false);
  cue(status.textContent);
}

function stop() {
  show(state, "stop");
  speak();
}

/** End the session, and save it in the log if the reader wants that. */
function finish(wanted) {
  // A second try saves the same entry.
  if (!state.entry) state = session.end(state, list, Date.now());
  const lost = load().note;
  const unsaved = wanted && add(state.entry);
  isSaved = wanted && !unsaved;
  note = unsaved || lost;
  show(state, unsaved ? "unsaved" : "ended");
}

// --- Clock and storage ------------------------------------------------------------------------------------

/** Show the time left; return whether it has changed. */
function showTime() {
  const seconds = Math.max(0, Math.ceil(session.left(state, list, Date.now()) / 1000));
  const left = timed() ? `${count(seconds, "second")} left` : "";
  if (clock.textContent === left) return false;
  clock.textContent = left;
  return true;
}

/** Bring the session to the present: the next step when one has ended, else a second less. */
function tick() {
  const { side } = here();
  const caughtUp = session.catchUp(state, list, Date.now());
  // Hardly a second is lost when another tab goes on, or the browser is closed by force.
  if (caughtUp.at === state.at) return showTime() && keep();
  show(caughtUp, "", false);
  if (side && caughtUp.pressed[side] >= session.MOST) {
    tell("Five minutes on this calf: that is the limit for today.");
  } else if (document.activeElement !== title) tell(`${title.textContent}, ${clock.textContent}`, true);
  speak();
}

/** Store the session, but never over that of another tab. Who stops and then leaves has stopped. */
function keep() {
  if (!state.sides.length || !store.isMine()) return;
  store.save({ ...state, stopped: state.stopped || aside === "stop" }, list);
}

/** Look whether the session may still go on here: another tab may have one, or a new day may have come. */
function check() {
  if (!state.entry && aside !== "elsewhere" && (isLate() || !store.isMine())) show(state);
}

function comeBack() {
  if (document.hidden) return keep();
  tick();
  check();
  stayAwake();
}

async function stayAwake() {
  try {
    lock = await navigator.wakeLock.request("screen");
    if (!dialog.open) lock.release();
  } catch {
    // Not every device can, and some refuse when the battery is low: the time is right all the same.
  }
}

/** The page behind does not scroll. By a class: `html:has()` would restyle it all at each change. */
const holdPage = (is) => document.documentElement.classList.toggle("cr-still", is);

function leave() {
  if (dialog.open) return; // opened again before the event came
  keep();
  clearInterval(timer);
  listening.abort();
  quiet();
  lock?.release();
  dialog.remove();
  holdPage(false);
  closed();
}

/** Begin a session of a plan, as far as today allows it. */
function begin(plan) {
  const found = store.last();
  const day = store.today();
  const done = session.earlier(found, found && store.screensOf(found), day, Date.now());
  const { sides, why: reason } = session.allowed(plan.side, done, load().entries, day);
  why = reason;
  state = session.begin(plan, sides, day, done);
}

/**
 * Open the dialog.
 *
 * @param {object} plan - a plan
 * @param {object|null} going - the session to go on with; null begins a new one
 * @param {() => void} whenClosed - called when the dialog is closed
 */
export function open(plan, going, whenClosed) {
  if (dialog.isConnected) leave();
  store.claim();
  closed = whenClosed;
  why = shown = "";
  state = going;
  if (!going) begin(plan);
  list = store.screensOf(state);
  aside = state.sides.length ? "" : "done";
  if (going && !going.stopped && session.pressesOn(going, list)) aside = "again";
  progress.max = list.length - 1;
  const made = cues(tell);
  ({ cue, quiet } = made);
  sounds.replaceChildren(...made.switches);
  document.querySelector("article").append(dialog);
  dialog.showModal();
  holdPage(true);
  show(state, aside);
  timer = setInterval(tick, 250);
  listening = new AbortController();
  addEventListener("pagehide", keep, listening);
  addEventListener("storage", check, listening);
  document.addEventListener("visibilitychange", comeBack, listening);
  stayAwake();
}
