import type { Msg } from "@nats-io/nats-core";
import { expect, it } from "vitest";
import type { ReconnectingConnection } from "../../../../src/transport/nats/core/reconnecting_connection.ts";
import type { Request, RequestMux } from "../../../../src/transport/nats/core/request_mux.ts";
import { NatsDelivery } from "../../../../src/transport/nats/pull/nats_delivery.ts";

it("a renewal that waits for its confirmation is not sent again once the message is handed back", () => {
  const requests: Request[] = [];
  const mux = { request: (request: Request) => void requests.push(request) };
  const connection = { send: () => true };
  const delivery = new NatsDelivery(
    { data: new Uint8Array() } as Msg,
    "$JS.ACK.messages.deploy.1.1.1.0.0",
    { sequence: 1, deliveryCount: 1, timestampMs: 0, pending: 0 },
    connection as unknown as ReconnectingConnection,
    mux as unknown as RequestMux,
  );
  void delivery.renew();
  expect(requests[0]?.lease?.held).toBe(true);
  delivery.nak(1000);
  expect(requests[0]?.lease?.held).toBe(false);
});
