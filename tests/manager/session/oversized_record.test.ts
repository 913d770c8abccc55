import { expect, it } from "vitest";
import { OutcomeJournal } from "../../../src/manager/session/outcome_journal.ts";
import { RecoverableBucket } from "../../../src/manager/session/recoverable_bucket.ts";
import { createMemoryTransport } from "../../../src/transport/memory_transport.ts";

const KEY = { driver: "deploy", runId: "1", messageId: "a" };

it("reports a record that is larger than the server accepts, and throws nothing", async () => {
  const transport = createMemoryTransport({ maxPayload: 4096 });
  await using connection = await transport.connect({ servers: ["memory:"] });
  const reopen = () => connection.keyValue("outcomes", { ttlMs: 60_000 });
  const errors: Error[] = [];
  const onUnavailable = (error: Error) => errors.push(error);
  const bucket = new RecoverableBucket({
    connection,
    bucket: await reopen(),
    reopen,
    onUnavailable,
  });
  const journal = new OutcomeJournal(connection, bucket, (error) => errors.push(error));
  const small = { result: { success: true, message: "", data: null } };
  const large = { result: { success: false, message: "x".repeat(5000), data: null } };
  journal.sent(KEY, small);
  journal.sent(KEY, large);
  expect(errors.map((error) => error.name)).toEqual(["PayloadTooLargeError"]);
  expect(await journal.find(KEY)).toMatchObject({ outcome: { result: { success: true } } });
});
