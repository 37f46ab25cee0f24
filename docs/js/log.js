// The log of sessions, stored only on the reader's device. Pure apart from the storage passed in.

/** The log's name in the storage. */
export const KEY = "calf-release-log";

/** Why the storage cannot be used. */
export const BARRED = "because this browser does not let the site use its storage.";
const NOT_SAVED = "This session was not saved,";

/** The sentence shown where there can be no log. */
export const FORBIDDEN = `There is no log, ${BARRED}`;

const own = () => localStorage;
const within = (value, most) => Number.isInteger(value) && value >= 0 && value <= most;
const isRating = (value) => value === null || within(value, 10);
// A browser may read 30 February as a day in March.
const isDay = (date) =>
  typeof date === "string" && /^20\d\d-\d\d-\d\d$/.test(date) && new Date(date).toJSON()?.startsWith(date);

/** Return a list of the entry, with its known fields only; an empty list if it is invalid. */
function sound(entry) {
  // Version 1 had no `stopped`.
  const { date, side, before = null, after = null, seconds, stopped = false } = entry ?? {};
  const makesSense =
    isDay(date) &&
    ["left", "right", "both"].includes(side) &&
    isRating(before) &&
    isRating(after) &&
    within(seconds, 600) &&
    typeof stopped === "boolean";
  return makesSense ? [{ date, side, before, after, seconds, stopped }] : [];
}

/** Return what is stored as a list; if it cannot be parsed, as one invalid entry. */
function list(text) {
  try {
    const stored = JSON.parse(text);
    // Version 1 was the bare list.
    return [stored, stored?.entries].find(Array.isArray) ?? [null];
  } catch {
    return [null];
  }
}

/** Read the log; throws only where the storage does. */
function read(storage) {
  const all = list(storage().getItem(KEY) ?? "[]");
  const entries = all.flatMap(sound).sort((one, other) => one.date.localeCompare(other.date));
  const lost = entries.length < all.length;
  const what = entries.length ? "Part of the log" : "The log";
  return { entries, note: lost ? `${what} could not be read. New sessions can be saved.` : "" };
}

/**
 * Read the log. Never throws.
 *
 * @param {() => Storage} [storage] - gives the storage; may throw
 * @returns {{entries: object[], note: string}} the entries that make sense, in order of date, and one
 *   sentence for the reader, empty where all was read. An entry: `date` (local day, 2026-11-22), `side`
 *   (left, right or both), `before` and `after` (0 to 10 or null), `seconds` (time pressed, both calves
 *   together, 0 to 600), `stopped` (ended early because it hurt)
 */
export function load(storage = own) {
  try {
    return read(storage);
  } catch {
    return { entries: [], note: FORBIDDEN };
  }
}

/**
 * Append a session to the entries that can be read. Never throws; if it fails, what was stored stays.
 *
 * @param {object} entry - a session, with the fields of an entry
 * @param {() => Storage} [storage] - gives the storage; may throw
 * @returns {string} empty when saved, else one sentence for the reader
 */
export function add(entry, storage = own) {
  const [saved] = sound(entry);
  if (!saved) return `${NOT_SAVED} because its numbers make no sense.`;
  try {
    const entries = [...read(storage).entries, saved];
    storage().setItem(KEY, JSON.stringify({ version: 2, entries }));
    return "";
  } catch (error) {
    return `${NOT_SAVED} ${/quota/i.test(error.name) ? "because the browser's storage is full." : BARRED}`;
  }
}
