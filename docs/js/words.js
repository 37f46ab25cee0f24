// Numbers in words, for all scripts.

/** A number and its unit: "1 week", "2 weeks". */
export const count = (number, unit) => `${number} ${unit}${number === 1 ? "" : "s"}`;

/** Whole seconds as minutes and seconds: "1 minute 30 seconds"; "no time" for none. */
export const time = (seconds) =>
  [[Math.floor(seconds / 60), "minute"], [seconds % 60, "second"]]
    .filter(([number]) => number)
    .map(([number, unit]) => count(number, unit))
    .join(" ") || "no time";
