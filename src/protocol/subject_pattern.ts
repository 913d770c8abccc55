/** Subject patterns with the wildcards of NATS. @module */

/** Whether `subject` matches `pattern`, where `*` matches one token and a trailing `>` one or more. */
export function matchesSubject(pattern: string, subject: string): boolean {
  return pattern === subject || matchesTokens(pattern.split("."), subject.split("."));
}

/** The same of tokens. */
export function matchesTokens(pattern: readonly string[], subject: readonly string[]): boolean {
  for (let at = 0; at < pattern.length; at++) {
    if (pattern[at] === ">") return subject.length > at;
    if (at >= subject.length || pattern[at] !== "*" && pattern[at] !== subject[at]) return false;
  }
  return pattern.length === subject.length;
}
