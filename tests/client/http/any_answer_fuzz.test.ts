import fc from "fast-check";
import { expect, it } from "vitest";
import { type Client, createClient } from "../../../src/client/mod.ts";

/** Codes of the errors that a call may reject with. */
const CODES =
  /^(api|not-supported|unreadable-answer|answer-too-large|not-found|conflict|validation|unauthorized|connection)$/;

interface Answer {
  readonly status: number;
  readonly headers: [name: string, value: string][];
  readonly body: Uint8Array;
  readonly cuts: number[];
  readonly breaks: boolean;
}

/** A `fetch` that obeys the rules of the platform's: a status that no response has, and a header that is none, reject. */
function fetchOf({ status, headers, body, cuts, breaks }: Answer) {
  return () => {
    const starts = [0, ...cuts.map((cut) => cut % (body.length + 1)).sort((a, b) => a - b)];
    const chunks = starts.map((start, at) => body.subarray(start, starts[at + 1]));
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        const chunk = chunks.shift();
        if (chunk) controller.enqueue(chunk);
        else if (breaks) controller.error(new TypeError("terminated"));
        else controller.close();
      },
    });
    const isEmpty = [204, 205, 304].includes(status);
    return new Promise<Response>((resolve) =>
      resolve(new Response(isEmpty ? null : stream, { status, headers }))
    );
  };
}

const odd = fc.constantFrom(null, true, 0, -1.5, "", "a", "r1", "r2", "build", [], ["a"], {}, {
  a: 1,
});
const field = fc.oneof(odd, fc.string({ maxLength: 8 }));
const json = fc.oneof(
  odd,
  fc.record({
    name: field,
    resource: field,
    runid: field,
    driver: field,
    metadata: field,
    steps: fc.oneof(field, fc.array(field, { maxLength: 2 })),
    timestamp: fc.oneof(field, fc.constant("2026-01-01T00:00:00.1Z")),
    message: field,
    error: field,
  }, { requiredKeys: [] }),
).map((value) => JSON.stringify(value));
const text = fc.oneof(
  json,
  fc.array(json, { maxLength: 4 }).map((list) => `[${list.join()}]`),
  fc.tuple(json, fc.nat(40)).map(([text, end]) => text.slice(0, end)),
  fc.array(fc.tuple(fc.constantFrom("data: ", "data:", ": ", "event: ", ""), json))
    .map((lines) => lines.map(([field, value]) => `${field}${value}\n\n`).join("")),
  fc.constantFrom("", "null", "<!doctype html><p>log in", "NaN", "\ufeff{}", "data"),
);
const answer: fc.Arbitrary<Answer> = fc.record({
  status: fc.oneof(
    fc.constantFrom(200, 201, 202, 204, 205, 301, 304, 400, 401, 404, 409, 422, 429, 500, 503, 600),
    fc.integer({ min: 0, max: 1000 }),
  ),
  headers: fc.array(
    fc.tuple(
      fc.constantFrom("content-type", "date", "retry-after", "location", "content-length", "x"),
      fc.oneof(
        fc.constantFrom("application/json", "text/html", "text/event-stream", "0", "-1", "1e9"),
        fc.string(),
      ),
    ).map(([name, value]): [string, string] => [name, value.replace(/[^ -~]/g, "")]),
    { maxLength: 4 },
  ),
  body: fc.oneof(
    text.map((value) => new TextEncoder().encode(value)),
    text.map((value) =>
      new Uint8Array(new Uint16Array([...value].map((c) => c.charCodeAt(0))).buffer)
    ),
    fc.uint8Array({ maxLength: 100 }),
  ),
  cuts: fc.array(fc.nat(200), { maxLength: 3 }),
  breaks: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true)),
});

const CALLS: ((client: Client) => Promise<unknown>)[] = [
  (client) => client.createResource({ name: "a", resource: "b", spec: {} }),
  (client) => client.getResource("a", "b"),
  (client) => client.updateResource({ name: "a", resource: "b", spec: {} }),
  (client) => client.deleteResource("a", "b"),
  (client) => client.createOrUpdateResourceDefinition({ name: "a", schema: {} }),
  (client) => client.getResourceDefinition("a"),
  (client) => client.deleteResourceDefinition("a"),
  (client) => client.createPipeline({ name: "a", resource: "b", steps: ["c"] }),
  (client) => client.getPipeline("a"),
  (client) => client.createLog({ runId: "r1", driver: "build", message: "a" }),
  (client) => client.broadcastMessage({ event: "a", payload: {} }),
  (client) => client.capabilities(),
  (client) => client.health(),
  (client) => client.metrics(),
];

/** Runs a call, and checks what it rejects with. Returns what it resolves with. */
async function check<T>(run: () => Promise<T>): Promise<T | undefined> {
  try {
    return await run();
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    expect(code, message).toMatch(CODES);
    return undefined;
  }
}

const clientOf = (answer: Answer) =>
  createClient({
    url: "http://ci.example",
    protocol: "v2",
    credentials: false,
    retry: false,
    fetch: fetchOf(answer),
  });

it("any answer to any call is read, or an error of ours", async () => {
  await fc.assert(
    fc.asyncProperty(answer, fc.nat(CALLS.length - 1), async (answer, call) => {
      await check(() => CALLS[call]!(clientOf(answer)));
    }),
    { numRuns: 10_000 },
  );
}, 60_000);

it("any answer to a log's list or stream is read, and has lines of this run only", async () => {
  await fc.assert(
    fc.asyncProperty(answer, fc.boolean(), fc.boolean(), async (answer, follow, ofDriver) => {
      const isStream = follow && answer.status === 200;
      const type: [string, string] = ["content-type", "text/event-stream"];
      const client = clientOf(isStream ? { ...answer, headers: [type] } : answer);
      const driver = ofDriver ? "build" : undefined;
      const entries = await check(async () => {
        if (!follow) return await client.listLogs({ runId: "r1", driver });
        const over = new AbortController();
        const taken = [];
        const stream = client.streamLogs({
          runId: "r1",
          driver,
          signal: over.signal,
          onReconnect: () => over.abort(),
        });
        for await (const entry of stream) taken.push(entry);
        return taken;
      });
      for (const { runId } of entries ?? []) expect(runId).toBe("r1");
    }),
    { numRuns: 10_000 },
  );
}, 60_000);
