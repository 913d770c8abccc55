import { describe, expect, it } from "vitest";
import { lokiLogger, serve, server, useLoki } from "../support/loki.ts";

useLoki();

describe("a line in Loki", () => {
  it("has valid label names, and never overrides those of the run", async () => {
    const { logger: log, errors } = lokiLogger();
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

  it("keeps labels up to Loki's limits, and counts the others", async () => {
    const { logger: log, errors } = lokiLogger();
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

  it("is split into marked parts when it is longer than max_line_size", async () => {
    await serve({ maxLineSize: 1000 });
    const { logger: log, errors } = lokiLogger({ maxLineBytes: 1000 });
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

  it("has its labels on the stream when Loki refuses structured metadata", async () => {
    await serve({ allowStructuredMetadata: false });
    const { logger: log, errors } = lokiLogger();
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
