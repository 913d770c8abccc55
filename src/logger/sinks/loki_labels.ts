/** Keeps labels within Loki's limits. @module */

import { wellFormed } from "../../encoding/well_formed.ts";
import { splitText, utf8Cost, utf8Length } from "./split_text.ts";

/** Most labels of a line, besides the run's own. The rest is only counted. */
const MAX_METADATA = 100;
/** Bytes of all names and values of a line's metadata; Loki's own limit is 64 KiB. */
const METADATA_BYTES = 56 * 1024;
/** Most labels of a stream, Loki's own limit. */
const MAX_LABELS = 15;
/** Bytes of a stream label's value, Loki's own limit. */
const LABEL_VALUE_BYTES = 2048;
/** Characters of a name; Loki's own limit is 1024. */
const NAME_LENGTH = 256;

/** Converts a name to one that Loki accepts: letters, digits and underscores, without a leading digit. */
export function lokiLabelName(name: string): string {
  const safe = name.replace(/[^a-zA-Z0-9_]/g, "_").slice(0, NAME_LENGTH);
  return /^[a-zA-Z_]/.test(safe) ? safe : `_${safe}`;
}

/** Returns the labels of a stream: the run's, and those of the user up to Loki's limits. */
export function streamLabels(
  given: Readonly<Record<string, string>>,
  run: Readonly<Record<string, string>>,
): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(given).slice(0, MAX_LABELS - 2)) {
    result[lokiLabelName(name)] = cut(wellFormed(String(value)), LABEL_VALUE_BYTES);
  }
  for (const [name, value] of Object.entries(run)) {
    result[name] = cut(wellFormed(value), LABEL_VALUE_BYTES);
  }
  return result;
}

/** Adds a line's labels to the run's metadata. Those above the limits are counted in `labels_dropped`. */
export function addMetadata(
  own: Record<string, string>,
  labels: Readonly<Record<string, string>>,
  reserved: Readonly<Record<string, string>>,
): Record<string, string> {
  const result: Record<string, string> = {};
  for (const name in own) result[name] = cut(wellFormed(own[name]!), LABEL_VALUE_BYTES);
  let free = METADATA_BYTES;
  let count = 0;
  let dropped = 0;
  for (const [name, value] of Object.entries(labels)) {
    const key = freeName(lokiLabelName(name), result, reserved);
    const text = cut(wellFormed(value), METADATA_BYTES / 4);
    const size = utf8Length(key) + utf8Length(text);
    if (size > free || ++count > MAX_METADATA) {
      dropped++;
      continue;
    }
    free -= size;
    result[key] = text;
  }
  if (dropped > 0) result["labels_dropped"] = String(dropped);
  return result;
}

/** Returns the metadata as labels of the stream, for a Loki without structured metadata. The rest is counted. */
export function asStreamLabels(
  labels: Readonly<Record<string, string>>,
  metadata: Readonly<Record<string, string>>,
): Record<string, string> {
  const result = { ...labels };
  const entries = Object.entries(metadata);
  const free = MAX_LABELS - Object.keys(result).length - 1;
  for (const [name, value] of entries.slice(0, free)) result[name] = cut(value, LABEL_VALUE_BYTES);
  if (entries.length > free) result["labels_dropped"] = String(entries.length - free);
  return result;
}

function freeName(
  name: string,
  taken: Readonly<Record<string, string>>,
  reserved: Readonly<Record<string, string>>,
): string {
  let free = Object.hasOwn(reserved, name) || Object.hasOwn(taken, name) ? `label_${name}` : name;
  for (let count = 2; Object.hasOwn(taken, free); count++) free = `label_${name}_${count}`;
  return free;
}

function cut(value: string, maxBytes: number): string {
  if (value.length * 3 <= maxBytes) return value;
  if (utf8Length(value) <= maxBytes) return value;
  return `${splitText(value, maxBytes - utf8Length("…"), utf8Cost)[0]}…`;
}
