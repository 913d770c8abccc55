import { expect, it } from "vitest";
import { foldStack } from "../../../src/logger/writing/fold_stack.ts";

it("a stack keeps the user's frames, and folds those of this package", () => {
  expect(foldStack([
    "Error: disk full",
    "    at write (/app/deploy.ts:3:9)",
    "    at callReconcile (/app/node_modules/@conveyor/driver/dist/chunk-A.js:1:2)",
    "    at async file:///app/node_modules/.deno/@jsr+conveyor__driver@0.1.0/x/src/a.ts:1:2",
    "    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)",
    "    at async https://jsr.io/@conveyor/driver/0.1.0/src/manager/run/attempt.ts:9:1",
  ].join("\n"))).toBe([
    "Error: disk full",
    "    at write (/app/deploy.ts:3:9)",
    "    … 2 of @conveyor/driver",
    "    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)",
    "    … 1 of @conveyor/driver",
  ].join("\n"));
});

it("a stack of others stays as it is, and so does a message that names this package", () => {
  const stack = "Error: no @conveyor/driver/x\n    at deploy (/srv/conveyor/driver/deploy.ts:3:9)";
  expect(foldStack(stack)).toBe(stack);
});
