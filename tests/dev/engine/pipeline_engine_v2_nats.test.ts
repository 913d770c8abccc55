import { afterAll, beforeAll } from "vitest";
import { type NatsServer, startNatsServer } from "../../support/nats_server.ts";
import { pipelineEngineV2Cases } from "./pipeline_engine_v2_cases.ts";

let nats: NatsServer;

beforeAll(async () => {
  nats = await startNatsServer();
});

afterAll(() => nats.stop());

pipelineEngineV2Cases(() =>
  Promise.resolve({ generation: "v2", servers: nats.url, streams: { storage: "memory" } })
);
