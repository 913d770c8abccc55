/** Detects the runtime and creates its host. @module */

import type { Host, RuntimeName } from "./host.ts";
import { globals, type RuntimeGlobals } from "./globals.ts";
import { processHost } from "./process_host.ts";
import { webHost } from "./web_host.ts";

/** Returns the name of the runtime with the global scope `scope`. */
export function detectRuntime(scope: RuntimeGlobals): RuntimeName {
  if (scope.navigator?.userAgent === "Cloudflare-Workers") return "workerd";
  if (scope.Deno?.version) return "deno";
  if (scope.Bun) return "bun";
  if (scope.process?.versions?.node) return "node";
  return scope.document === undefined ? "unknown" : "browser";
}

let current: Host | undefined;

/** Returns the host of this process. Creates it on first use. */
export function host(): Host {
  if (current) return current;
  const name = detectRuntime(globals);
  const hasProcess = name === "node" || name === "deno" || name === "bun";
  return current = hasProcess ? processHost(name, globals) : webHost(name, globals);
}
