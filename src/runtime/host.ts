/**
 * What the core asks of the machine it runs on. This is the only door to Node, Deno, Bun and the edge:
 * everything else in the package is written against the web platform.
 *
 * @module
 */

/** A runtime this package knows by name. */
export type RuntimeName = "node" | "deno" | "bun" | "workerd" | "browser" | "unknown";

/** A signal that asks a process to end. */
export type StopSignal = "SIGINT" | "SIGTERM";

/** The few things a runtime does for the core. One object per process, from {@linkcode host}. */
export interface Host {
  /** Which runtime this is. */
  readonly name: RuntimeName;
  /** The runtime's version, or an empty string where it has none. */
  readonly version: string;
  /** Reads one environment variable; `undefined` where it is unset, unreadable, or the runtime has no environment. */
  env(name: string): string | undefined;
  /** Reads a text file. Rejects where there is no file system. */
  readTextFile(path: string): Promise<string>;
  /** Calls `listener` on SIGINT and SIGTERM until the returned function is called. A no-op where there are no signals. */
  onStopSignal(listener: (signal: StopSignal) => void): () => void;
  /** Whether standard output is a terminal. */
  isTerminal(): boolean;
  /** Writes text to standard output as it is; to `console` where there is no standard output. */
  writeOut(text: string): void;
  /** Ends the process at once. A no-op where a program cannot end itself. */
  exit(code: number): void;
  /** A built-in module of Node's, such as `async_hooks`; `undefined` where it is not to be had. */
  builtin<T>(name: string): Promise<T | undefined>;
}
