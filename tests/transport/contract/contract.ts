import { afterAll, beforeAll, describe } from "vitest";
import type { Connection } from "../../../src/transport/transport.ts";
import { consumerCases } from "./consumers.ts";
import { coreCases } from "./core.ts";
import { deliveryCases } from "./deliveries.ts";
import { keyValueCases } from "./key_value.ts";
import { connectionLifecycleCases } from "./connection_lifecycle.ts";
import { publishCases } from "./publish.ts";
import { pullCases } from "./pulls.ts";
import { retentionCases } from "./retention.ts";
import { streamCases } from "./streams.ts";
import type { World } from "../support/world.ts";

/** What the contract runs with: a shared connection, and a function that creates more. */
export interface Contract extends World {
  readonly shared: () => Connection;
}

/** A broker to run the contract against. */
export interface Broker extends World, AsyncDisposable {}

/** Declares the tests of the contract for the broker that `start` creates. */
export function describeContract(name: string, start: () => Promise<Broker>): void {
  describe.concurrent(name, () => {
    let broker: Broker;
    let shared: Connection;
    const connections: Connection[] = [];
    const connect = async () => {
      const connection = await broker.connect();
      connections.push(connection);
      return connection;
    };
    beforeAll(async () => {
      broker = await start();
      shared = await connect();
    });
    afterAll(async () => {
      await Promise.all(connections.map((connection) => connection.close()));
      await broker[Symbol.asyncDispose]();
    });
    const contract: Contract = { connect, shared: () => shared };
    coreCases(contract);
    publishCases(contract);
    streamCases(contract);
    consumerCases(contract);
    pullCases(contract);
    deliveryCases(contract);
    retentionCases(contract);
    keyValueCases(contract);
    connectionLifecycleCases(contract);
  });
}
