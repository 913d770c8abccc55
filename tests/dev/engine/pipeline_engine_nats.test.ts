import { afterAll, beforeAll } from "vitest";
import { type NatsServer, startNatsServer } from "../../support/nats_server.ts";
import { pipelineEngineCases } from "./pipeline_engine_cases.ts";

let nats: NatsServer;

beforeAll(async () => {
  nats = await startNatsServer();
});

afterAll(() => nats.stop());

pipelineEngineCases(() => Promise.resolve({ servers: nats.url, streams: { storage: "memory" } }));
