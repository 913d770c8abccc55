/** A bug that can be put into a copy of the sources. */

/** A text of one file, and what takes its place. */
export interface Edit {
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** A bug. */
export interface Mutant extends Edit {
  readonly name: string;
  /** What is wrong with it. */
  readonly what: string;
  /** The kinds of violations that prove it. */
  readonly shows: readonly string[];
  /** Where more than one place has to change. */
  readonly also?: readonly Edit[];
}
