// Files for the reader to keep.

import { make } from "./dom.js";

/** Hand what lies at an address of the browser's own to the reader, as a file of a given name. */
export const hand = (address, name) => make("a", { href: address, download: name }).click();

/** Hand a file to the reader: its content as a Blob, and its name. */
export function download(blob, name) {
  const address = URL.createObjectURL(blob);
  hand(address, name);
  // Some browsers read the file only after the click.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/**
 * Write entries as a table for spreadsheet programs.
 *
 * @param {object[]} entries - entries that make sense: none of their values needs quotes
 * @returns {string} comma-separated values, a line each, below a line of headings
 */
export const csv = (entries) =>
  [
    "Date,Side,Before (0-10),After (0-10),Seconds pressed,Stopped early",
    ...entries.map(({ date, side, before, after, seconds, stopped }) =>
      [date, side, before, after, seconds, stopped ? "yes" : "no"].join(),
    ),
    "",
  ].join("\r\n");
