/** Readable lines for a terminal. @module */

import type { EndOutcome } from "../../protocol/logs/end_of_log.ts";
import { type LogLevel, type LogRecord, OWN_LABEL } from "../record.ts";
import { plainText, plainWord } from "./console_text.ts";
import { logfmt } from "./logfmt.ts";

const DIM = "2";
const LEVELS: Record<LogLevel, string> = { debug: "90", info: "32", warn: "33", error: "31" };
/** Colors of drivers: none that a level has. */
const DRIVERS = ["36", "35", "34", "96", "95", "94"];
/** The longest name that others are aligned with. */
const WIDEST = 20;

const ENDS: Readonly<Record<EndOutcome, readonly [mark: string, color: string]>> = {
  "succeeded": ["✓", "32"],
  "failed": ["✗", "31"],
  "superseded": ["⊘", "33"],
  "retried": ["↻", "33"],
  "redelivered": ["↩", "33"],
  "lease-lost": ["↩", "33"],
};

/** The columns of a console: the drivers so far, each with its color, and the longest of their names. */
export class ConsoleColumns {
  readonly #colors = new Map<string, string>();
  #width = 0;

  /** Formats a record, with its further lines below the first one. */
  line(record: LogRecord, colors: boolean): string {
    const paint = (text: string, code: string) => colors ? `\x1b[${code}m${text}\x1b[0m` : text;
    const { level, driver, runId, timestamp } = record;
    const name = plainWord(driver);
    this.#width = Math.max(this.#width, Math.min(name.length, WIDEST));
    const color = this.#colorOf(name);
    const head = [
      paint(localTime(timestamp), DIM),
      paint(level.toUpperCase().padEnd(5), LEVELS[level]),
      paint(name.padEnd(this.#width), color),
      paint(plainWord(runId).slice(0, 8).padEnd(8), DIM),
    ].join(" ");
    const [first = "", ...further] = textOf(record, colors, paint).split("\n");
    const indent = `${" ".repeat(8 + 1 + 5 + 1)}${paint("│".padStart(this.#width + 1), color)}`;
    return [`${head} ${first}`, ...further.map((line) => `${indent} ${line}`)].join("\n");
  }

  /** The same color at every start, unless another driver has it. */
  #colorOf(driver: string): string {
    const known = this.#colors.get(driver);
    if (known) return known;
    let at = 0;
    for (const character of driver) at = (at * 31 + character.charCodeAt(0)) % DRIVERS.length;
    const taken = new Set(this.#colors.values());
    for (let tried = 0; tried < DRIVERS.length && taken.has(DRIVERS[at]!); tried++) {
      at = (at + 1) % DRIVERS.length;
    }
    this.#colors.set(driver, DRIVERS[at]!);
    return DRIVERS[at]!;
  }
}

function textOf(
  { message, labels, end }: LogRecord,
  colors: boolean,
  paint: (text: string, code: string) => string,
): string {
  if (end) {
    const [mark, color] = ENDS[end.outcome];
    const took = paint(`${Number((end.durationMs / 1000).toPrecision(2))} s`, DIM);
    const said = end.message === "" ? end.outcome : plainText(end.message, false);
    return `${paint(mark, color)} ${said} ${took}`;
  }
  const text = plainText(message, colors);
  if (Object.hasOwn(labels, OWN_LABEL)) return `${paint("▸", DIM)} ${text}`;
  const suffix = plainWord(logfmt(labels));
  return suffix === "" ? text : `${text} ${paint(suffix, DIM)}`;
}

/** The time of day where the reader is. */
function localTime(timestamp: string): string {
  return new Date(timestamp.slice(0, 23) + "Z").toTimeString().slice(0, 8);
}
