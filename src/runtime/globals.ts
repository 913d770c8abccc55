/** The runtime's own globals, each of which may be missing. @module */

/** As much of Node's `process` as this package uses; Deno and Bun have it too. */
export interface ProcessLike {
  env?: Record<string, string | undefined>;
  versions?: Record<string, string | undefined>;
  stdout?: { isTTY?: boolean; write(text: string): unknown };
  getBuiltinModule?(name: string): unknown;
  on?(event: string, listener: (signal: StopSignalName) => void): unknown;
  off?(event: string, listener: (signal: StopSignalName) => void): unknown;
  exit?(code: number): never;
}

type StopSignalName = "SIGINT" | "SIGTERM";

/** As much of the `Deno` namespace as this package uses. */
export interface DenoLike {
  version: { deno: string };
  env: { get(name: string): string | undefined };
  permissions: { querySync(query: { name: "env"; variable: string }): { state: string } };
  createHttpClient(options: { caCerts?: string[]; cert?: string; key?: string }): unknown;
}

/** What a global scope may hold. */
export interface RuntimeGlobals {
  process?: ProcessLike;
  Deno?: DenoLike;
  Bun?: { version: string };
  navigator?: { userAgent?: string };
  document?: unknown;
  console: { log(text: string): void };
}

/** The global scope, seen as the little this package asks of it. */
export const globals: RuntimeGlobals = globalThis as unknown as RuntimeGlobals;
