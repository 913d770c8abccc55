import { expect, test } from "vitest";
import { encodeText } from "../../src/encoding/json.ts";
import { openEvents, type WireEntry } from "../support/event_reader.ts";
import type { Target } from "./target.ts";

/** Defines the tests of stored and streamed logs. A server cannot delete entries, so each test uses a new run id. */
export function logCases(target: Target): void {
  const { call, unique, url, fetch, connection, differences, live } = target;

  const entryOf = (runid: string, message: string, driver = "conformance"): WireEntry => ({
    runid,
    driver,
    pipeline: unique("logs"),
    timestamp: `2026-01-01T00:00:00.${message.padStart(9, "0")}Z`,
    message,
  });

  /** Writes an entry as a driver does. */
  async function write(entry: WireEntry, labels?: Record<string, string>): Promise<void> {
    const data = encodeText(JSON.stringify(labels ? { ...entry, labels } : entry));
    connection.publish(`live.logs.${entry.runid}.${entry.driver}`, data);
    await connection.publishConfirmed(`logs.${entry.runid}`, data);
  }

  test("a posted entry is read back, by every filter", async () => {
    const mine = entryOf(crypto.randomUUID(), "1", unique("posting"));
    const other = entryOf(mine.runid, "2", unique("other"));
    for (const entry of [mine, other]) {
      expect((await call("POST", "/logs", entry)).status).toBe(201);
    }
    for (const [key, value] of [["runid", mine.runid], ["driver", mine.driver]] as const) {
      const { status, body } = await call("GET", `/logs?${key}=${value}`);
      expect(status).toBe(200);
      expect(body).toContainEqual(mine);
    }
    const query = `pipeline=${mine.pipeline}&driver=${mine.driver}&runid=${mine.runid}`;
    expect((await call("GET", `/logs?${query}`)).body).toEqual([mine]);
    expect((await call("GET", `/logs?runid=${crypto.randomUUID()}`)).body).toEqual([]);
  });

  test("entries that drivers publish are stored, in the order of their timestamps", async () => {
    const run = crypto.randomUUID();
    const entries = Array.from({ length: 50 }, (_, index) => entryOf(run, String(index)));
    for (const index of entries.keys()) await write(entries[(index * 7) % 50]!, { level: "info" });
    const read = async () => (await call("GET", `/logs?runid=${run}`)).body as WireEntry[];
    await expect.poll(async () => (await read()).length, { timeout: 10_000 }).toBe(50);
    const stored = await read();
    expect(stored.map(({ message }) => message)).toEqual(entries.map(({ message }) => message));
    const fields = ["driver", "message", "pipeline", "runid", "timestamp"];
    differences.compare("fields that are stored", fields, Object.keys(stored[0]!).sort());
  });

  test("a run's entries are sorted by driver, then by timestamp", async () => {
    const run = crypto.randomUUID();
    for (const [message, driver] of [["1", "b"], ["2", "a"], ["3", "b"]] as const) {
      await call("POST", "/logs", entryOf(run, message, driver));
    }
    const stored = (await call("GET", `/logs?runid=${run}`)).body as WireEntry[];
    differences.compare(
      "order over drivers",
      ["2", "1", "3"],
      stored.map(({ message }) => message),
    );
  });

  test.each(["pipeline", "streams/conformance"])(
    "the stream /logs/%s sends stored entries, then live ones",
    async (path) => {
      const run = crypto.randomUUID();
      const before = entryOf(run, "1");
      expect((await call("POST", "/logs", before)).status).toBe(201);
      const stream = await openEvents(`${url}/logs/${path}/${run}`, fetch);
      expect(stream.response.status).toBe(200);
      expect(stream.response.headers.get("content-type")).toContain("text/event-stream");
      expect(await stream.take(1)).toEqual([before]);
      await keepWriting(run, stream.takeUntil(({ message }) => message.startsWith("live-")));
    },
  );

  test("a driver's stream sends no entries of other drivers", async () => {
    const run = crypto.randomUUID();
    await call("POST", "/logs", entryOf(run, "1", "another"));
    await call("POST", "/logs", entryOf(run, "2"));
    const stream = await openEvents(`${url}/logs/streams/conformance/${run}`, fetch);
    expect((await stream.take(1))[0]).toMatchObject({ message: "2" });
  });

  test("a stream sends heartbeats", { timeout: 45_000 }, async () => {
    const stream = await openEvents(`${url}/logs/pipeline/${crypto.randomUUID()}`, fetch);
    let comment = await stream.takeComment();
    if (comment !== "heartbeat") comment = await stream.takeComment(); // The first may say that the stream is open.
    expect(comment).toBe("heartbeat");
  });

  /**
   * Writes entries until the stream has sent one. A live server does not show when its live part begins, and may miss an
   * entry before it.
   */
  async function keepWriting(run: string, seen: Promise<WireEntry>): Promise<void> {
    let done = false;
    const entry = seen.finally(() => done = true);
    for (let count = 0; !done; count += 1) {
      await write(entryOf(run, `live-${count}`));
      if (live || count > 0) {
        await Promise.race([
          entry,
          new Promise((resolve) => setTimeout(resolve, 50)),
        ]);
      }
    }
    const { message } = await entry;
    differences.compare("the first live entry is the first after the replay", "live-0", message);
  }
}
