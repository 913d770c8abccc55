/** Watches the files of a project. @module */

import { type FSWatcher, readdirSync, watch } from "node:fs";
import { join } from "node:path";

/** How long files have to be left alone before a change is reported, in milliseconds: editors write in several steps. */
const QUIET_MS = 100;
/** The most folders to watch. */
const MOST_FOLDERS = 500;

/** Files that a driver may consist of. */
const SOURCE = /\.(?:[cm]?[jt]sx?|json)$/;

/**
 * Calls `onChange` after source files below a folder have changed, until it is disposed of. Installed packages and hidden
 * folders are not watched. Each folder has a watch of its own: not every platform watches whole trees.
 */
export function watchFolder(
  folder: string,
  onChange: () => void,
  onError: (error: Error) => void,
): Disposable {
  const watchers = new Map<string, FSWatcher>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const changed = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      addFolders();
      onChange();
    }, QUIET_MS);
  };
  const addFolders = () => {
    for (const path of foldersBelow(folder)) {
      if (watchers.has(path)) continue;
      const watcher = watch(path, (_, name) => {
        if (name === null || SOURCE.test(name)) changed();
      });
      watcher.on("error", (error) => {
        watcher.close();
        watchers.delete(path);
        // A folder that was removed has nothing more to be watched.
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") onError(error);
      });
      watchers.set(path, watcher);
    }
  };
  addFolders();
  return {
    [Symbol.dispose]() {
      clearTimeout(timer);
      for (const watcher of watchers.values()) watcher.close();
      watchers.clear();
    },
  };
}

function foldersBelow(folder: string): string[] {
  const found = [folder];
  for (let at = 0; at < found.length && found.length < MOST_FOLDERS; at++) {
    for (const entry of readdirSync(found[at]!, { withFileTypes: true })) {
      const isSource = entry.isDirectory() && entry.name !== "node_modules" &&
        !entry.name.startsWith(".");
      if (isSource) found.push(join(found[at]!, entry.name));
    }
  }
  return found;
}
