/** The line that ends the log of a delivery: its outcome, and how many entries there are. @module */

/** The outcome of a delivery, as its last line says. */
export type EndOutcome =
  | "succeeded"
  | "failed"
  /** Its event no longer has to be reconciled. */
  | "superseded"
  /** It threw, and another attempt follows. */
  | "retried"
  /** The process stops; another one runs it. */
  | "redelivered"
  /** Another process has its event. */
  | "lease-lost";

/** The end of the log of one delivery. A run that is tried again has one for each. */
export interface EndOfLog {
  /** How the delivery has ended. */
  readonly outcome: EndOutcome;
  /** The result's message, or the reason; may be empty and of several lines. */
  readonly message: string;
  /** How long it took, in milliseconds. */
  readonly durationMs: number;
  /** The entries that this delivery has written, this one included. */
  readonly entries: number;
}

/** Begins every entry of the runtime's own, where the store holds the text alone. */
export const OWN_ENTRY = "[conveyor] ";

const WORDS: Readonly<Record<EndOutcome, string>> = {
  "succeeded": "succeeded in",
  "failed": "failed in",
  "superseded": "superseded after",
  "retried": "attempt failed after",
  "redelivered": "redelivered after",
  "lease-lost": "lease lost after",
};

/** Writes the line in words: `succeeded in 3.2 s: deployed (14 log entries)`. */
export function endOfLogMessage({ outcome, message, durationMs, entries }: EndOfLog): string {
  const said = message === "" ? "" : `: ${message}`;
  const count = entries === 1 ? "1 log entry" : `${entries} log entries`;
  return `${WORDS[outcome]} ${seconds(durationMs)}${said} (${count})`;
}

const END =
  /^(?:\[conveyor\] )?(succeeded|failed|superseded|attempt failed|redelivered|lease lost) (?:in|after) (\d+(?:\.\d+)?) s(?:: ([^]*))? \((\d+) log entr(?:y|ies)\)$/;

/** Reads such a line, with or without its mark; `undefined` when it is another one. */
export function parseEndOfLog(text: string): EndOfLog | undefined {
  const [, words, seconds, message = "", entries] = END.exec(text) ?? [];
  if (!words) return undefined;
  const outcome = (words === "attempt failed" ? "retried" : words.replace(" ", "-")) as EndOutcome;
  return { outcome, message, durationMs: Number(seconds) * 1000, entries: Number(entries) };
}

/** Formats a duration in seconds, with three digits of it: `0.042 s`, `3.2 s`, `75 s`. */
function seconds(ms: number): string {
  return `${ms < 1000 ? (ms / 1000).toFixed(3) : Number((ms / 1000).toPrecision(3))} s`;
}
