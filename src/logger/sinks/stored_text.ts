/** The text of a line where the store holds nothing else. @module */

import { OWN_ENTRY } from "../../protocol/logs/end_of_log.ts";
import { type LogRecord, OWN_LABEL } from "../record.ts";
import { logfmt } from "./logfmt.ts";

/** The longest labels that a text gets, in characters. */
const LONGEST_LABELS = 8192;

/** Returns a record's text: the runtime's own lines with their mark, those of drivers never with it, and with their labels if wanted. */
export function storedText({ message, labels }: LogRecord, withLabels: boolean): string {
  if (Object.hasOwn(labels, OWN_LABEL)) return OWN_ENTRY + message;
  const text = message.startsWith(OWN_ENTRY) ? ` ${message}` : message;
  const suffix = withLabels ? logfmt(labels) : "";
  if (suffix === "") return text;
  return `${text} ${
    suffix.length > LONGEST_LABELS ? suffix.slice(0, LONGEST_LABELS) + "…" : suffix
  }`;
}
