// The running session on this device: one for all tabs, as the limits of the day hold in each of them.

import { attempt } from "./dom.js";
import { dayOf, read, screens, secondsPressed, write } from "./session.js";
import { steps } from "./steps.js";

const KEY = "calf-release-session";
const tab = Math.random(); // no two tabs write the same

// What this page wrote last. If the device stores nothing, it is used instead: a reload then loses the session.
let written = null;
let works = true;

/** Today, as `dayOf` gives it. */
export const today = () => dayOf(new Date());

/** The screens of a session, from the steps of the page. */
export const screensOf = ({ plan, sides }) => screens(steps(), plan, sides);

const stored = () => (works ? attempt(() => localStorage.getItem(KEY)) : written);

function keep(text) {
  written = text;
  works = attempt(() => {
    if (text) localStorage.setItem(KEY, text);
    else localStorage.removeItem(KEY);
    return true;
  });
}

/** Store a session, with its screens. */
export const save = (state, list) => keep(write({ ...state, tab }, list, Date.now()));

/** Take over: from here on another tab's session gives way to this one's. */
export const claim = () => {
  written = stored();
};

/** Whether no other tab has stored a session since. */
export const isMine = () => [written, null].includes(stored());

/** The last session, if its steps are still those of the page; else null, and nothing stays stored. */
export function last() {
  const state = read(stored());
  if (state) {
    const list = screensOf(state);
    // One of an earlier day has served, unless it can still be saved.
    const isSpent = () => state.day !== today() && (state.entry || !secondsPressed(state, list, Date.now()));
    if (list.length === state.screens && !isSpent()) return state;
  }
  if (stored()) keep(null);
  return null;
}

/** The session that a reload or a closed dialog left in the middle; null when there is none. */
export function unfinished() {
  const state = last();
  return state && !state.entry && state.at > 0 ? state : null;
}
