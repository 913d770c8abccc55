/** Messages that test a driver: malformed ones, hostile ones, and good ones among them. */

import fc from "fast-check";
import { jsonObject, nastyJson, nastyKey, nastyText } from "./nasty_json.ts";

/** A message to publish. */
export interface HostileMessage {
  readonly kind: string;
  readonly subject: string;
  readonly data: Uint8Array;
  /** For a message that must be done: what its result has to say. */
  readonly good?: { readonly runId: string; readonly text: string };
}

/** The driver that the messages are meant for, and the resource type it lists. */
export const HOSTILE_DRIVER = "hostile";
export const HOSTILE_TYPE = "workflow";

const encoder = new TextEncoder();
const SHARED_SUBJECT = `resources.${HOSTILE_TYPE}`;
const STEP_SUBJECT = `drivers.${HOSTILE_DRIVER}.resources.${HOSTILE_TYPE}`;

/** Any but well-formed: the fields of a message, each right, wrong or absent. */
const crookedFields: fc.Arbitrary<string> = fc.tuple(
  crooked(fc.constant('"create"')),
  crooked(resourceJson().map((json) => JSON.stringify(json))),
  crooked(fc.constant('"0123456789abcdef01234567"')),
  crooked(fc.uuid().map((id) => JSON.stringify(id))),
  fc.array(fc.tuple(nastyKey, nastyJson), { maxLength: 3 }),
).map(([event, payload, id, runId, more]) =>
  jsonObject([...field("event", event), ...field("payload", payload), ...field("id", id)]
    .concat(field("run_id", runId), more))
);

/** Well-formed, with hostile texts wherever a text may stand. */
const hostileTexts: fc.Arbitrary<string> = fc.record({
  event: mostly(fc.constantFrom("create", "update"), nastyText),
  id: mostly(fc.uuid(), nastyText),
  runId: mostly(fc.uuid(), nastyText),
  resource: resourceJson({ text: nastyText, json: nastyJson }),
  asObject: fc.boolean(),
}).map(({ event, id, runId, resource, asObject }) =>
  messageJson(event, id, runId, resource, asObject)
);

/** A good message whose resource is as deep or as big as a message can hold. */
const monsters: fc.Arbitrary<string> = fc.record({
  runId: fc.uuid(),
  spec: fc.oneof(
    fc.integer({ min: 500, max: 60_000 }).map((depth) => "[".repeat(depth) + "]".repeat(depth)),
    fc.integer({ min: 500, max: 20_000 }).map((depth) =>
      `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`
    ),
    fc.integer({ min: 100_000, max: 1_048_100 }).map((size) => JSON.stringify("x".repeat(size))),
    fc.integer({ min: 1000, max: 20_000 }).map((size) =>
      jsonObject(Array.from({ length: size }, (_, index) => [`k${index}`, "0"]))
    ),
  ),
  asObject: fc.boolean(),
}).map(({ runId, spec, asObject }) => {
  const resource = jsonObject([["name", '"monster"'], ["resource", `"${HOSTILE_TYPE}"`], [
    "spec",
    spec,
  ]]);
  return messageJson("create", "0123456789abcdef01234567", runId, resource, asObject);
});

/** What is published, and how often. */
const messages: fc.Arbitrary<HostileMessage> = fc.oneof(
  { weight: 10, arbitrary: raw("random bytes", fc.uint8Array({ maxLength: 200 })) },
  { weight: 10, arbitrary: text("random text", fc.string({ unit: "binary", maxLength: 200 })) },
  { weight: 10, arbitrary: text("any JSON", nastyJson) },
  { weight: 20, arbitrary: text("crooked fields", crookedFields) },
  { weight: 15, arbitrary: text("hostile texts", hostileTexts) },
  { weight: 10, arbitrary: raw("cut or changed", damaged()) },
  { weight: 5, arbitrary: text("unwanted event", goodText("delete")) },
  { weight: 4, arbitrary: elsewhere() },
  { weight: 16, arbitrary: good() },
);

/** Messages, the same for the same seed. Every five hundredth is a monster: they are slow to make and to send. */
export function hostileMessages(count: number, seed: number): HostileMessage[] {
  const plain = fc.sample(messages, { numRuns: count, seed });
  const huge = fc.sample(text("monster", monsters), { numRuns: Math.ceil(count / 500), seed });
  return plain.map((message, index) =>
    index % 500 === 250 ? huge[index / 500 | 0] ?? message : message
  );
}

/** Whether a message is on a subject that the driver listens on. */
export function isMeantForDriver({ subject }: HostileMessage): boolean {
  return subject === SHARED_SUBJECT || subject === STEP_SUBJECT;
}

function messageJson(
  event: string,
  id: string,
  runId: string,
  resource: string,
  asObject = false,
): string {
  return jsonObject([
    ["event", JSON.stringify(event)],
    ["payload", asObject ? resource : JSON.stringify(resource)],
    ["id", JSON.stringify(id)],
    ["run_id", JSON.stringify(runId)],
  ]);
}

function resourceJson(
  { text = fc.constant("site"), json = fc.constant("{}") }: {
    text?: fc.Arbitrary<string>;
    json?: fc.Arbitrary<string>;
  } = {},
): fc.Arbitrary<string> {
  const result = fc.constant(JSON.stringify('{"success":true,"message":"done","data":null}'));
  const entry = fc.oneof(
    fc.tuple(fc.oneof(text, nastyKey), json),
    fc.tuple(nastyKey.map((name) => `driverresults.${name}`), result),
  );
  const metadata = fc.array(entry, { maxLength: 3 });
  return fc.tuple(text, text, metadata, json).map(([name, pipeline, entries, spec]) =>
    jsonObject([
      ["id", '"0123456789abcdef01234567"'],
      ["name", JSON.stringify(name)],
      ["pipeline", JSON.stringify(pipeline)],
      ["resource", `"${HOSTILE_TYPE}"`],
      ["metadata", jsonObject(entries)],
      ["spec", spec],
    ])
  );
}

/** Hostile in one of five: a message with nothing right in it is refused before it can do harm. */
function mostly(right: fc.Arbitrary<string>, wrong: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof({ weight: 4, arbitrary: right }, { weight: 1, arbitrary: wrong });
}

/** A field's JSON: right, wrong, or `undefined` for absent. */
function crooked(right: fc.Arbitrary<string>): fc.Arbitrary<string | undefined> {
  return fc.oneof(right, nastyJson, fc.constant(undefined));
}

function field(name: string, json: string | undefined): [string, string][] {
  return json === undefined ? [] : [[name, json]];
}

function goodText(event: string): fc.Arbitrary<string> {
  return fc.tuple(fc.uuid(), resourceJson()).map(([runId, resource]) =>
    messageJson(event, "0123456789abcdef01234567", runId, resource)
  );
}

/** A good message that lost its end, or some bytes of which were changed. */
function damaged(): fc.Arbitrary<Uint8Array> {
  const changes = fc.array(
    fc.tuple(fc.nat(), fc.constantFrom(0, 0x22, 0x7b, 0x80, 0xc0, 0xed, 0xff)),
    {
      minLength: 1,
      maxLength: 5,
    },
  );
  const whole = goodText("create").map((text) => encoder.encode(text));
  return fc.oneof(
    fc.tuple(whole, fc.nat()).map(([bytes, at]) => bytes.slice(0, at % bytes.length)),
    fc.tuple(whole, changes).map(([bytes, all]) => {
      const changed = bytes.slice();
      for (const [at, byte] of all) changed[at % changed.length] = byte;
      return changed;
    }),
  );
}

function raw(kind: string, data: fc.Arbitrary<Uint8Array>): fc.Arbitrary<HostileMessage> {
  return fc.tuple(fc.constantFrom(SHARED_SUBJECT, STEP_SUBJECT), data)
    .map(([subject, bytes]) => ({ kind, subject, data: bytes }));
}

function text(kind: string, json: fc.Arbitrary<string>): fc.Arbitrary<HostileMessage> {
  return raw(kind, json.map((text) => encoder.encode(text)));
}

/** On subjects of the stream of other programs. */
function elsewhere(): fc.Arbitrary<HostileMessage> {
  const subject = fc.constantFrom(
    "resources.other",
    `resources.${HOSTILE_TYPE}.more`,
    `drivers.${HOSTILE_DRIVER}.resources.other`,
    `drivers.other.resources.${HOSTILE_TYPE}`,
    `events.${HOSTILE_DRIVER}.done`,
  );
  return fc.tuple(subject, goodText("create"))
    .map(([subject, json]) => ({ kind: "wrong subject", subject, data: encoder.encode(json) }));
}

/** A message that must come to its result, whatever came before it. */
function good(): fc.Arbitrary<HostileMessage> {
  return fc.record({
    subject: fc.constantFrom(SHARED_SUBJECT, STEP_SUBJECT),
    runId: fc.uuid(),
    name: fc.nat({ max: 500 }),
    text: fc.string({ unit: "grapheme" }),
  }).map(({ subject, runId, name, text }) => {
    const resource = JSON.stringify({
      id: "0123456789abcdef01234567",
      name: `site-${name}`,
      resource: HOSTILE_TYPE,
      metadata: { version: "1" },
      spec: { text },
    });
    const json = messageJson("create", "fedcba9876543210fedcba98", runId, resource);
    return { kind: "good", subject, data: encoder.encode(json), good: { runId, text } };
  });
}
