/** `run`: runs drivers against a server. @module */

import { API_OPTIONS, credentialsOf } from "../api/connect.ts";
import type { Command } from "../command.ts";
import { setConsoleFormat } from "../dev/console_format.ts";
import { EXIT } from "../exit_codes.ts";
import { driverPaths, importDrivers } from "../files/driver_files.ts";
import { importOnce } from "../files/import_once.ts";

/** `conveyor-driver run`. */
export const run: Command = {
  name: "run",
  arguments: "DRIVER_FILE...",
  completes: "files",
  summary: "Run the drivers of files against a Conveyor server, until Ctrl-C",
  details:
    'A driver file has "export default createDriver({ … })", or exports several drivers. Everything else is set by the\n' +
    "environment, as for a program of your own.",
  options: {
    servers: {
      type: "string",
      value: "URL,…",
      help: "The NATS servers [NATS_URL, or nats://localhost:4222]",
    },
    concurrency: { type: "string", value: "N", help: "Runs side by side, for each driver [1]" },
    ...API_OPTIONS,
  },
  examples: [
    ["driver.js", "one driver, with a server on this machine"],
    ["build.ts deploy.ts --servers tls://nats.internal:4222", "two drivers in one process"],
  ],
  async run({ positionals, values, terminal }) {
    const paths = driverPaths(positionals);
    const concurrency = values.number("concurrency", 1);
    setConsoleFormat(terminal);
    const drivers = await importDrivers(paths, importOnce, terminal.error);
    const { createClient, createDriverManager } = await import("../../../mod.ts");
    const credentials = credentialsOf(values);
    const [url, servers] = ["url", "servers"].map(values.text);
    const manager = createDriverManager({
      drivers,
      ...(servers !== undefined && { servers }),
      ...(credentials && { credentials }),
      ...(concurrency !== undefined && { concurrency }),
      ...(url !== undefined && { client: createClient({ url, credentials }) }),
    });
    await manager.run();
    return EXIT.ok;
  },
};
