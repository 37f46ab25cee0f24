// The plan that a practitioner sets and a link carries: read, corrected, written, told in words.
// Pure: nothing here touches the page.

import { count } from "./words.js";

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
  side: "the side",
  position: "the position",
  tool: "the tool",
  rounds: "the number of rounds",
  seconds: "the length of a round",
  days: "the days a week",
  weeks: "the number of weeks",
};

const NAMES = Object.keys(FIELDS);
const isRange = (name) => typeof FIELDS[name][0] === "number";
const list = (words) => words.join(", ").replace(/, ([^,]*)$/, " and $1");

/**
 * Bring a number into a range and onto its steps.
 *
 * @param {string} name - a field with a range
 * @param {number} value - any finite number
 * @returns {number} the nearest allowed one
 */
function near(name, value) {
  const [least, most, step] = FIELDS[name];
  const kept = Math.min(most, Math.max(least, value));
  return least + Math.round((kept - least) / step) * step;
}

/**
 * Make a plan of whatever was asked.
 *
 * @param {object} asked - values by field; texts and numbers; missing ones are allowed
 * @returns {{plan: object, wrong: string[], changed: string[]}} a plan within the limits, the fields
 *   that could not be read and took their default, and those that were brought into their limits
 */
export function correct(asked) {
  const plan = {};
  const wrong = [];
  const changed = [];
  for (const name of NAMES) {
    const value = asked[name];
    if (isRange(name)) {
      const number = /^-?\d{1,6}(\.\d{1,6})?$/.test(String(value).trim()) ? Number(value) : NaN;
      plan[name] = Number.isNaN(number) ? DEFAULTS[name] : near(name, number);
      if (Number.isNaN(number)) wrong.push(name);
      else if (plan[name] !== number) changed.push(name);
    } else {
      plan[name] = FIELDS[name].includes(value) ? value : DEFAULTS[name];
      if (plan[name] !== value) wrong.push(name);
    }
  }
  const [least, , step] = FIELDS.seconds;
  const most = least + Math.floor((MOST_SECONDS / plan.rounds - least) / step) * step;
  if (plan.seconds > most) {
    plan.seconds = most;
    if (!changed.includes("seconds")) changed.push("seconds");
  }
  return { plan, wrong, changed };
}

/**
 * Read the part of an address after `#`.
 *
 * @param {string} fragment - anything, with or without the leading `#`
 * @returns {{plan: object, note: string}} a plan within the limits, and one sentence for the reader,
 *   empty where all was understood. The sentence holds words of ours only, never of the link.
 */
export function read(fragment) {
  // URLSearchParams reads anything; what it cannot decode it keeps. Messages add a full stop or a
  // bracket to a link, or write its & as in HTML.
  const text = fragment.replace(/^#/, "").replace(/&amp;/g, "&").replace(/[\s.,;:!?()[\]<>"'*_]+$/, "");
  const parts = new URLSearchParams(text);
  const given = [...parts.keys()];
  if (!given.length) return { plan: { ...DEFAULTS }, note: "" };
  const { plan, wrong, changed } = correct(Object.fromEntries([...parts].reverse()));
  const extra = given.length > new Set(given).size || given.some((name) => !NAMES.includes(name));
  const unread = wrong.length < NAMES.length ? wrong.map((name) => LABELS[name]) : ["the plan"];
  const said = [];
  if (unread.length) said.push(`we could not read ${list(unread)}, so our usual plan stands there`);
  if (extra && wrong.length < NAMES.length) said.push("we left out some extra parts");
  if (changed.length) said.push(`we changed ${list(changed.map((name) => LABELS[name]))} to keep within our limits`);
  return { plan, note: said.length ? `In this link ${said.join(", and ")}.` : "" };
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
 * Tell a plan in plain words.
 *
 * @param {object} plan - a plan
 * @returns {string} two sentences
 */
export function words(plan) {
  const each = plan.side === "both" ? " for each calf" : "";
  const days = plan.days === 7 ? "every day" : `${count(plan.days, "day")} a week`;
  return (
    `${SIDES[plan.side]}, ${PLACES[plan.position]}, with ${TOOLS[plan.tool]}. ` +
    `${count(plan.rounds, "round")} of ${plan.seconds} seconds${each}, ${days} for ${count(plan.weeks, "week")}.`
  );
}

/**
 * Share the time of a round out to its steps.
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
