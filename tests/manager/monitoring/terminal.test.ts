import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { connectBroker } from "../../../src/transport/connect.ts";
import { startNatsServer } from "../../support/nats_server.ts";
import { commandFor, startProgram } from "../../support/program.ts";
import { V2_STREAMS } from "../support/world.ts";
import { encodeDriverMessage } from "../../../src/protocol/driver_message.ts";

/** The pseudo-terminal of util-linux, which every Linux has. The test fails without it. */
const SCRIPT = "/usr/bin/script";

const RECORDING = new URL("terminal/first_minute.txt", import.meta.url);

/** What differs from one recording to the next, by fixed texts. Escapes stay, as a reader can see them. */
function settled(output: string, port: number): string {
  const lines = output.replaceAll("\r\n", "\n").split("\n");
  // Both drivers are bound at the same time.
  const bound = lines.filter((line) => line.includes(" bound to ")).sort();
  const ordered = lines.map((line) => line.includes(" bound to ") ? bound.shift()! : line);
  return ordered.join("\n")
    .replaceAll(String(port), "4222")
    .replaceAll(/\d\d:\d\d:\d\d/g, "12:00:00")
    .replaceAll(/as \S+\/[0-9a-f]{4}/g, "as host/1234")
    .replaceAll(/on \S+\/[0-9a-f]{4}/g, "on host/1234")
    .replaceAll(/[\d.]+ s after the event/g, "0.0 s after the event")
    // deno-lint-ignore no-control-regex
    .replaceAll(/\x1b\[2m[\d.e-]+ s\x1b\[0m/g, "\x1b[2m0.1 s\x1b[0m")
    .replaceAll(/^ .*\bat .*\n/gm, "")
    .replaceAll("\x1b", "␛");
}

describe("the terminal of a new user", () => {
  it("shows the first minute, a failing run and a stop as recorded; UPDATE_DOCUMENTS=1 records it", async () => {
    await using nats = await startNatsServer();
    await using connection = await connectBroker({ servers: [nats.url] });
    const { command, args } = commandFor("node", "tests/manager/support/terminal_driver.ts");
    const line = [command, ...args, nats.url].join(" ");
    const env = { NO_COLOR: undefined, FORCE_COLOR: undefined, TERM: "xterm" };
    const options = ["--quiet", "--return", "--flush", "--command", line, "/dev/null"];
    await using terminal = startProgram(SCRIPT, options, { env });
    await terminal.saw("not found");
    for (const stream of V2_STREAMS) await connection.ensureStream(stream);
    await terminal.saw("@conveyor/driver ");
    const send = async (type: string, name: string, until: string) => {
      const payload = JSON.stringify({ id: name, name, resource: type, spec: {} });
      const message = { event: "create", id: name, runId: `${name}-run`, payload };
      const from = terminal.output.length;
      await connection.publishConfirmed(`resources.${type}`, encodeDriverMessage(message));
      await terminal.saw(until, from);
    };
    await send("workflow", "image", "built image");
    await send("site", "shop", "still full");
    await send("site", "slow", "stopping: ");
    await terminal.exit;
    const recorded = settled(terminal.output, nats.port);
    if (process.env["UPDATE_DOCUMENTS"]) writeFileSync(RECORDING, recorded);
    expect(recorded).toBe(readFileSync(RECORDING, "utf8"));
  });
});
