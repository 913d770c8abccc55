import { afterAll, beforeAll } from "vitest";
import { type NatsServer, startNatsServer } from "../support/nats_server.ts";
import { engineCases } from "./engine_cases.ts";

let nats: NatsServer;

beforeAll(async () => {
  nats = await startNatsServer();
});

afterAll(() => nats.stop());

engineCases(() => Promise.resolve({ servers: nats.url, streams: { storage: "memory" } }));
