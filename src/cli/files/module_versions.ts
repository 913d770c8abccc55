/** Imports a file again after it, or a file that it imports, has changed. @module */

import { sep } from "node:path";
import { pathToFileURL } from "node:url";
import { host } from "../../runtime/detect.ts";
import { bunResolver } from "./bun_resolver.ts";
import { nodeResolver } from "./node_resolver.ts";

/** The query that makes a module another one for the runtime. */
const QUERY = "conveyor-version";

/** Imports modules, each time from its file. What lies in `node_modules`, or outside of the folder, is imported once. */
export class ModuleVersions {
  #version = 0;

  /** `folder` holds the files that may change. */
  constructor(folder: string) {
    if (host().name === "bun") bunResolver(folder + sep, () => this.#query);
    else nodeResolver(pathToFileURL(folder + sep).href, QUERY);
  }

  /** Begins a version: what is imported from now on is read from its file. */
  next(): void {
    this.#version++;
  }

  /** Imports a file in the version that it has now. */
  async load(path: string): Promise<Record<string, unknown>> {
    // Bun leaves out the query of a URL, and has one after a path.
    const url = (host().name === "bun" ? path : pathToFileURL(path).href) + this.#query;
    return await import(/* webpackIgnore: true */ /* @vite-ignore */ url);
  }

  get #query(): string {
    return `?${QUERY}=${this.#version}`;
  }
}
