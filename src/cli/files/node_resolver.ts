/** Versions of modules on Node and Deno: a module that a versioned one imports has the version of that one. @module */

import * as nodeModule from "node:module";

type Resolved = { url: string };
type Resolve = (specifier: string, context: { parentURL?: string }) => Resolved;

/** Hooks of Node from 22.15 on, and of Deno: not yet in the types of Node 20. */
interface ModuleHooks {
  registerHooks?(hooks: {
    resolve(specifier: string, context: { parentURL?: string }, next: Resolve): Resolved;
  }): void;
}

/** Registers the resolver for modules whose URL begins with `root`. */
export function nodeResolver(root: string, query: string): void {
  const { registerHooks } = nodeModule as ModuleHooks;
  if (!registerHooks) return registerInThread(root, query);
  const pattern = new RegExp(`[?&]${query}=(\\d+)`);
  registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      const [, version] = pattern.exec(context.parentURL ?? "") ?? [];
      const { url } = resolved;
      const isVersioned = version !== undefined && url.startsWith(root) &&
        !url.includes("/node_modules/") && !url.includes("?");
      return isVersioned ? { ...resolved, url: `${url}?${query}=${version}` } : resolved;
    },
  });
}

/** Before 22.15, Node calls hooks in a thread of their own, which imports them from a URL. */
function registerInThread(root: string, query: string): void {
  const code = `export async function resolve(specifier, context, next) {
    const resolved = await next(specifier, context);
    const [, version] = /[?&]${query}=(\\d+)/.exec(context.parentURL ?? "") ?? [];
    const { url } = resolved;
    const isVersioned = version && url.startsWith(${JSON.stringify(root)}) &&
      !url.includes("/node_modules/") && !url.includes("?");
    return isVersioned ? { ...resolved, url: url + "?${query}=" + version } : resolved;
  }`;
  nodeModule.register(`data:text/javascript,${encodeURIComponent(code)}`);
}
