/** Text of others that is shown on a terminal. @module */

/** Colours and the like, which do no more than they say. */
// deno-lint-ignore no-control-regex
const STYLES = /\x1b\[[\d;]*m/g;
/** What could move the cursor, clear the screen or write over other lines. */
// deno-lint-ignore no-control-regex
const CONTROLS = /\x1b(?!\[[\d;]*m)|[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f]/g;

/** Returns text with control characters as `\xNN`. Colours stay where output has colours, and are removed elsewhere. */
export function plain(text: string, coloured: boolean): string {
  const kept = coloured ? text : text.replaceAll(STYLES, "");
  return kept.replaceAll(
    CONTROLS,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}
