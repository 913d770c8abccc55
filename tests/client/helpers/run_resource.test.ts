import { expect, it } from "vitest";
import { ConfigError, NotFoundError, runResource } from "../../../src/client/mod.ts";
import { rejection } from "../support/http_server.ts";
import { site, steps, useShippingServer } from "../support/shipping_server.ts";

const client = useShippingServer();

it("calls onLog with the whole log, in order, and returns the outcome", async () => {
  const lines: string[] = [];
  const outcome = await runResource(client(), site(), {
    steps,
    onLog: ({ driver, message }) => void lines.push(`${driver}: ${message}`),
  });
  expect(outcome).toMatchObject({
    success: true,
    failedDriver: undefined,
    runId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    version: "1",
    results: {
      build: { success: true, message: "built", data: { size: 42 } },
      deploy: { success: true },
    },
  });
  const expected = Array.from({ length: 50 }, (_, index) => `build: building ${index + 1}`);
  expect(lines.filter((line) => /^(build: building|deploy: deploying)/.test(line))).toEqual(
    [...expected, "deploy: deploying"],
  );
});

it("returns the outcome of a failed run, with the driver that failed", async () => {
  const { success, failedDriver, results } = await runResource(client(), site({ fail: true }), {
    steps,
  });
  expect({ success, failedDriver }).toEqual({ success: false, failedDriver: "deploy" });
  expect(results["deploy"]?.message).toContain("no room");
});

it("rejects with the reason of its signal, and with the error of onLog", async () => {
  const reason = new Error("enough");
  const controller = new AbortController();
  const stopped = runResource(client(), site(), {
    steps,
    signal: controller.signal,
    onLog: () => controller.abort(reason),
  });
  expect(await rejection(stopped)).toBe(reason);
  const fault = new Error("cannot show it");
  const broken = runResource(client(), site(), {
    steps,
    onLog: () => {
      throw fault;
    },
  });
  expect(await rejection(broken)).toBe(fault);
});

it("rejects before anything is created when steps or pipeline are unknown", async () => {
  const resource = site();
  const error = await rejection(runResource(client(), resource));
  expect(error).toMatchObject({ name: "ConfigError", field: "steps" });
  expect(String(error)).toMatch(/the server does not return its steps; pass them as steps/);
  const { pipeline: _, ...alone } = resource;
  expect(await rejection(runResource(client(), alone, { steps }))).toMatchObject({
    field: "pipeline",
  });
  expect(await rejection(client().getResource(resource.name, "workflow"))).toBeInstanceOf(
    NotFoundError,
  );
});

it("rejects an invalid timeoutMs", async () => {
  const error = await rejection(runResource(client(), site(), { steps, timeoutMs: -1 }));
  expect(error).toBeInstanceOf(ConfigError);
});
