import { expect, test } from "vitest";
import { openBucket } from "../../../src/transport/shared/stream_bucket.ts";
import { bytes } from "../support/world.ts";

test("a sequence error of another copy of the package is a lost race, any other error is thrown", async () => {
  const errors = [
    Object.assign(new Error("a sequence error of another copy"), { code: "wrong-sequence" }),
    Object.assign(new Error("the stream is gone"), { code: "no-stream" }),
  ];
  const bucket = openBucket({
    publishConfirmed: () => Promise.reject(errors.shift()),
    subscribe: () => ({ unsubscribe() {} }),
    lastMessage: () => Promise.resolve(undefined),
  }, "bucket");
  expect(await bucket.update("key", bytes("value"), 1)).toBeUndefined();
  await expect(bucket.update("key", bytes("value"), 1)).rejects.toThrow("the stream is gone");
});
