/** Colours. @module */

import type { Palette, Style } from "../terminal.ts";

const DRIVER_COLOURS = [36, 35, 34, 33, 32];

/** Creates a palette. */
export function createPalette(coloured: boolean): Palette {
  const style = (code: number): Style => (text) => coloured ? `\x1b[${code}m${text}\x1b[0m` : text;
  return {
    bold: style(1),
    dim: style(2),
    good: style(32),
    bad: style(31),
    warn: style(33),
    accent: style(36),
    driver: (index) => style(DRIVER_COLOURS[index % DRIVER_COLOURS.length]!),
  };
}
