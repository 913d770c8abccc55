/** Where the command line writes. @module */

/** Styles a text. */
export type Style = (text: string) => string;

/** How texts are styled; without colours they are left as they are. */
export interface Palette {
  readonly bold: Style;
  readonly dim: Style;
  readonly good: Style;
  readonly bad: Style;
  readonly warn: Style;
  readonly accent: Style;
  /** The colour of the driver at an index. */
  driver(index: number): Style;
}

/** Standard output and standard error. */
export interface Terminal {
  /** Whether output is for a program: one JSON object a line. */
  readonly json: boolean;
  /** Whether standard output is a terminal, where a line may be written over. */
  readonly isInteractive: boolean;
  /** The columns of the terminal. */
  readonly width: number;
  readonly palette: Palette;
  /** Writes a line to standard output. */
  line(text?: string): void;
  /** Writes text to standard output as it is. */
  write(text: string): void;
  /** Writes a line to standard error. */
  error(text: string): void;
  /** Writes a value: as JSON for a program, else the lines of text that `describe` returns. */
  value(value: unknown, describe: () => string): void;
}
