import { describe, expect, it } from "vitest";
import { lokiSink } from "../../../src/logger/sinks/loki_sink.ts";
import { lokiLogger, serve, server, useLoki } from "../support/loki.ts";

useLoki();

describe("a request to Loki", () => {
  it("is compressed with gzip unless it is disabled", async () => {
    for (const gzip of [true, false]) {
      const { logger: log } = lokiLogger({ gzip });
      log.info("x".repeat(1000));
      await log.flush();
    }
    expect(server.pushes.map(({ encoding, status }) => [encoding, status]))
      .toEqual([["gzip", 204], [undefined, 204]]);
  });

  it("has the tenant, and basic auth, a token, or the credentials of the URL", async () => {
    await serve({ multiTenant: true, authorization: `Basic ${btoa("me:pässword".normalize())}` });
    const { logger: without, errors } = lokiLogger({
      basicAuth: { user: "me", password: "wrong" },
    });
    without.info("x");
    await without.flush();
    expect(errors[0]).toContain('it responded 401 "authorization required"');

    await serve({ multiTenant: true, authorization: "Bearer t0ken" });
    const { logger: withToken } = lokiLogger({ bearerToken: "t0ken", tenant: "ci" });
    withToken.info("x");
    await withToken.flush();
    expect(server.lines()[0]).toMatchObject({ tenant: "ci", line: "x" });

    await serve({ authorization: `Basic ${btoa("me:p@ss")}` });
    const endpoint = server.url.replace("://", "://me:p%40ss@");
    const { logger: fromUrl } = lokiLogger({ endpoint: `${endpoint}/loki/api/v1/push` });
    fromUrl.info("x");
    await fromUrl.flush();
    expect(server.lines().length).toBe(1);
  });
});

describe("a push that fails", () => {
  it("is retried after 429, 5xx and a lost connection, and stored once", async () => {
    server.answerNext({ status: 429, headers: { "retry-after": "0" } }, {
      status: 503,
      headers: { "retry-after": new Date(0).toUTCString() },
    });
    server.hangUpNext(1);
    const { logger: log, errors } = lokiLogger();
    log.info("persistent");
    await log.flush();
    expect(errors).toEqual([]);
    expect(server.pushes.map(({ status }) => status)).toEqual([429, 503, 204]);
    expect(server.lines().map(({ line }) => line)).toEqual(["persistent"]);
  });

  it("is sent, and sent again, when its lines have less time left than a request may take", async () => {
    server.answerNext({ status: 503, headers: { "retry-after": "0" } });
    const { logger: log, errors } = lokiLogger({
      timeoutMs: 8000,
      requestTimeoutMs: 3_000_000_000,
    });
    log.info("soon");
    await log.flush();
    expect(errors).toEqual([]);
    expect(server.pushes.map(({ status }) => status)).toEqual([503, 204]);
  });

  it("waits for Retry-After, and fails at once when that is after its deadline", async () => {
    server.answerNext({ status: 429, headers: { "retry-after": "3600" } });
    const { logger: log, errors } = lokiLogger();
    log.info("x");
    await log.flush();
    expect(server.pushes.length).toBe(1);
    expect(errors[0]).toMatch(
      /cannot store log lines in Loki at http:.*: it responded 429 \(attempt 1\); check that Loki is running/,
    );
    expect(log.stats()).toMatchObject([{ sink: "loki", stored: 0, failed: 1 }]);
  });

  it("is not retried after 403, and Loki's own text is in the error message", async () => {
    server.answerNext({ status: 403, body: "entry for stream '{…}' has timestamp too old" });
    const { logger: log, errors } = lokiLogger();
    log.info("a");
    log.info("b");
    await log.flush();
    log.info("c");
    await log.flush();
    expect(server.pushes.map(({ status }) => status)).toEqual([403, 204]);
    expect(errors).toEqual([expect.stringContaining("has timestamp too old")]);
    expect(log.stats()).toMatchObject([{ accepted: 3, stored: 1, failed: 2 }]);
  });

  it("fails at the time-out of its lines when Loki is down", async () => {
    await server[Symbol.asyncDispose]();
    const shown: string[] = [];
    const connection = { publish: (subject: string) => void shown.push(subject) };
    const { logger: log, errors } = lokiLogger({ timeoutMs: 50, connection });
    log.info("x");
    await log.flush();
    expect(errors[0]).toContain("check that Loki is running");
    expect(shown.length).toBe(1);
  });
});

describe("a push that is refused for its lines", () => {
  it("is split until a bad line costs itself alone", async () => {
    const { logger: log, errors } = lokiLogger({ maxLineBytes: 500_000 });
    for (let line = 0; line < 500; line++) {
      log.info(line % 200 === 77 ? "x".repeat(300_000) : `line ${line}`);
    }
    await log.flush();
    expect(log.stats()).toMatchObject([{ stored: 497, failed: 3 }]);
    expect(server.lines().length).toBe(497);
    expect(errors).toEqual([expect.stringContaining("Max entry size")]);
  });

  it("is not split for ever when all are", async () => {
    const answers = Array.from({ length: 2000 }, () => ({ status: 400, body: "unsupported" }));
    server.answerNext(...answers);
    const { logger: log } = lokiLogger();
    for (let round = 0; round < 3; round++) {
      for (let line = 0; line < 300; line++) log.info(`line ${line}`);
      await log.flush();
    }
    expect(log.stats()).toMatchObject([{ stored: 0, failed: 900 }]);
    expect(server.pushes.length).toBeLessThan(300);
  });

  it("counts what Loki says when it takes a part of it", async () => {
    const says = (status: number, ignored: number) => ({
      status,
      headers: { "retry-after": "3600" },
      body: `entry with timestamp 2026-01-01 ignored, reason: 'Per stream rate limit exceeded', ${
        "…".repeat(1000)
      } total ignored: ${ignored} out of 100 for stream: {driver="deploy"}`,
    });
    server.answerNext(says(429, 8), says(400, 100));
    const { logger: log } = lokiLogger({ batchLines: 100 });
    for (let line = 0; line < 200; line++) log.info(`line ${line}`);
    await log.flush();
    expect(log.stats()).toMatchObject([{ stored: 92, failed: 108 }]);
    expect(server.pushes.length).toBe(2);
  });

  it("holds no half of a surrogate pair, in a line or a label", async () => {
    const { logger: log, errors } = lokiLogger({ streamLabels: { env: "\udc00x" } });
    log.info("half \ud800 of 😀", { region: "\ud83d" });
    log.info("good");
    await log.flush();
    expect(errors).toEqual([]);
    expect(server.pushes.length).toBe(1);
    expect(server.lines()[0]).toMatchObject({
      line: "half \ufffd of 😀",
      metadata: { region: "\ufffd" },
      labels: { env: "\ufffdx" },
    });
  });
});

describe("a push that is too large", () => {
  it.each([413, 400, 429, 500])("is split, when it is refused with %i", async (tooLargeStatus) => {
    await serve({ maxPushSize: 10_000, tooLargeStatus });
    const { logger: log, errors } = lokiLogger();
    for (let line = 0; line < 100; line++) log.info(`${line} ${"x".repeat(500)}`);
    log.info("y".repeat(20_000));
    await log.flush();
    expect(errors).toEqual([expect.stringContaining("larger than max")]);
    expect(log.stats()).toMatchObject([{ stored: 100, failed: 1 }]);
    expect(server.lines().map(({ line }) => parseInt(line))).toEqual(
      Array.from({ length: 100 }, (_, line) => line),
    );
  });
});

describe("what is no answer of Loki stores nothing:", () => {
  it.each([301, 302, 303, 307, 308])("a redirect with %i", async (status) => {
    const location = "/login";
    server.answerNext({ status, headers: { location } });
    const { logger: log, errors } = lokiLogger();
    log.info("x");
    await log.flush();
    expect(errors[0]).toContain(`it responded ${status} with a redirect, which is not followed`);
    expect(server.pushes.length).toBe(1);
    expect(log.stats()).toMatchObject([{ stored: 0, failed: 1 }]);
  });

  it("a page", async () => {
    server.answerNext({ status: 200, headers: { "content-type": "text/html" }, body: "Sign in" });
    const { logger: log, errors } = lokiLogger();
    log.info("x");
    await log.flush();
    expect(errors[0]).toContain("it responded 200 with a web page");
    expect(log.stats()).toMatchObject([{ stored: 0, failed: 1 }]);
  });

  it("but any 2xx of a compatible store is one", async () => {
    server.answerNext({ status: 202, body: "{}" }, { status: 201 });
    const { logger: log, errors } = lokiLogger();
    for (const line of ["a", "b"]) {
      log.info(line);
      await log.flush();
    }
    expect([errors, server.pushes.length]).toEqual([[], 2]);
    expect(log.stats()).toMatchObject([{ stored: 2, failed: 0 }]);
  });
});

describe("lokiSink", () => {
  it("has no secret of its own in an error that echoes it", async () => {
    const echo = (text: string) => ({ status: 401, body: `invalid: ${text}` });
    const bearerToken = 'gl"c/eyJ+t0ken';
    server.answerNext(
      echo(`Bearer%20${encodeURIComponent(bearerToken)}`),
      echo(JSON.stringify({ token: bearerToken }).replaceAll("/", "\\/")),
      echo(`Basic ${btoa("me:hunter2!")}`),
      echo("key=k3y-of-the-query"),
    );
    const endpoint = `${server.url}?key=k3y-of-the-query`;
    const shown: string[] = [];
    for (
      const auth of [
        { bearerToken },
        { bearerToken },
        { basicAuth: { user: "me", password: "hunter2!" } },
        {},
      ]
    ) {
      const { logger: log, errors } = lokiLogger({ endpoint, ...auth });
      log.info("x");
      await log.flush();
      shown.push(errors[0]!);
    }
    expect(shown).toHaveLength(4);
    for (const message of shown) {
      expect(message).toContain('it responded 401 "invalid: ');
      expect(message).toContain("***");
      expect(message).not.toMatch(/t0ken|bWU6aHVudGVyMiE|k3y-of/);
    }
  });

  it("names the invalid option", () => {
    expect(() => lokiSink({ endpoint: "loki:3100" })).toThrow(
      /endpoint.*must be an http: or https: URL/,
    );
    expect(() =>
      lokiSink({ endpoint: server.url, bearerToken: "t", basicAuth: { user: "u", password: "p" } })
    ).toThrow("one authorization");
  });

  it("has no password in its error messages", async () => {
    await server[Symbol.asyncDispose]();
    const { logger: log, errors } = lokiLogger({
      endpoint: server.url.replace("://", "://me:hunter2@"),
      timeoutMs: 20,
    });
    log.info("x");
    await log.flush();
    expect(errors[0]).toContain("cannot store log lines in Loki");
    expect(errors[0]).not.toContain("hunter2");
  });
});
