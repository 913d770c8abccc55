/** Keeps labels within what Loki takes. @module */

import { splitText, utf8Cost, utf8Length } from "./split_text.ts";

/** Labels, other than the run's own, that a line may have before the rest is only counted. */
const MOST_METADATA = 100;
/** Bytes of all names and values that go with a line; Loki's own limit is 64 KiB. */
const METADATA_BYTES = 56 * 1024;
/** Labels of a stream; Loki's own limit is 15. */
const MOST_LABELS = 15;
/** Bytes of a stream label's value, Loki's own limit. */
const LABEL_VALUE_BYTES = 2048;
/** Characters of a name; Loki's own limit is 1024. */
const NAME_LENGTH = 256;

/** A name that Loki takes: letters, digits and underscores, without a digit in front. */
export function lokiLabelName(name: string): string {
  const safe = name.replace(/[^a-zA-Z0-9_]/g, "_").slice(0, NAME_LENGTH);
  return /^[a-zA-Z_]/.test(safe) ? safe : `_${safe}`;
}

/** Adds a caller's labels to the run's metadata. Those that are too many are counted in `labels_dropped`. */
export function addMetadata(
  own: Record<string, string>,
  labels: Readonly<Record<string, string>>,
  reserved: Readonly<Record<string, string>>,
): Record<string, string> {
  const result = { ...own };
  let room = METADATA_BYTES;
  let count = 0;
  let dropped = 0;
  for (const [name, value] of Object.entries(labels)) {
    const key = freeName(lokiLabelName(name), result, reserved);
    const text = cut(value, METADATA_BYTES / 4);
    const size = utf8Length(key) + utf8Length(text);
    if (size > room || ++count > MOST_METADATA) {
      dropped++;
      continue;
    }
    room -= size;
    result[key] = text;
  }
  if (dropped > 0) result["labels_dropped"] = String(dropped);
  return result;
}

/** The same as labels of the stream, for a Loki that takes no metadata. What does not fit is counted. */
export function asStreamLabels(
  labels: Readonly<Record<string, string>>,
  metadata: Readonly<Record<string, string>>,
): Record<string, string> {
  const result = { ...labels };
  const entries = Object.entries(metadata);
  const room = MOST_LABELS - Object.keys(result).length - 1;
  for (const [name, value] of entries.slice(0, room)) result[name] = cut(value, LABEL_VALUE_BYTES);
  if (entries.length > room) result["labels_dropped"] = String(entries.length - room);
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
