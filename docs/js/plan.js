// The plan that a practitioner sets and a link carries: read, corrected, written, put in words.
// Pure: nothing here touches the page.

import { count, list } from "./words.js";

/** Each field with its values; a range of numbers is its least, its most and its step. */
export const FIELDS = {
  side: ["left", "right", "both"],
  position: ["chair", "seat", "floor"],
  tool: ["hands", "ball", "towel", "roller"],
  rounds: [1, 3, 1],
  seconds: [30, 120, 15],
  days: [1, 7, 1],
  weeks: [1, 6, 1],
};

/** The plan without a link. */
export const DEFAULTS = Object.freeze({
  side: "both",
  position: "chair",
  tool: "hands",
  rounds: 2,
  seconds: 90,
  days: 7,
  weeks: 2,
});

/** No more than five minutes a calf a day, whatever is asked. */
export const MOST_SECONDS = 300;

/** What a field is called in a sentence. */
const LABELS = {
  side: "side",
  position: "position",
  tool: "tool",
  rounds: "number of rounds",
  seconds: "length of a round",
  days: "days a week",
  weeks: "number of weeks",
};

const NAMES = Object.keys(FIELDS);
const isRange = (name) => typeof FIELDS[name][0] === "number";

/** A value as its field has it; undefined where the field cannot have it. */
function fitting(name, value) {
  if (!isRange(name)) return FIELDS[name].find((one) => one === value);
  const number = /^\d{1,3}$/.test(String(value).trim()) ? Number(value) : NaN;
  const [least, most, step] = FIELDS[name];
  return number >= least && number <= most && (number - least) % step === 0 ? number : undefined;
}

/**
 * Make a plan of whatever was asked.
 *
 * @param {object} asked - values by field; texts and numbers; missing ones are allowed
 * @returns {{plan: object, wrong: string[], changed: boolean}} a plan within the limits, the fields that
 *   could not be used and took their default, and whether its rounds were shortened to five minutes
 */
export function correct(asked) {
  const plan = {};
  const wrong = [];
  for (const name of NAMES) {
    const value = fitting(name, asked[name]);
    if (value === undefined) wrong.push(name);
    plan[name] = value ?? DEFAULTS[name];
  }
  const [least, , step] = FIELDS.seconds;
  const most = least + Math.floor((MOST_SECONDS / plan.rounds - least) / step) * step;
  const changed = plan.seconds > most;
  if (changed) plan.seconds = most;
  return { plan, wrong, changed };
}

/**
 * Read the part of an address after `#`.
 *
 * @param {string} fragment - anything, with or without the leading `#`
 * @returns {{plan: object, note: string, given: boolean}} a plan within the limits; one sentence for the
 *   reader, empty where all was understood, with words of ours only, never of the link; whether any
 *   part of the plan is the link's
 */
export function read(fragment) {
  // Messages add a full stop, a quote or a bracket to a link, write its & as in HTML, or encode it once more.
  const text = fragment
    .replace(/^#/, "")
    .replace(/%(25)*3D/gi, "=")
    .replace(/%(25)*26|&amp;/g, "&")
    .replace(/([\s.,;:!?()[\]<>"'*_”’»]|%E2%80%9[0-9a-f]|%C2%BB)+$/i, "")
    .toLowerCase();
  // Reads anything; what it cannot decode it keeps.
  const parts = new URLSearchParams(text);
  const names = [...parts.keys()];
  if (!names.length) return { plan: { ...DEFAULTS }, note: "", given: false };
  const { plan, wrong, changed } = correct(Object.fromEntries([...parts].reverse()));
  if (wrong.length === NAMES.length) {
    const note = "We could not read the plan in this link, so our usual plan stands here.";
    return { plan, note, given: false };
  }
  const extra = names.length > new Set(names).size || names.some((name) => !NAMES.includes(name));
  const said = [];
  if (wrong.length) {
    const unused = list(wrong.map((name) => `the ${LABELS[name]}`));
    said.push(`we could not find or use ${unused}, so our usual choice stands there`);
  }
  if (changed) said.push("we shortened the rounds to keep to five minutes a calf a day");
  if (extra) said.push("we left out some extra parts");
  return { plan, note: said.length ? `In this link ${said.join(", and ")}.` : "", given: true };
}

/**
 * Write a plan as the part of an address after `#`, without it.
 *
 * @param {object} plan - a plan
 * @returns {string} all seven fields, in their order
 */
export const write = (plan) => NAMES.map((name) => `${name}=${plan[name]}`).join("&");

const SIDES = { left: "Left calf", right: "Right calf", both: "Both calves" };
const PLACES = { chair: "on a chair", seat: "on a second chair", floor: "on the floor" };
const TOOLS = { hands: "your hands", ball: "a soft ball", towel: "a rolled towel", roller: "a roller" };

/**
 * Put a plan in phrases.
 *
 * @param {object} plan - a plan
 * @returns {{side: string, place: string, tool: string, rounds: string, days: string, weeks: string}} such as
 *   "Left calf", "on a chair", "your hands", "2 rounds of 90 seconds", "every day", "2 weeks"
 */
export const phrases = ({ side, position, tool, rounds, seconds, days, weeks }) => ({
  side: SIDES[side],
  place: PLACES[position],
  tool: TOOLS[tool],
  rounds: `${count(rounds, "round")} of ${seconds} seconds`,
  days: days === 7 ? "every day" : `${count(days, "day")} a week`,
  weeks: count(weeks, "week"),
});

/**
 * Put a plan in plain words.
 *
 * @param {object} plan - a plan
 * @returns {[string, string]} a sentence about where and with what, and one about how long and how often
 */
export function sentences(plan) {
  const { side, place, tool, rounds, days, weeks } = phrases(plan);
  const each = plan.side === "both" ? " for each calf" : "";
  return [`${side}, ${place}, with ${tool}.`, `${rounds}${each}, ${days} for ${weeks}.`];
}

/** Both sentences in one text. */
export const words = (plan) => sentences(plan).join(" ");

// What the set-up of each position on the page is for.
const USED = { chair: "hands", seat: "a roller, a ball or a towel", floor: "a roller" };

/** Say that the set-up of a plan's position is for other tools, and what to do; empty where it is for its own. */
export const mismatch = ({ position, tool }, so = "Ask your practitioner how to use yours.") =>
  USED[position].includes(tool) ? "" : `Our steps for this position use ${USED[position]}. ${so}`;

/**
 * Divide the time of a round among its steps.
 *
 * @param {number[]} times - the seconds of each step in the usual round, above 0
 * @param {number} seconds - the length of the plan's round
 * @returns {number[]} whole seconds for each step, in the same proportion; their sum is the round's
 */
export function shares(times, seconds) {
  const whole = times.reduce((sum, time) => sum + time, 0);
  let usual = 0;
  let given = 0;
  return times.map((time) => {
    // Rounding the running total, not each part, keeps the sum.
    usual += time;
    const until = Math.round((usual * seconds) / whole);
    const share = until - given;
    given = until;
    return share;
  });
}
