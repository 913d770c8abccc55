/** Texts of others on a console: they can neither forge a line nor drive the terminal. @module */

// deno-lint-ignore no-control-regex
const COLORS = /\x1b\[[0-9;]*m/g;
/** Hides what follows. */
const HIDE = "\x1b[8m";
/** Control characters but the tab and the line feed, line separators, and what turns the direction of a text. */
const CONTROLS =
  // deno-lint-ignore no-control-regex
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Writes control characters as `\x1b`. A line feed stays; with `colors`, so do colors, which end with the text. */
export function plainText(text: string, colors: boolean): string {
  CONTROLS.lastIndex = 0;
  if (!CONTROLS.test(text)) return text;
  let shown = "";
  let from = 0;
  const unix = text.replace(/\r\n/g, "\n");
  for (const { 0: sequence, index } of unix.matchAll(COLORS)) {
    shown += unix.slice(from, index).replace(CONTROLS, escaped) +
      (colors && sequence !== HIDE ? sequence : "");
    from = index + sequence.length;
  }
  shown += unix.slice(from).replace(CONTROLS, escaped);
  return colors && from > 0 ? `${shown}\x1b[0m` : shown;
}

/** Writes all control characters like that, line feeds too. */
export function plainWord(text: string): string {
  return plainText(text, false).replaceAll("\n", "\\x0a");
}

/** Writes the control characters that JSON leaves as they are by their number. */
export function plainJson(json: string): string {
  return json.replace(
    CONTROLS,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function escaped(character: string): string {
  const code = character.charCodeAt(0).toString(16);
  return code.length > 2 ? `\\u${code}` : `\\x${code.padStart(2, "0")}`;
}
