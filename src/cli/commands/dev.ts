/** `dev`: a server and drivers in one process, which follow their files. @module */

import process from "node:process";
import type { Driver } from "../../driver.ts";
import { host as runtime } from "../../runtime/detect.ts";
import { withoutUserInfo } from "../../settings.ts";
import { VERSION } from "../../version.ts";
import type { Command } from "../command.ts";
import { setConsoleFormat } from "../dev/console_format.ts";
import type { DevDefinitions } from "../dev/dev_definitions.ts";
import { DevSession } from "../dev/dev_session.ts";
import { DriverHost } from "../dev/driver_host.ts";
import { listenFree } from "../dev/listen_free.ts";
import { withReadablePipelines } from "../dev/readable_pipelines.ts";
import { EXIT } from "../exit_codes.ts";
import { driverPaths } from "../files/driver_files.ts";
import { readManifest } from "../files/manifest.ts";
import { PROGRAM } from "../output/help.ts";
import type { Terminal } from "../terminal.ts";

/** `conveyor-driver dev`. */
export const dev: Command = {
  name: "dev",
  arguments: "DRIVER_FILE...",
  completes: "files",
  summary:
    "Run the drivers of files on a Conveyor server in the same process, and reload them when they change",
  details:
    'A driver file has "export default createDriver({ … })", or exports several drivers. A resource type without a definition\n' +
    "gets one that takes any spec, and a type without a pipeline one of its name, through its drivers in order. After a change\n" +
    "the drivers that run end their runs, and the new ones take over: no run is lost.",
  options: {
    apply: {
      type: "string",
      multiple: true,
      value: "FILE",
      help: "Types and pipelines to start with, JSON or YAML",
    },
    port: {
      type: "string",
      short: "p",
      value: "N",
      help: "The server's port [8080, or a free one]",
    },
    nats: {
      type: "string",
      value: "URL",
      help: "A NATS server, so that other processes can join [a broker in memory]",
    },
    generation: {
      type: "string",
      choices: ["v1", "v2", "v3"],
      help: "The server to behave like [v3]",
    },
    concurrency: { type: "string", value: "N", help: "Runs side by side, for each driver [1]" },
    "no-watch": { type: "boolean", help: "Do not reload" },
  },
  examples: [
    ["driver.js", "one driver; then, in another terminal: conveyor-driver trigger hello --follow"],
    ["build.ts deploy.ts --apply conveyor.yaml", "two steps of a pipeline of your own"],
  ],
  async run({ positionals, values, terminal }) {
    const paths = driverPaths(positionals);
    const [port, concurrency] = [values.number("port", 0), values.number("concurrency", 1)];
    const nats = values.text("nats");
    const generation = values.text("generation") as "v1" | "v2" | "v3" | undefined;
    const given = await readManifest(values.texts("apply"));
    setConsoleFormat(terminal);
    const [{ createClient, createDriverManager }, { createDevServer }] = await Promise.all([
      import("../../../mod.ts"),
      import("../../dev/mod.ts"),
    ]);
    const notice = (message: string) =>
      terminal.value({ type: "notice", message }, () => terminal.palette.warn(message));
    await using server = createDevServer({
      onNotice: notice,
      ...(nats !== undefined && { servers: nats }),
      ...(generation !== undefined && { generation }),
    });
    await server.start();
    await using listener = await listenFree(withReadablePipelines(server.fetch), port);
    const { url } = listener;
    const client = createClient({ url, credentials: false });
    let fail: (error: unknown) => void = () => {};
    const failed = new Promise<never>((_, reject) => fail = reject);
    failed.catch(() => {}); // Awaited below.
    const host = new DriverHost((drivers) =>
      createDriverManager({
        drivers,
        client,
        ...server.broker,
        handleSignals: false,
        shutdownGraceMs: Infinity, // A run that has begun is not lost, however long it takes.
        ...(concurrency !== undefined && { concurrency }),
      }), (error) => fail(error));
    const broker = nats === undefined ? "broker in memory" : withoutUserInfo(nats);
    using session = new DevSession({
      paths,
      client,
      host,
      given,
      onNotice: notice,
      onReady: (drivers, definitions) => showReady(terminal, { url, broker, drivers, definitions }),
      onReloaded: (drivers) => showReloaded(terminal, drivers),
    });
    const stopped = stopSignal();
    await Promise.race([session.start(!values.flag("no-watch")), failed]);
    const reason = await Promise.race([stopped, failed]);
    session[Symbol.dispose]();
    await host.stop(reason);
    return EXIT.ok;
  },
};

/** Resolves on SIGINT and SIGTERM; a second one ends the process at once. */
function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    let count = 0;
    runtime().onStopSignal((name) => {
      if (++count > 1) process.exit(EXIT.interrupted);
      resolve(`${name} was received`);
    });
  });
}

function showReloaded(terminal: Terminal, drivers: readonly Driver[]): void {
  const names = drivers.map(({ name }) => name);
  terminal.value(
    { type: "reloaded", drivers: names },
    () => `\n  ${terminal.palette.good("reloaded")}: ${names.join(", ")}\n`,
  );
}

function showReady(
  terminal: Terminal,
  { url, broker, drivers, definitions }: {
    url: string;
    broker: string;
    drivers: readonly Driver[];
    definitions: DevDefinitions;
  },
): void {
  const { pipelines } = definitions;
  const { bold, dim } = terminal.palette;
  terminal.value(
    { type: "ready", url, drivers: drivers.map(({ name }) => name), pipelines },
    () => {
      const rows = [
        ["server", `${url} (${broker})`],
        ...drivers.map(({ name, resources }) => ["driver", `${name} (${resources.join(", ")})`]),
        ...pipelines.map(({ name, steps }) => [
          "pipeline",
          `${name}: ${
            steps.map((step) => typeof step === "string" ? step : step.driver).join(" → ")
          }`,
        ]),
        ["try it", tryIt(url, pipelines[0])],
      ];
      const lines = rows.map(([name = "", text]) => `  ${dim(name.padEnd(8))}  ${text}`);
      return [`\n  ${bold(PROGRAM)} ${VERSION}, ready`, ...lines, ""].join("\n");
    },
  );
}

function tryIt(url: string, pipeline: { name: string; resource: string } | undefined): string {
  const { name, resource } = pipeline ?? { name: "workflow", resource: "workflow" };
  return [
    `${PROGRAM} trigger hello --follow`,
    ...(resource === "workflow" ? [] : [`--resource ${resource}`]),
    ...(name === resource ? [] : [`--pipeline ${name}`]),
    ...(new URL(url).port === "8080" ? [] : [`--url ${url}`]),
  ].join(" ");
}
