/** Versions of modules on Bun. @module */

import { dirname } from "node:path";

interface Importing {
  readonly path: string;
  readonly importer: string;
}

interface BunPlugins {
  resolveSync(path: string, folder: string): string;
  plugin(plugin: {
    name: string;
    setup(build: {
      onResolve(
        options: { filter: RegExp },
        resolve: (importing: Importing) => { path: string } | undefined,
      ): void;
    }): void;
  }): void;
}

/**
 * Adds the query of the current version to what files below `folder` import by a relative path. Bun does not say in which version
 * the importing file is.
 */
export function bunResolver(folder: string, query: () => string): void {
  const { Bun } = globalThis as unknown as { Bun: BunPlugins };
  let isResolving = false; // `resolveSync` calls the plugin too.
  Bun.plugin({
    name: "conveyor-versions",
    setup(build) {
      build.onResolve({ filter: /^\.{1,2}\// }, ({ path, importer }) => {
        const isVersioned = importer.startsWith(folder) && !importer.includes("/node_modules/");
        if (isResolving || !isVersioned) return undefined;
        isResolving = true;
        try {
          return { path: Bun.resolveSync(path, dirname(importer)) + query() };
        } finally {
          isResolving = false;
        }
      });
    },
  });
}
