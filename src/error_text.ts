/** What is inside an error, as text: causes, members of an `AggregateError`, and fields such as `code` and `status`. @module */

import { isErrorLike, messageOf } from "./errors.ts";

/** Fields by which errors of runtimes and libraries say what has failed. */
const FIELDS = ["code", "address", "port", "status", "statusCode"];
/** The most members of an error that are written, and the most causes of one. */
const MOST_INSIDE = 8;

/** Returns the members of an `AggregateError`, or of an error like it. */
export function membersOf(error: unknown): readonly unknown[] {
  const members = readMember(error, "errors");
  return Array.isArray(members) ? members.slice(0, MOST_INSIDE) : [];
}

/** Returns the fields of an error that its message lacks, such as `code ECONNREFUSED, port 443`. The codes of this package are left out. */
export function fieldsOf(error: unknown, message: string): string {
  return FIELDS.flatMap((name) => {
    const value = readMember(error, name);
    const isShown = typeof value === "number" ||
      typeof value === "string" && !/^[a-z-]*$/.test(value);
    return isShown && !message.includes(String(value)) ? [`${name} ${value}`] : [];
  }).join(", ");
}

/** Returns what was thrown as an error. */
export function asError(thrown: unknown): Error {
  return isErrorLike(thrown) ? thrown : new Error(messageOf(thrown));
}

/** Returns the message of a thrown value and what is inside it, without stacks. */
export function fullMessageOf(thrown: unknown, depth: number = 1): string {
  let text = messageOf(thrown);
  if (!isErrorLike(thrown) || depth > MOST_INSIDE) return text;
  const fields = fieldsOf(thrown, text);
  if (fields !== "") text += ` (${fields})`;
  const members = membersOf(thrown).map((member) => fullMessageOf(member, depth + 1));
  if (members.length > 0) text += `: ${members.join("; ")}`;
  const cause = readMember(thrown, "cause");
  if (cause === undefined || cause === null) return text;
  const inside = fullMessageOf(cause, depth + 1);
  return text.includes(inside) || text.includes(messageOf(cause))
    ? text
    : `${text}; caused by: ${inside}`;
}

/** Reads a member of a foreign object, whose getter may throw. */
function readMember(object: unknown, name: string): unknown {
  try {
    return (object as Record<string, unknown> | undefined)?.[name];
  } catch {
    return undefined;
  }
}
