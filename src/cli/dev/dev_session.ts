/** A server, drivers and the files that they come from. @module */

import process from "node:process";
import { dirname, relative } from "node:path";
import type { Client } from "../../client/mod.ts";
import type { Driver } from "../../driver.ts";
import { messageOf } from "../../errors.ts";
import { importDrivers } from "../files/driver_files.ts";
import { ModuleVersions } from "../files/module_versions.ts";
import { watchFolder } from "../files/watch_folder.ts";
import { type DevDefinitions, withMissing } from "./dev_definitions.ts";
import type { DriverHost } from "./driver_host.ts";

/** What a session needs. */
export interface DevSource {
  /** The driver files, full paths. At least one. */
  readonly paths: readonly string[];
  readonly client: Client;
  readonly host: DriverHost;
  /** What files describe. */
  readonly given: DevDefinitions;
  /** Receives a line for people. */
  readonly onNotice: (message: string) => void;
  /** Called when the drivers run. */
  readonly onReady: (drivers: readonly Driver[], definitions: DevDefinitions) => void;
  /** Called when their next version runs. */
  readonly onReloaded: (drivers: readonly Driver[]) => void;
}

/** Runs the drivers of files, and their next version after each change. A file that cannot be imported changes nothing. */
export class DevSession implements Disposable {
  readonly #source: DevSource;
  readonly #folder: string;
  readonly #versions: ModuleVersions;
  #watch: Disposable | undefined;
  #changes: Promise<void> = Promise.resolve();

  /** Creates a session. Nothing is imported before `start`. */
  constructor(source: DevSource) {
    this.#source = source;
    this.#folder = folderOf(source.paths);
    this.#versions = new ModuleVersions(this.#folder);
  }

  /** Runs the drivers, and starts to watch. Rejects when the files cannot be used at all. */
  async start(watching: boolean): Promise<void> {
    const { onNotice, onReady } = this.#source;
    onReady(...await this.#load());
    if (!watching) return;
    this.#watch = watchFolder(
      this.#folder,
      () => this.#changed(),
      (error) => onNotice(`a folder is no longer watched: ${messageOf(error)}`),
    );
  }

  /** Stops to watch. */
  [Symbol.dispose](): void {
    this.#watch?.[Symbol.dispose]();
  }

  /** One change after the other: the drivers of the one before may still end their runs. */
  #changed(): void {
    this.#changes = this.#changes.then(async () => {
      try {
        const [drivers] = await this.#load();
        this.#source.onReloaded(drivers);
      } catch (error) {
        this.#source.onNotice(`${messageOf(error)}\nthe drivers run on as they were`);
      }
    });
  }

  async #load(): Promise<[readonly Driver[], DevDefinitions]> {
    const { paths, client, host, given, onNotice } = this.#source;
    this.#versions.next();
    const drivers = await importDrivers(paths, (path) => this.#versions.load(path), onNotice);
    const definitions = withMissing(drivers, given);
    const { ensureDefinitions } = await import("../../client/mod.ts");
    await ensureDefinitions(client, definitions);
    await host.replace(drivers);
    return [drivers, definitions];
  }
}

/** The current folder, where all files lie in it; else the folder of the first file. */
function folderOf(paths: readonly string[]): string {
  const folder = process.cwd();
  const isInside = paths.every((path) => !relative(folder, path).startsWith(".."));
  return isInside ? folder : dirname(paths[0]!);
}
