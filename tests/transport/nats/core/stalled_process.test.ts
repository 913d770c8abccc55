import { expect, it } from "vitest";
import { encodeText } from "../../../../src/encoding/json.ts";
import { connectBroker } from "../../../../src/transport/connect.ts";
import { startNatsServer } from "../../../support/nats_server.ts";

it("a confirmation that arrived while the process was stalled counts, though its time is over", async () => {
  const server = await startNatsServer();
  try {
    await using connection = await connectBroker({ servers: [server.url] });
    await connection.ensureStream({ name: "kept", subjects: ["kept"], retention: "limits" });
    const confirmed = connection.publishConfirmed("kept", encodeText(""), { timeoutMs: 200 });
    const end = performance.now() + 1000;
    while (performance.now() < end);
    expect(await confirmed).toMatchObject({ stream: "kept", sequence: 1 });
  } finally {
    await server.stop();
  }
});
