// Downloads.

import { make } from "./dom.js";

/** Download a blob: or data: URL under a file name. */
export const hand = (address, name) => make("a", { href: address, download: name }).click();

/** Download a Blob under a file name. */
export function download(blob, name) {
  const address = URL.createObjectURL(blob);
  hand(address, name);
  // Some browsers read the blob only after the click.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/**
 * Write log entries as CSV.
 *
 * @param {object[]} entries - valid entries: none of their values needs quotes
 * @returns {string} a header line, and a line for each entry
 */
export const csv = (entries) =>
  [
    "Date,Side,Before (0-10),After (0-10),Seconds pressed,Stopped early",
    ...entries.map(({ date, side, before, after, seconds, stopped }) =>
      [date, side, before, after, seconds, stopped ? "yes" : "no"].join(),
    ),
    "",
  ].join("\r\n");
