import { deepStrictEqual, equal } from "node:assert/strict";
import { createDevServer } from "@conveyor/driver/dev";
import { createDriverTest, createPipelineTest, testDriver } from "@conveyor/driver/testing";
import { script } from "./driver.js";

Deno.test("logs what the script prints", async () => {
  const { result, messages, settled } = await testDriver(script, {
    spec: { script: 'echo "to $IMAGE"' },
    results: { build: { data: { image: "web:1" } } },
  });
  equal(result?.message, "the script ended with exit code 0");
  deepStrictEqual(messages, ["to web:1"]);
  equal(settled, "ack");
});

Deno.test("tries a temporary failure again, without waiting here", async () => {
  const { outcome, retryInMs } = await testDriver(script, {
    spec: { script: "exit 75" },
    attempt: 3,
  });
  equal(outcome, "retried");
  equal(retryInMs, 4000);
});

Deno.test("ends the script when the lease is lost", async () => {
  await using run = await createDriverTest(script, {
    spec: { script: "sleep 60" },
  });
  await run.called();
  await run.loseLease();
  equal((await run.settled()).outcome, "lease-lost");
});

Deno.test("runs in a pipeline", async () => {
  await using pipeline = await createPipelineTest(createDevServer(), {
    drivers: [script],
  });
  const { success, messages } = await pipeline.run({
    spec: { script: "echo hello" },
  });
  equal(success, true);
  deepStrictEqual(messages, ["hello stream=stdout"]);
});
