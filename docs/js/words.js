// Numbers in words. Pure: nothing here touches the page.

/** A number and its unit: "1 week", "2 weeks". */
export const count = (number, unit) => `${number} ${unit}${number === 1 ? "" : "s"}`;

/** Whole seconds as minutes and seconds: "1 minute 30 seconds"; "no time" for none. */
export const time = (seconds) =>
  [[Math.floor(seconds / 60), "minute"], [seconds % 60, "second"]]
    .filter(([number]) => number)
    .map(([number, unit]) => count(number, unit))
    .join(" ") || "no time";

/** A list as a sentence has it: "a", "a and b", "a, b and c". */
export const list = (words) => words.join(", ").replace(/, ([^,]*)$/, " and $1");
