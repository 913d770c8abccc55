/** What a driver publishes on a subject for. @module */

import { RESULT_SUBJECT } from "./subjects.ts";

/** A purpose, and the subject that covers all subjects with it. */
export interface SubjectPurpose {
  /** A noun phrase: `storing results`. */
  readonly purpose: string;
  /** The subject to permit. */
  readonly permit: string;
}

/** Returns the purpose of a subject of the protocol; `undefined` for other subjects. */
export function subjectPurpose(subject: string): SubjectPurpose | undefined {
  if (subject === RESULT_SUBJECT) return { purpose: "storing results", permit: subject };
  const [first, second, third] = subject.split(".");
  if (first === "logs") return { purpose: "storing logs", permit: "logs.*" };
  if (first === "live") return { purpose: "the live log", permit: "live.logs.>" };
  // A wildcard stands for a whole token, and this subject is one token that contains the run id.
  if (/^driver:.*:logs:/.test(subject)) return { purpose: "the live log", permit: "*" };
  if (first !== "events") return undefined;
  return third === "dead-letter"
    ? { purpose: "storing dead letters", permit: subject }
    : { purpose: "storing events", permit: `events.${second}.*` };
}
