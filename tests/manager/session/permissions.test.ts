import { readFileSync } from "node:fs";
import { connectBroker } from "@conveyor/driver/transport";
import type { Connection, KeyValue } from "@conveyor/driver/transport";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { encodeDriverMessage } from "../../../src/protocol/driver_message.ts";
import { matchesSubject } from "../../../src/protocol/subject_pattern.ts";
import { type NatsServer, startNatsServer } from "../../support/nats_server.ts";
import {
  commandFor,
  currentRuntime,
  type Program,
  ROOT,
  startProgram,
} from "../../support/program.ts";
import { until } from "../../transport/support/world.ts";
import { Collector } from "../support/collector.ts";
import { hexId, V2_STREAMS } from "../support/world.ts";

const document = readFileSync(`${ROOT}docs/connections.md`, "utf8");
const [, documented = ""] = /```conf\n(.*?)```/s.exec(document) ?? [];

/** The configuration of the document with an unlimited user besides, and without one line. */
function configuration(without?: number): string {
  const lines = documented.split("\n").filter((_, index) => index !== without);
  return lines.join("\n").replace("users = [", `users = [ { user: admin, password: "a" }`);
}

/** The lines with a permission, and the operation that each permits. */
function permissions(): [operation: string, subject: string, line: number][] {
  let operation = "";
  return documented.split("\n").flatMap((line, index) => {
    operation = /^\s*(publish|subscribe): \[/.exec(line)?.[1] ?? operation;
    const [, subject] = /^\s*"([^"]+)"$/.exec(line) ?? [];
    return subject === undefined ? [] : [[operation, subject, index]];
  });
}

let server: NatsServer;
let admin: Connection;
beforeAll(async () => {
  server = await startNatsServer({ config: configuration() });
  admin = await connectBroker({ servers: [server.url], auth: { user: "admin", password: "a" } });
});
afterAll(async () => {
  await admin.close();
  await server.stop();
});

/** Empties the broker, and starts the driver on the runtime of this test. */
async function startDriver(config: string): Promise<Program> {
  await server.reload(config);
  for (const bucket of ["outcomes", "locks"]) {
    await admin.deleteStream(`KV_conveyor-driver-${bucket}`);
  }
  for (const stream of V2_STREAMS) {
    await admin.deleteStream(stream.name);
    await admin.ensureStream(stream);
  }
  for (
    const [stream, subject] of [["messages", "events.>"], ["logs-engine", "logs.>"], [
      "pipeline-engine",
      "pipelines.>",
    ]] as const
  ) {
    await admin.ensureConsumer(stream, {
      durable: "admin",
      filterSubjects: [subject],
      ackWaitMs: 30_000,
      maxAckPending: 1000,
    });
  }
  const { command, args } = commandFor(
    currentRuntime(),
    "tests/manager/support/permitted_driver.ts",
  );
  const env = { CONVEYOR_LOG_FORMAT: "pretty" };
  const program = startProgram(command, [...args, server.url], { env });
  onTestFinished(async () => {
    program.kill("SIGKILL");
    await program.exit;
  });
  return program;
}

/** The output, once it shows that an operation on a subject is not permitted. */
async function denied(program: Program, operation: string, subject: string): Promise<string> {
  for (let from = 0;;) {
    const text = `the user may not ${operation} to "`;
    await program.saw(text, from);
    const at = program.output.indexOf(text, from) + text.length;
    await program.saw(`"`, at);
    const named = program.output.slice(at, program.output.indexOf(`"`, at));
    if (matchesSubject(subject, named)) return program.output;
    from = at;
  }
}

async function send(
  name: string,
  id = hexId(),
  runId: string = crypto.randomUUID(),
): Promise<string> {
  const resource = { id: hexId(), name, resource: "workflow", metadata: {}, spec: {} };
  const payload = JSON.stringify(resource);
  await admin.publishConfirmed(
    "resources.workflow",
    encodeDriverMessage({ event: "create", id, runId, payload }),
  );
  return runId;
}

/** What the driver was sent. */
interface Work {
  runs: string[];
  /** The run whose outcome the journal must hold. */
  site: { id: string; runId: string };
  journal: KeyValue;
  /** Releases the lock that the last run waits for. */
  release(): Promise<unknown>;
}

/** Once the driver is bound, sends it what takes every permission. */
async function work(program: Program): Promise<Work> {
  await program.saw("bound to the stream");
  const journal = await admin.keyValue("conveyor-driver-outcomes", { ttlMs: 60_000 });
  const locks = await admin.keyValue("conveyor-driver-locks", { ttlMs: 4000 });
  const [id, runId] = [hexId(), crypto.randomUUID()];
  const record = { result: { success: true, message: "recorded", data: {} } };
  const bytes = new TextEncoder().encode(JSON.stringify(record));
  await journal.put(journal.key("deploy", runId, id), bytes);
  const held = locks.key("deploy", "workflow/held");
  await locks.create(held, bytes);
  const site = { id: hexId(), runId: crypto.randomUUID() };
  const runs = [
    await send("held"),
    await send("site", site.id, site.runId),
    await send("fails"),
    await send("again", id, runId),
  ];
  return { runs, site, journal, release: () => locks.delete(held) };
}

test("the documented permissions suffice", async () => {
  const program = await startDriver(configuration());
  const live = new Collector<string>();
  admin.subscribe("live.logs.*.deploy", ({ subject }) => live.add(subject.split(".")[2]!));
  const stored = new Collector<string>();
  for (const stream of ["messages", "logs-engine", "pipeline-engine"]) {
    const pull = await admin.pull(stream, "admin", {
      onMessage(delivery) {
        const { run_id = "" } = JSON.parse(new TextDecoder().decode(delivery.data));
        stored.add(`${delivery.subject} ${run_id}`);
        delivery.ack();
      },
      onLost() {},
    });
    pull.demand(1000);
    onTestFinished(() => pull.stop());
  }
  const { runs, site, journal, release } = await work(program);
  await release();
  for (const run of runs) {
    await stored.find((each) => each === `pipelines.driver.result ${run}`);
    await live.find((each) => each === run);
  }
  await stored.find((each) => each.startsWith("events.deploy.progress"));
  await stored.find((each) => each.startsWith("events.deploy.dead-letter"));
  await stored.find((each) => each.startsWith(`logs.${site.runId}`));
  const key = journal.key("deploy", site.runId, site.id);
  expect(await until(() => journal.get(key), (entry) => entry !== undefined)).toBeDefined();
  expect(program.output).not.toContain("may not");
});

describe("a driver without one is silent after the first line, and continues when it is given", () => {
  const bound = (program: Program) => program.saw("bound to the stream");
  const hasJournal = () =>
    until(() => admin.streamInfo("KV_conveyor-driver-outcomes"), (stream) => stream !== undefined);

  test.each<[string, (program: Program) => Promise<unknown>]>([
    ["$JS.API.STREAM.INFO.messages", bound],
    ["$JS.API.CONSUMER.MSG.NEXT.messages.deploy", bound],
    ["$JS.API.STREAM.INFO.KV_conveyor-driver-locks", bound],
    ["$JS.API.STREAM.CREATE.KV_conveyor-driver-outcomes", hasJournal],
  ])("%s", async (subject, continued) => {
    const [, , line] = permissions().find(([, each]) => each === subject)!;
    const before = server.log.length;
    const program = await startDriver(configuration(line));
    const attempts = () => server.log.slice(before).split(`Subject "${subject}"`).length - 1;
    await until(attempts, (count) => count >= 3);
    const named = program.output.match(/.*may not publish.*/g);
    await server.reload(configuration());
    await continued(program);
    expect(named).toHaveLength(1);
    expect(named![0]).toContain(subject);
    expect(program.output.match(/may not/g)).toHaveLength(1);
  });

  test("pipelines.driver.result, whose results are stored then", async () => {
    const [, , line] = permissions().find(([, each]) => each === "pipelines.driver.result")!;
    const program = await startDriver(configuration(line));
    await program.saw("bound to the stream");
    await send("site");
    await denied(program, "publish", "pipelines.driver.result");
    await server.reload(configuration());
    const results = async () => (await admin.streamInfo("pipeline-engine"))?.messages;
    expect(await until(results, (count) => count !== 0)).toBe(1);
  });
});

describe("each of them is named when it is missing", () => {
  test.each(permissions())("to %s to %s", async (operation, subject, line) => {
    const program = await startDriver(configuration(line));
    const named = denied(program, operation, subject);
    await Promise.race([named, work(program)]);
    expect(await named).toMatch(/, which .* needs; permit /);
  });
});
