import assert from "node:assert/strict";
import { test } from "node:test";
import { createDevServer } from "@conveyor/driver/dev";
import { createDriverTest, createPipelineTest, testDriver } from "@conveyor/driver/testing";
import { script } from "./driver.js";

test("logs what the script prints", async () => {
  const { result, messages, settled } = await testDriver(script, {
    spec: { script: 'echo "to $IMAGE"' },
    results: { build: { data: { image: "web:1" } } },
  });
  assert.deepEqual(result, {
    success: true,
    message: "the script ended with exit code 0",
    data: null,
  });
  assert.deepEqual(messages, ["to web:1"]);
  assert.equal(settled, "ack");
});

test("tries a temporary failure again, without waiting here", async () => {
  const { outcome, retryInMs } = await testDriver(script, {
    spec: { script: "exit 75" },
    attempt: 3,
  });
  assert.equal(outcome, "retried");
  assert.equal(retryInMs, 4000);
});

test("ends the script when the lease is lost", async (context) => {
  const run = await createDriverTest(script, { spec: { script: "sleep 60" } });
  context.after(() => run[Symbol.asyncDispose]());
  await run.called();
  await run.loseLease();
  assert.equal((await run.settled()).outcome, "lease-lost");
});

test("runs in a pipeline", async (context) => {
  const pipeline = await createPipelineTest(createDevServer(), {
    drivers: [script],
  });
  context.after(() => pipeline[Symbol.asyncDispose]());
  const { success, messages } = await pipeline.run({
    spec: { script: "echo hello" },
  });
  assert.equal(success, true);
  assert.deepEqual(messages, ["hello stream=stdout"]);
});
