import { afterAll, beforeAll } from "vitest";
import { type NatsServer, startNatsServer } from "../../support/nats_server.ts";
import { pipelineEngineV3Cases } from "./pipeline_engine_v3_cases.ts";

let nats: NatsServer;

beforeAll(async () => {
  nats = await startNatsServer();
});

afterAll(() => nats.stop());

pipelineEngineV3Cases(() => Promise.resolve({ servers: nats.url, streams: { storage: "memory" } }));
