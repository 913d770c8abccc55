/** Subject matching with the wildcards of NATS. @module */

import { matchesTokens } from "../../../protocol/subject_pattern.ts";

/** Whether a subject can match both patterns. */
export function patternsOverlap(one: string, other: string): boolean {
  const left = one.split(".");
  const right = other.split(".");
  for (let at = 0; at < left.length && at < right.length; at++) {
    if (left[at] === ">" || right[at] === ">") return true;
    if (left[at] !== right[at] && left[at] !== "*" && right[at] !== "*") return false;
  }
  return left.length === right.length;
}

/** Creates a predicate for "matches at least one of these patterns", fast for patterns without wildcards. */
export function subjectMatcher(patterns: readonly string[]): (subject: string) => boolean {
  const exact = new Set(patterns.filter((pattern) => !hasWildcard(pattern)));
  const wild = patterns.filter(hasWildcard).map((pattern) => pattern.split("."));
  if (wild.length === 0) return (subject) => exact.has(subject);
  return (subject) => {
    if (exact.has(subject)) return true;
    const tokens = subject.split(".");
    return wild.some((pattern) => matchesTokens(pattern, tokens));
  };
}

/** Whether a subject contains a wildcard. */
export function hasWildcard(subject: string): boolean {
  return /(^|\.)(\*|>$)/.test(subject) && subject.split(".").some((t) => t === "*" || t === ">");
}
