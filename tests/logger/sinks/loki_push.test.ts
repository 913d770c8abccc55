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

  it("is not retried after 400, and Loki's own text is in the error message", async () => {
    server.answerNext({ status: 400, body: "entry for stream '{…}' has timestamp too old" });
    const { logger: log, errors } = lokiLogger();
    log.info("a");
    log.info("b");
    await log.flush();
    log.info("c");
    await log.flush();
    expect(server.pushes.map(({ status }) => status)).toEqual([400, 204]);
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

describe("lokiSink", () => {
  it("names the invalid option", () => {
    expect(() => lokiSink({ endpoint: "loki:3100" })).toThrow(
      /endpoint.*begins with http: or https:/,
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
