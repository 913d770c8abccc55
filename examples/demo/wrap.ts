/** Breaks long lines. @module */

/** Breaks a line into pieces of at most a width, at spaces where it can. A width of 20 or less is taken as 20. */
export function wrap(text: string, width: number): string[] {
  const limit = Math.max(width, 20);
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > limit) {
    const space = rest.lastIndexOf(" ", limit);
    const end = space > 0 ? space : limit;
    pieces.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...pieces, rest];
}
