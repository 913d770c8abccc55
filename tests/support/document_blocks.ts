/** The fenced blocks of a document, for tests that do what it says. */

/** A fenced block. */
export interface DocumentBlock {
  /** The language: the first word after the fence. */
  readonly language: string;
  /** The further words after the fence: CONTRIBUTING.md has what they mean. */
  readonly marks: readonly string[];
  readonly text: string;
  /** The name that a comment in its first line gives to the file that it is. */
  readonly file: string | undefined;
}

/** Reads the blocks of a document, in order. */
export function readBlocks(document: string): DocumentBlock[] {
  return [...document.matchAll(/^```(\w+)([^\n]*)\n([\s\S]*?)^```$/gm)]
    .map(([, language = "", marks = "", text = ""]) => ({
      language,
      marks: marks.split(" ").filter(Boolean),
      text,
      file: /^\/\/ ([\w.-]+)\n/.exec(text)?.[1],
    }));
}

/** The parts of a line of expected output that are the same every time: `…` stands between them. */
export function fixedParts(line: string): string[] {
  return line.split("…").map((part) => part.trim()).filter(Boolean);
}
