/**
 * The interface to Node, Deno, Bun and the edge. Everything outside of the runtime parts of this package is written against
 * the web platform.
 *
 * @module
 */

/** A runtime that this package detects. */
export type RuntimeName = "node" | "deno" | "bun" | "workerd" | "browser" | "unknown";

/** A signal that requests the end of a process. */
export type StopSignal = "SIGINT" | "SIGTERM";

/** What the package uses of a runtime. One object per process, from {@linkcode host}. */
export interface Host {
  /** The runtime's name. */
  readonly name: RuntimeName;
  /** Reads an environment variable; `undefined` when it is unset or not readable, or the runtime has no environment. */
  env(name: string): string | undefined;
  /** Reads a text file. Rejects where the runtime has no file system. */
  readTextFile(path: string): Promise<string>;
  /** Calls `listener` on SIGINT and SIGTERM until the returned function is called. Does nothing where there are no signals. */
  onStopSignal(listener: (signal: StopSignal) => void): () => void;
  /**
   * Calls `listener` with an error that nothing has caught, before the process ends of it, until the returned function is called.
   * Does nothing where there are no processes.
   */
  onCrash(listener: (error: unknown) => void): () => void;
  /** Whether standard output is a terminal. */
  isTerminal(): boolean;
  /**
   * Writes text to standard output, or to `console` where there is none. Never blocks: returns `false` when the text is dropped,
   * because there is no reader, and a promise when so much waits that the caller should wait too. `describe` returns the text in the
   * place of dropped ones.
   */
  writeOut(text: string, describe?: (dropped: number) => string): false | void | Promise<void>;
  /** Resolves when all text so far is written, or its reader has stopped; `undefined` when none waits. */
  outWritten(): Promise<void> | undefined;
  /** Ends the process immediately. Does nothing where the runtime has no processes. */
  exit(code: number): void;
  /** Returns a built-in module of Node, such as `async_hooks`; `undefined` where it does not exist. */
  builtin<T>(name: string): Promise<T | undefined>;
}
