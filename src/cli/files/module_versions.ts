/** Imports a file again after it, or a file that it imports, has changed. @module */

import * as nodeModule from "node:module";
import { sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { host } from "../../runtime/detect.ts";

/** The query that makes a module another one for the runtime. */
const VERSION = "conveyor-version";

type Resolved = { url: string };
type Resolve = (specifier: string, context: { parentURL?: string }) => Resolved;

/** Hooks of Node from 22.15 on, and of Deno: not yet in the types of Node 20. */
interface ModuleHooks {
  registerHooks?(hooks: {
    resolve(specifier: string, context: { parentURL?: string }, next: Resolve): Resolved;
  }): void;
}

/** Imports modules, each time anew. What lies in `node_modules`, or outside of the folder, is imported once. */
export class ModuleVersions {
  readonly #root: string;
  #version = 0;

  /** `folder` holds the files that may change. */
  constructor(folder: string) {
    this.#root = pathToFileURL(folder + sep).href;
    if (host().name !== "bun") registerResolver(this.#root);
  }

  /** Begins a version: what is imported from now on is read from its file. */
  next(): void {
    this.#version++;
    if (host().name === "bun") this.#forget();
  }

  /** Imports a file in the version that it has now. */
  async load(path: string): Promise<Record<string, unknown>> {
    const url = `${pathToFileURL(path).href}?${VERSION}=${this.#version}`;
    return await import(/* webpackIgnore: true */ /* @vite-ignore */ url);
  }

  /** Bun has the modules of `import` in the cache of `require` too, by path. */
  #forget(): void {
    const { cache } = nodeModule.createRequire(import.meta.url);
    const folder = fileURLToPath(this.#root);
    for (const path of Object.keys(cache)) {
      if (path.startsWith(folder) && !isInstalled(path)) delete cache[path];
    }
  }
}

/** A module that a versioned one imports has the version of that one. */
function registerResolver(root: string): void {
  const { registerHooks } = nodeModule as ModuleHooks;
  if (registerHooks) {
    registerHooks({
      resolve(specifier, context, next) {
        const resolved = next(specifier, context);
        const version = versionOf(context.parentURL);
        return version !== undefined && isVersioned(resolved.url, root)
          ? { ...resolved, url: `${resolved.url}?${VERSION}=${version}` }
          : resolved;
      },
    });
    return;
  }
  // Before 22.15, Node calls hooks in a thread of their own, which imports them from a URL.
  const code = `export async function resolve(specifier, context, next) {
    const resolved = await next(specifier, context);
    const [, version] = /[?&]${VERSION}=(\\d+)/.exec(context.parentURL ?? "") ?? [];
    const { url } = resolved;
    const isVersioned = version && url.startsWith(${JSON.stringify(root)}) &&
      !/[\\\\/]node_modules[\\\\/]/.test(url) && !url.includes("?");
    return isVersioned ? { ...resolved, url: url + "?${VERSION}=" + version } : resolved;
  }`;
  nodeModule.register(`data:text/javascript,${encodeURIComponent(code)}`);
}

function versionOf(url: string | undefined): string | undefined {
  return new RegExp(`[?&]${VERSION}=(\\d+)`).exec(url ?? "")?.[1];
}

function isVersioned(url: string, root: string): boolean {
  return url.startsWith(root) && !isInstalled(url) && !url.includes("?");
}

function isInstalled(path: string): boolean {
  return /[\\/]node_modules[\\/]/.test(path);
}
