import { expect, test } from "bun:test";
import { createDevServer } from "@conveyor/driver/dev";
import { createDriverTest, createPipelineTest, testDriver } from "@conveyor/driver/testing";
import { script } from "./driver.js";

test("logs what the script prints", async () => {
  const report = await testDriver(script, {
    spec: { script: 'echo "to $IMAGE"' },
    results: { build: { data: { image: "web:1" } } },
  });
  expect(report).toMatchObject({
    result: { success: true, message: "the script ended with exit code 0" },
    messages: ["to web:1"],
    settled: "ack",
  });
});

test("tries a temporary failure again, without waiting here", async () => {
  const report = await testDriver(script, {
    spec: { script: "exit 75" },
    attempt: 3,
  });
  expect(report).toMatchObject({ outcome: "retried", retryInMs: 4000 });
});

test("ends the script when the lease is lost", async () => {
  await using run = await createDriverTest(script, {
    spec: { script: "sleep 60" },
  });
  await run.called();
  await run.loseLease();
  expect(await run.settled()).toMatchObject({ outcome: "lease-lost" });
});

test("runs in a pipeline", async () => {
  await using pipeline = await createPipelineTest(createDevServer(), {
    drivers: [script],
  });
  expect(await pipeline.run({ spec: { script: "echo hello" } })).toMatchObject({
    success: true,
    messages: ["hello stream=stdout"],
  });
});
