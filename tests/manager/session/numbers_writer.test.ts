import { expect, it } from "vitest";
import { NumbersWriter } from "../../../src/manager/session/numbers_writer.ts";
import { RecoverableBucket } from "../../../src/manager/session/recoverable_bucket.ts";
import { decodeText, encodeText } from "../../../src/encoding/json.ts";
import { connectBroker } from "../../../src/transport/connect.ts";
import { createMemoryTransport } from "../../../src/transport/memory_transport.ts";
import { Collector } from "../support/collector.ts";

/** A writer, what it has written so far, and the bucket. */
async function openWriter() {
  const connection = await connectBroker({ servers: ["memory:"] }, createMemoryTransport());
  const bucket = await connection.keyValue("outcomes", { ttlMs: 60_000 });
  const sent: [value: string, revision: number][] = [];
  const written = new Collector<string>();
  let text = "";
  const writer = new NumbersWriter({
    connection,
    bucket: new RecoverableBucket({
      connection,
      bucket: {
        ...bucket,
        update(key, value, revision) {
          sent.push([decodeText(value), revision]);
          return bucket.update(key, value, revision);
        },
        // A user may be allowed to write the bucket and not to read it.
        get: () => Promise.reject(new Error("not allowed")),
      },
      reopen: () => Promise.resolve(),
      onUnavailable() {},
    }),
    key: "record",
    encode: () => encodeText(text),
    onWritten: () => written.add(text),
    onError: (error) => expect.unreachable(String(error)),
  });
  const write = async (next: string) => {
    text = next;
    writer.changed();
    await written.until((texts) => texts.at(-1) === next);
  };
  const stored = async () => decodeText((await bucket.get("record"))!.value);
  return { write, stored, sent, written, bucket };
}

it("a write that the network has held back does not replace a later one", async () => {
  const { write, stored, sent, bucket } = await openWriter();
  await write("one");
  await write("two");
  const [value, revision] = sent[0]!;
  expect(await bucket.update("record", encodeText(value), revision)).toBeUndefined();
  expect(await stored()).toBe("two");
});

it("a record that another write has replaced is written again", async () => {
  const { write, stored, written, bucket } = await openWriter();
  await write("one");
  await bucket.put("record", encodeText("another"));
  const before = written.items.length;
  await write("two");
  await written.until((texts) => texts.length === before + 2); // The first is refused, the second is not.
  expect(await stored()).toBe("two");
  await write("three");
  expect(await stored()).toBe("three");
});
