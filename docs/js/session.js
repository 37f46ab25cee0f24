// A guided session: the order of its screens, and how its time is counted. Pure: no page, no timer.
// Times are in milliseconds, and an instant is what Date.now() returns: so a page that was asleep, in the background
// or reloaded knows how much time has passed.

import { correct, FIELDS, MOST_SECONDS, shares } from "./plan.js";

/** Seconds to find the spot before each round. */
const READY = 10;

/** The longest time that a calf is pressed on one day. */
export const MOST = MOST_SECONDS * 1000;

/** The reader's own day: "2026-11-22". It ends at four, so that midnight allows no second session. */
export const dayOf = (date) =>
  new Date(date - (date.getTimezoneOffset() + 4 * 60) * 60_000).toISOString().slice(0, 10);

/**
 * Put the steps of the page in the order of a session.
 *
 * @param {{id: string, title: string, seconds: number, round: boolean}[]} steps - in the order of
 *   the page; one whose seconds are not above 0 waits
 * @param {object} plan - a plan
 * @param {string[]} sides - "left", "right" or both, in their order
 * @returns {object[]} screens: `kind` is gate, step, set-up, ready (before each round), off (after the
 *   last of a calf) or result; a step has `step` and, when it is timed, `seconds`; those of a calf
 *   have `side` and `round`, and those that press it `press`. The step called `repeat` comes between
 *   rounds.
 */
export function screens(steps, plan, sides) {
  const rest = steps.find(({ id }) => id === "repeat");
  const inRound = steps.filter(({ round }) => round);
  const others = steps.filter((step) => !step.round && step !== rest);
  const first = steps.findIndex(({ round }) => round);
  const before = others.filter((step) => steps.indexOf(step) < first);
  const time = ({ seconds }) => (seconds > 0 ? seconds : 0);
  const times = shares(inRound.map(time), plan.seconds);
  const plain = (step) => ({ kind: "step", step, seconds: time(step) });
  const list = [{ kind: "gate" }, ...before.map(plain)];
  for (const side of sides) {
    list.push({ kind: "set-up", side, round: 1 });
    for (let round = 1; round <= plan.rounds; round++) {
      if (round > 1 && rest) list.push({ ...plain(rest), side, round });
      if (inRound[0]) list.push({ kind: "ready", step: inRound[0], seconds: READY, side, round });
      inRound.forEach((step, i) => {
        list.push({ kind: "step", step, seconds: times[i], side, round, press: true });
      });
    }
    list.push({ kind: "off", side, round: plan.rounds + 1 });
  }
  return [...list, ...others.filter((step) => !before.includes(step)).map(plain), { kind: "result" }];
}

/**
 * Begin a session.
 *
 * @param {object} plan - a plan
 * @param {string[]} sides - the calves to press, in their order
 * @param {string} day - the day, as `dayOf` gives it
 * @param {{pressed?: object, from?: object, entries?: object[]}} [earlier] - what was done before on that
 *   day: milliseconds pressed by calf, how much of that is in entries already, and those entries
 * @returns {object} the session's state. `pressed` counts all of the day; `since` is the instant from
 *   which time runs, null in a pause; `spent` is the time spent on the screen before it
 */
export const begin = (plan, sides, day, earlier = {}) => ({
  plan,
  sides,
  day,
  pressed: earlier.pressed ?? { left: 0, right: 0 },
  from: earlier.from ?? { left: 0, right: 0 },
  entries: earlier.entries ?? [],
  at: 0,
  since: null,
  spent: 0,
  test: 0,
  before: null,
  after: null,
  stopped: false,
});

/** How long a screen lasts: Infinity waits. Pressing ends at five minutes a calf. */
const length = ({ seconds, side, press }, { pressed }) =>
  Math.min(seconds ? seconds * 1000 : Infinity, press ? Math.max(0, MOST - pressed[side]) : Infinity);

/** The time spent on the present screen. A clock that was put back takes nothing away. */
const spent = ({ spent: earlier, since }, now) => earlier + (since === null ? 0 : Math.max(0, now - since));

/** The time left on the present screen; Infinity where it waits. */
export const left = (state, list, now) => length(list[state.at], state) - spent(state, now);

/** Whether a screen has lost its purpose, as its calf was pressed for five minutes. */
const over = ({ kind, side }, { pressed }) => side && kind !== "off" && pressed[side] >= MOST;

/** Count what was pressed up to now, so that no way out of a screen loses it. */
export function counted(state, list, now) {
  const screen = list[state.at];
  if (!screen.press) return state;
  const more = Math.min(spent(state, now), length(screen, state));
  return { ...state, pressed: { ...state.pressed, [screen.side]: state.pressed[screen.side] + more } };
}

/**
 * Go to another screen.
 *
 * @param {object} state - the session's state
 * @param {object[]} list - its screens
 * @param {1|-1} by - one screen on or back; screens of a calf that has had its five minutes are passed over
 * @param {number} now - the instant
 * @returns {object} its state then; a pause goes on
 */
export function go(state, list, by, now) {
  const next = counted(state, list, now);
  let at = next.at;
  do at += by;
  while (list[at] && over(list[at], next));
  if (!list[at]) return state;
  const paused = state.since === null && Number.isFinite(length(list[state.at], state));
  return { ...next, at, spent: 0, since: paused ? null : now };
}

/** Stop the clock; the time spent is kept. */
export const pause = (state, now) => ({ ...state, spent: spent(state, now), since: null });

/** Start the clock again. */
export const resume = (state, now) => ({ ...state, since: now });

/** Bring a session up to date: each step whose time is over gives way to the next. */
export function catchUp(state, list, now) {
  // The clock was put back: go on from there.
  let next = state.since > now ? { ...state, since: now } : state;
  for (let rest; next.since !== null && (rest = left(next, list, now)) <= 0; ) {
    next = go(next, list, 1, now + rest);
  }
  return next;
}

/**
 * End a session, and make its log entry.
 *
 * @param {object} state - the session's state
 * @param {object[]} list - its screens
 * @param {number} now - the instant
 * @returns {object} the state with `entry`, which is also in `entries`, without its ratings
 */
export function end(state, list, now) {
  const { plan, sides, day, before, after, stopped, pressed, from, entries } = counted(state, list, now);
  const used = sides.filter((side) => pressed[side] > from[side]);
  const side = used.length > 1 ? "both" : (used[0] ?? plan.side);
  const seconds = Math.round(used.reduce((sum, one) => sum + pressed[one] - from[one], 0) / 1000);
  const done = { date: day, side, seconds, stopped };
  const entry = { ...done, before, after };
  return { ...pause(state, now), pressed, from: pressed, spent: 0, entry, entries: [...entries, done] };
}

/** The seconds that a session pressed, both calves together. */
export const secondsPressed = (state, list, now) => end(state, list, now).entry.seconds;

/** Whether something is left to press. */
export const pressesOn = ({ at }, list) => list.slice(at).some(({ press }) => press);

/**
 * Return what was done today.
 *
 * @param {object|null} state - the last session
 * @param {object[]} screens - its screens; not read without a session
 * @param {string} day - today, as `dayOf` gives it
 * @param {number} now - the instant
 * @returns {object} the session with all that it pressed today, or only `hurt`: whether an earlier day's was
 *   stopped. One whose rounds are over counts, saved or not.
 */
export function earlier(state, screens, day, now) {
  if (state?.day !== day) return { hurt: state?.stopped };
  if (state.entry) return state;
  return (state.stopped || !pressesOn(state, screens) ? end : counted)(state, screens, now);
}

/**
 * Return which calves may be pressed today.
 *
 * @param {string} side - the plan's: left, right or both
 * @param {object} done - what `earlier` returned
 * @param {object[]} log - the log's entries, in order of date
 * @param {string} day - today
 * @returns {{sides: string[], why: string|undefined|false}} the calves, and for the reader what keeps the
 *   others from it
 */
export function allowed(side, { pressed = {}, entries = [], hurt }, log, day) {
  const today = [entries, log].map((list) => list.filter(({ date }) => date === day));
  if (today.flat().some(({ stopped }) => stopped)) {
    return { sides: [], why: "You stopped today because it hurt. Leave it for today." };
  }
  // A calf that was hardly pressed has not had its turn.
  const isDone = (one) =>
    pressed[one] >= MOST ||
    today.some((list) => {
      const seconds = list.map((entry) => ([one, "both"].includes(entry.side) ? entry.seconds : 0));
      return seconds.reduce((sum, more) => sum + more, 0) >= FIELDS.seconds[0];
    });
  const asked = side === "both" ? ["left", "right"] : [side];
  const names = asked.filter(isDone).join(" and ");
  const why = names
    ? `You did your ${names} calf today. The limit is once a day.`
    : (hurt || log.at(-1)?.stopped) &&
      "You stopped last time: ask a doctor or physiotherapist before you press again.";
  return { sides: asked.filter((one) => !isDone(one)), why };
}

/** Serialize a session, to go on after a reload. Of one that has ended, only what the limits need. */
export const write = (state, list, now) =>
  JSON.stringify({
    ...pause(state, now),
    ...(state.entry && { entry: true, before: null, after: null }),
    screens: list.length,
  });

/**
 * Parse a stored session.
 *
 * @param {string|null} text - anything
 * @returns {object|null} the session, paused; null if it is missing or invalid
 */
export function read(text) {
  try {
    const state = JSON.parse(text);
    const { plan, wrong, changed } = correct(state.plan);
    const { sides, pressed, from, before, after, at, test } = state;
    const upTo = (most, ...numbers) =>
      numbers.every((number) => Number.isFinite(number) && number >= 0 && number <= most);
    const fits =
      /^\d{4}-\d\d-\d\d$/.test(state.day) &&
      !wrong.length &&
      !changed &&
      /^(left|right|left,right|right,left)$/.test(sides.join()) &&
      upTo(MOST, pressed.left, pressed.right) &&
      upTo(pressed.left, from.left) &&
      upTo(pressed.right, from.right) &&
      upTo(10, before ?? 0, after ?? 0) &&
      upTo(Infinity, state.spent) &&
      upTo(state.screens - 1, at, test) &&
      Number.isInteger(at) &&
      state.entries.every(Boolean);
    return fits ? { ...state, plan, since: null } : null;
  } catch {
    return null;
  }
}
