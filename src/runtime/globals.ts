/** The globals of the runtimes, each of which may be missing. @module */

/** The part of Node's `process` that this package uses. Deno and Bun also have it. */
export interface ProcessLike {
  env?: Record<string, string | undefined>;
  versions?: Record<string, string | undefined>;
  stdout?: {
    isTTY?: boolean;
    write(text: string, done?: (error?: unknown) => void): unknown;
    on?(event: "error", listener: (error: unknown) => void): unknown;
  };
  stderr?: { write(text: string): unknown };
  getBuiltinModule?(name: string): unknown;
  on?(event: StopSignalName, listener: (signal: StopSignalName) => void): unknown;
  on?(event: CrashEventName, listener: (error: unknown) => void): unknown;
  on?(event: "exit", listener: () => void): unknown;
  off?(event: StopSignalName, listener: (signal: StopSignalName) => void): unknown;
  off?(event: CrashEventName, listener: (error: unknown) => void): unknown;
  off?(event: "exit", listener: () => void): unknown;
  listenerCount?(event: CrashEventName): number;
  exit?(code: number): never;
}

type CrashEventName = "uncaughtExceptionMonitor" | "unhandledRejection";

type StopSignalName = "SIGINT" | "SIGTERM";

/** The part of the `Deno` namespace that this package uses. */
export interface DenoLike {
  version: { deno: string };
  env: { get(name: string): string | undefined };
  permissions: { querySync(query: { name: "env"; variable: string }): { state: string } };
  stdout: { write(bytes: Uint8Array): Promise<number>; writeSync(bytes: Uint8Array): number };
}

/** The globals that this package uses. */
export interface RuntimeGlobals {
  process?: ProcessLike;
  Deno?: DenoLike;
  Bun?: { version: string };
  navigator?: { userAgent?: string };
  document?: unknown;
  console: { log(text: string): void };
  addEventListener?(event: "unload", listener: () => void): void;
  removeEventListener?(event: "unload", listener: () => void): void;
}

/** The global scope. */
export const globals: RuntimeGlobals = globalThis as unknown as RuntimeGlobals;
