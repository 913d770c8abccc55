import { expect, test } from "vitest";
import { connectBroker } from "../../../src/transport/connect.ts";
import { errorOf, startedServer } from "../support.ts";

test("a broadcast is published on core NATS with an id from the server", async () => {
  const { call, server } = await startedServer();
  await using connection = await connectBroker(server.broker, server.broker.transport);
  const seen: unknown[] = [];
  connection.subscribe(
    "application",
    ({ data }) => seen.push(JSON.parse(new TextDecoder().decode(data))),
  );
  const message = { event: "hello", payload: "{}", id: "mine", run_id: "r" };
  const response = await call("POST", "/drivers/broadcast-message", message);
  await connection.flush();
  expect(response).toMatchObject({ status: 200, body: { message: expect.any(String) } });
  expect(seen).toEqual([{ ...message, id: expect.stringMatching(/^[0-9a-f]{24}$/) }]);
});

test("a broadcast that is not JSON is refused with 400", async () => {
  const { call } = await startedServer();
  const response = await call("POST", "/drivers/broadcast-message", "{");
  expect(response.status).toBe(400);
  expect(errorOf(response)).toContain("Invalid request payload");
});
