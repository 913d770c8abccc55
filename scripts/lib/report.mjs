/** Lines that scripts print. */

/** Seconds with one decimal, right-aligned. @param {number} ms */
export function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`.padStart(8);
}

/** Text moved to the right, so that a failing step's output stands out. @param {string} text */
export function indented(text) {
  return text.trimEnd().split("\n").map((line) => `    ${line}`).join("\n");
}
