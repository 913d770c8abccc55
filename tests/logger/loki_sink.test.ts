import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLogger, type LoggerOptions } from "../../src/logger/create_logger.ts";
import { lokiSink, type LokiSinkOptions } from "../../src/logger/sinks/loki_sink.ts";
import {
  type LokiServer,
  type LokiServerOptions,
  startLokiServer,
} from "../support/loki_server.ts";
import { BROKERS } from "./brokers.ts";

let server: LokiServer;
const servers: LokiServer[] = [];

async function serve(options: LokiServerOptions = {}): Promise<void> {
  servers.push(server = await startLokiServer(options));
}

beforeEach(() => serve());
afterEach(async () => {
  for (const each of servers.splice(0)) await each[Symbol.asyncDispose]();
});

/** A logger whose only sink is Loki; failures are collected. */
function logger(options: Partial<LokiSinkOptions> = {}, more: Partial<LoggerOptions> = {}) {
  const errors: string[] = [];
  const sink = lokiSink({ endpoint: server.url, ...options });
  const made = createLogger({
    driver: "deploy",
    runId: "run-1",
    event: "create",
    messageId: "65f0",
    sinks: [sink],
    onSinkError: (error) => errors.push(error.message),
    ...more,
  });
  return { logger: made, errors };
}

describe("a line in Loki", () => {
  it("is found by driver and run, in order, with the rest as structured metadata", async () => {
    const { logger: log } = logger({ streamLabels: { env: "test" } }, { pipeline: "release" });
    log.info("first", { region: "eu" });
    log.error("second");
    await log.flush();
    expect(server.streams()).toEqual([{ driver: "deploy", run_id: "run-1", env: "test" }]);
    const lines = server.lines({ driver: "deploy", run_id: "run-1" });
    expect(lines.map(({ line, metadata }) => ({ line, metadata }))).toEqual([
      {
        line: "first",
        metadata: { level: "info", event: "create", id: "65f0", pipeline: "release", region: "eu" },
      },
      {
        line: "second",
        metadata: { level: "error", event: "create", id: "65f0", pipeline: "release" },
      },
    ]);
    expect(server.pushes.map(({ status }) => status)).toEqual([204]);
  });

  it("has its time to the nanosecond", async () => {
    const times: string[] = [];
    const { logger: log } = logger({}, {
      sinks: [lokiSink({ endpoint: server.url }), (record) => void times.push(record.timestamp)],
    });
    for (let line = 0; line < 5; line++) log.info(`${line}`);
    await log.flush();
    const stored = server.lines().map(({ nanoseconds }) => nanoseconds);
    const expected = times.map((time) =>
      BigInt(Date.parse(time.slice(0, 19) + "Z")) * 1_000_000n + BigInt(time.slice(20, 29))
    );
    expect(stored).toEqual(expected);
  });

  it("has label names that Loki takes, whatever they were, and never those of the run", async () => {
    const { logger: log, errors } = logger();
    log.info("x", {
      "a-b": "1",
      "a.b": "2",
      "9lives": "3",
      driver: "mine",
      "": "4",
      level: "5",
      "ä": "6",
    });
    await log.flush();
    expect(errors).toEqual([]);
    expect(server.lines()[0]?.metadata).toMatchObject({
      a_b: "1",
      label_a_b: "2",
      _9lives: "3",
      label_driver: "mine",
      label_level: "5",
    });
  });

  it("keeps as many labels as Loki takes, and says how many are missing", async () => {
    const { logger: log, errors } = logger();
    log.info("many", Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`l${n}`, "v"])));
    log.info("large", { a: "😀".repeat(30_000), b: "x".repeat(200_000), c: "small" });
    await log.flush();
    expect(errors).toEqual([]);
    const [many, large] = server.lines();
    expect(many?.metadata["labels_dropped"]).toBe("400");
    expect(large?.metadata["a"]).toMatch(/^(😀)+…$/u);
    expect(large?.metadata["b"]?.length).toBeGreaterThan(10_000);
    expect(large?.metadata["c"]).toBe("small");
  });

  it("is split and marked when it is longer than Loki takes", async () => {
    await serve({ maxLineSize: 1000 });
    const { logger: log, errors } = logger({ maxLineBytes: 1000 });
    log.info("é".repeat(1500));
    log.info("after");
    await log.flush();
    expect(errors).toEqual([]);
    const lines = server.lines().map(({ line }) => line);
    expect(lines.slice(0, -1).map((line) => /^\[part (\d)\/4\] é+$/.exec(line)?.[1]))
      .toEqual(["1", "2", "3", "4"]);
    expect(lines.slice(0, -1).join("").match(/é/g)?.length).toBe(1500);
    expect(lines.at(-1)).toBe("after");
  });

  it("is shown live, as seconds and text, once it is stored", async () => {
    const shown: [string, unknown, number][] = [];
    const connection = {
      publish: (subject: string, data: Uint8Array) =>
        void shown.push([
          subject,
          JSON.parse(new TextDecoder().decode(data)),
          server.lines().length,
        ]),
    };
    const { logger: log } = logger({ connection });
    log.info("one");
    log.info("two");
    await log.flush();
    expect(shown).toEqual([
      ["driver:deploy:logs:run-1", [expect.stringMatching(/^\d{10}$/), "one"], 2],
      ["driver:deploy:logs:run-1", [expect.stringMatching(/^\d{10}$/), "two"], 2],
    ]);
  });
});

for (const [name, startBroker] of BROKERS) {
  it(`a line in Loki is seen live over ${name} by who watches its driver and run`, async () => {
    await using broker = await startBroker();
    const seen: string[] = [];
    const all = new Promise<void>((resolve) =>
      broker.connection.subscribe("driver:deploy:logs:run-1", ({ data }) => {
        seen.push(new TextDecoder().decode(data));
        if (seen.length === 2) resolve();
      })
    );
    const { logger: log } = logger({ connection: broker.connection });
    log.info("one é");
    log.info("two");
    await log.flush();
    await all;
    const seconds = server.lines().map(({ nanoseconds }) => String(nanoseconds / 1_000_000_000n));
    expect(seen).toEqual([`["${seconds[0]}","one é"]`, `["${seconds[1]}","two"]`]);
  });
}

describe("a push", () => {
  it("holds many lines, and as many as fit when there are more", async () => {
    const { logger: log } = logger({ batchLines: 100 });
    for (let line = 0; line < 250; line++) log.info(`line ${line}`);
    await log.flush();
    const sizes = server.pushes.map(({ body }) => JSON.parse(body).streams[0].values.length);
    expect(sizes).toEqual([100, 100, 50]);
    expect(server.lines().map(({ line }) => line))
      .toEqual(Array.from({ length: 250 }, (_, line) => `line ${line}`));
  });

  it("is sent when its characters are enough, and when the time is up", async () => {
    const { logger: log } = logger({ batchSize: 100, batchMs: 1 });
    for (let line = 0; line < 4; line++) log.info("x".repeat(60));
    await log.flush();
    expect(server.pushes.map(({ body }) => JSON.parse(body).streams[0].values.length)).toEqual([
      2,
      2,
    ]);
  });

  it("goes out by itself after a while, without a flush", async () => {
    const stored = new Promise<void>((resolve) => {
      const sink = lokiSink({ endpoint: server.url, batchMs: 1 });
      const log = createLogger({
        driver: "deploy",
        runId: "run-1",
        sinks: [(record) => Promise.resolve(sink(record)).then(resolve)],
      });
      log.info("alone");
    });
    await stored;
    expect(server.lines().map(({ line }) => line)).toEqual(["alone"]);
  });

  it("is compressed with gzip, or not", async () => {
    for (const gzip of [true, false]) {
      const { logger: log } = logger({ gzip });
      log.info("x".repeat(1000));
      await log.flush();
    }
    expect(server.pushes.map(({ encoding, status }) => [encoding, status]))
      .toEqual([["gzip", 204], [undefined, 204]]);
  });

  it("names the tenant, and carries basic auth, a token, or what the URL holds", async () => {
    await serve({ multiTenant: true, authorization: `Basic ${btoa("me:pässword".normalize())}` });
    const { logger: without, errors } = logger({ basicAuth: { user: "me", password: "wrong" } });
    without.info("x");
    await without.flush();
    expect(errors[0]).toContain('it responded 401 "authorization required"');

    await serve({ multiTenant: true, authorization: "Bearer t0ken" });
    const { logger: withToken } = logger({ bearerToken: "t0ken", tenant: "ci" });
    withToken.info("x");
    await withToken.flush();
    expect(server.lines()[0]).toMatchObject({ tenant: "ci", line: "x" });

    await serve({ authorization: `Basic ${btoa("me:p@ss")}` });
    const endpoint = server.url.replace("://", "://me:p%40ss@");
    const { logger: fromUrl } = logger({ endpoint: `${endpoint}/loki/api/v1/push` });
    fromUrl.info("x");
    await fromUrl.flush();
    expect(server.lines().length).toBe(1);
  });
});

describe("a push that fails", () => {
  it("is sent again after 429, 5xx and a lost connection, and stored once", async () => {
    server.answerNext({ status: 429, headers: { "retry-after": "0" } }, {
      status: 503,
      headers: { "retry-after": new Date(0).toUTCString() },
    });
    server.hangUpNext(1);
    const { logger: log, errors } = logger();
    log.info("persistent");
    await log.flush();
    expect(errors).toEqual([]);
    expect(server.pushes.map(({ status }) => status)).toEqual([429, 503, 204]);
    expect(server.lines().map(({ line }) => line)).toEqual(["persistent"]);
  });

  it("waits as long as Loki asks for, or gives up at once when that is too long", async () => {
    server.answerNext({ status: 429, headers: { "retry-after": "3600" } });
    const { logger: log, errors } = logger();
    log.info("x");
    await log.flush();
    expect(server.pushes.length).toBe(1);
    expect(errors[0]).toMatch(
      /cannot store log lines in Loki at http:.*: it responded 429 \(attempt 1\); check that Loki is running/,
    );
    expect(log.stats()).toMatchObject([{ sink: "loki", stored: 0, failed: 1 }]);
  });

  it("is not sent again after 400, and Loki's own text is in the report", async () => {
    server.answerNext({ status: 400, body: "entry for stream '{…}' has timestamp too old" });
    const { logger: log, errors } = logger();
    log.info("a");
    log.info("b");
    await log.flush();
    log.info("c");
    await log.flush();
    expect(server.pushes.map(({ status }) => status)).toEqual([400, 204]);
    expect(errors).toEqual([expect.stringContaining("has timestamp too old")]);
    expect(log.stats()).toMatchObject([{ accepted: 3, stored: 1, failed: 2 }]);
  });

  it("does not take down its batch's order or the lines after it", async () => {
    server.answerNext({ status: 500 });
    const { logger: log } = logger({ batchLines: 10 });
    for (let line = 0; line < 30; line++) log.info(`${line}`);
    await log.flush();
    expect(server.lines().map(({ line }) => Number(line))).toEqual(
      Array.from({ length: 30 }, (_, n) => n),
    );
  });

  it("ends within the time that its lines may wait, although nobody answers", async () => {
    await server[Symbol.asyncDispose]();
    const shown: string[] = [];
    const connection = { publish: (subject: string) => void shown.push(subject) };
    const { logger: log, errors } = logger({ timeoutMs: 50, connection });
    log.info("x");
    await log.flush();
    expect(errors[0]).toContain("check that Loki is running");
    expect(shown.length).toBe(1);
  });

  it("without structured metadata where Loki takes none, keeps the labels on the stream", async () => {
    await serve({ allowStructuredMetadata: false });
    const { logger: log, errors } = logger();
    log.info("one", { region: "x".repeat(5000) });
    await log.flush();
    log.info("two", Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`l${n}`, "v"])));
    await log.flush();
    expect(errors).toEqual([]);
    const [one, two] = server.lines();
    expect(one?.labels).toMatchObject({
      driver: "deploy",
      run_id: "run-1",
      event: "create",
      id: "65f0",
    });
    expect(one?.labels["region"]?.length).toBeLessThanOrEqual(2048);
    expect(two?.labels["labels_dropped"]).toBeDefined();
    expect(server.pushes.map(({ status }) => status)).toEqual([400, 204, 204]);
  });
});

describe("lokiSink", () => {
  it("names the option that cannot be used", () => {
    expect(() => lokiSink({ endpoint: "loki:3100" })).toThrow(
      /endpoint.*begins with http: or https:/,
    );
    expect(() =>
      lokiSink({ endpoint: server.url, bearerToken: "t", basicAuth: { user: "u", password: "p" } })
    ).toThrow("one authorization");
  });

  it("shows no password in its reports", async () => {
    await server[Symbol.asyncDispose]();
    const { logger: log, errors } = logger({
      endpoint: server.url.replace("://", "://me:hunter2@"),
      timeoutMs: 20,
    });
    log.info("x");
    await log.flush();
    expect(errors[0]).toContain("cannot store log lines in Loki");
    expect(errors[0]).not.toContain("hunter2");
  });
});

describe("the Loki of these tests refuses what Loki would refuse:", () => {
  const now = () => String(BigInt(Date.now()) * 1_000_000n);
  const cases: [string, object | string, RegExp][] = [
    [
      "a label name with a dash",
      { stream: { "a-b": "1" }, values: [[now(), "x"]] },
      /couldn't parse labels/,
    ],
    ["a stream without labels", { stream: {}, values: [[now(), "x"]] }, /at least one label pair/],
    [
      "a timestamp that is a number",
      { stream: { a: "1" }, values: [[1, "x"]] },
      /entry 0: the timestamp/,
    ],
    [
      "a line from last month",
      { stream: { a: "1" }, values: [["1600000000000000000", "x"]] },
      /timestamp too old/,
    ],
    ["a line from tomorrow", {
      stream: { a: "1" },
      values: [[String((BigInt(Date.now()) + 86_400_000n) * 1_000_000n), "x"]],
    }, /too new/],
    [
      "a line that is too long",
      { stream: { a: "1" }, values: [[now(), "x".repeat(300_000)]] },
      /Max entry size/,
    ],
    [
      "a label value that is too long",
      { stream: { a: "x".repeat(3000) }, values: [[now(), "x"]] },
      /value too long/,
    ],
    ["metadata that is not text", {
      stream: { a: "1" },
      values: [[now(), "x"], [now(), "x", { n: 1 }]],
    }, /entry 1: the value of n is not text/],
    ["a line far behind its stream", {
      stream: { a: "1" },
      values: [[now(), "x"], [String(BigInt(now()) - 7_200_000_000_000n), "y"]],
    }, /entry 1: .*too far behind/],
    ["a body that is not JSON", "{", /PushRequest/],
  ];
  for (const [what, stream, reason] of cases) {
    it(what, async () => {
      const body = typeof stream === "string" ? stream : JSON.stringify({ streams: [stream] });
      const response = await fetch(`${server.url}/loki/api/v1/push`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
      expect(response.status).toBe(400);
      expect(await response.text()).toMatch(reason);
    });
  }

  it("an encoding that it does not know, and a push without a tenant", async () => {
    const post = (headers: Record<string, string>) =>
      fetch(`${server.url}/loki/api/v1/push`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: gzipSync("{}"),
      });
    expect((await post({ "content-encoding": "br" })).status).toBe(400);
    await serve({ multiTenant: true });
    expect((await post({})).status).toBe(401);
  });
});
