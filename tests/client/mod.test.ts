import { expect, it } from "vitest";
import * as client from "../../src/client/mod.ts";

it("the entry of the client exports its functions and its errors, and nothing else", () => {
  expect(Object.keys(client).sort()).toEqual([
    "ApiError",
    "ConfigError",
    "ConflictError",
    "ConnectionError",
    "ConveyorError",
    "NotFoundError",
    "TimeoutError",
    "UnauthorizedError",
    "ValidationError",
    "createClient",
    "createOrUpdateResource",
    "ensureDefinitions",
    "isWholeLog",
    "logEntryTime",
    "readResults",
    "runResource",
    "streamLogsV1",
    "streamWholeLog",
    "waitForDeletion",
    "waitForRun",
  ]);
});

it("the client has the calls that its interface has", () => {
  const calls = Object.entries(client.createClient({ url: "http://conveyor.test/base" }));
  expect(calls.filter(([, call]) => typeof call === "function").map(([name]) => name).sort())
    .toEqual([
      "broadcastMessage",
      "capabilities",
      "createLog",
      "createOrUpdateResourceDefinition",
      "createPipeline",
      "createResource",
      "createResourceDefinition",
      "deletePipeline",
      "deleteResource",
      "deleteResourceDefinition",
      "getApiUrl",
      "getPipeline",
      "getResource",
      "getResourceDefinition",
      "health",
      "listLogs",
      "metrics",
      "streamLogs",
      "updatePipeline",
      "updateResource",
      "updateResourceDefinition",
    ]);
});
