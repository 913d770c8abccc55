import { describe, expect, it } from "vitest";
import { readBroadcast, toWireBroadcast } from "../../src/protocol/broadcast.ts";
import {
  type CreateResourceResult,
  readCreateResourceResult,
  type ResourceInput,
  toWireCreateResult,
  toWireResource,
} from "../../src/protocol/resources/create_resource.ts";
import { logQuery, readLogEntries, readLogQuery } from "../../src/protocol/logs/log_query.ts";
import { MalformedMessageError } from "../../src/protocol/malformed.ts";
import {
  type Pipeline,
  type PipelineInput,
  readPipeline,
  toWirePipeline,
} from "../../src/protocol/pipeline.ts";
import {
  readResourceDefinition,
  type ResourceDefinition,
  type ResourceDefinitionInput,
  toWireResourceDefinition,
} from "../../src/protocol/resources/resource_definition.ts";
import { readVectors } from "./vectors.ts";

interface Malformed {
  wire: string;
  error: string;
}

interface Vectors {
  resource: {
    sent: { input: ResourceInput; wire: string }[];
    responses: { wire: string; result: CreateResourceResult }[];
    malformed: Malformed[];
  };
  definition: {
    sent: { input: ResourceDefinitionInput; wire: string }[];
    read: { wire: string; definition: ResourceDefinition }[];
    malformed: Malformed[];
  };
  pipeline: {
    sent: { input: PipelineInput; wire: string }[];
    read: { wire: string; pipeline: Pipeline }[];
    malformed: Malformed[];
  };
  broadcast: { message: { event: string; payload: unknown; runId: string }; wire: string }[];
  logQuery: { filter: { runId?: string; driver?: string; pipeline?: string }; query: string }[];
}

const { resource, definition, pipeline, broadcast, ...vectors } = readVectors<Vectors>("rest");

const rejected = (read: (value: unknown) => unknown, { wire, error }: Malformed) =>
  expect(() => read(JSON.parse(wire))).toThrow(new MalformedMessageError(error));

describe("a resource", () => {
  it.each(resource.sent)("is sent as $wire", ({ input, wire }) => {
    expect(JSON.stringify(toWireResource(input))).toBe(wire);
  });

  it.each(resource.responses)("is created by the response $wire", ({ wire, result }) => {
    expect(readCreateResourceResult(JSON.parse(wire))).toEqual(result);
    expect(JSON.stringify(toWireCreateResult(result))).toBe(wire);
  });

  it.each(resource.malformed)("is not created by the response $wire", (malformed) => {
    rejected(readCreateResourceResult, malformed);
  });
});

describe("a resource definition", () => {
  it.each(definition.sent)("is sent as $wire", ({ input, wire }) => {
    expect(JSON.stringify(toWireResourceDefinition(input))).toBe(wire);
  });

  it.each(definition.read)("is read from $wire", ({ wire, definition }) => {
    expect(readResourceDefinition(JSON.parse(wire))).toEqual(definition);
  });

  it.each(definition.malformed)("is not read from $wire", (malformed) => {
    rejected(readResourceDefinition, malformed);
  });
});

describe("a pipeline", () => {
  it.each(pipeline.sent)("is sent as $wire", ({ input, wire }) => {
    expect(JSON.stringify(toWirePipeline(input))).toBe(wire);
  });

  it.each(pipeline.read)("is read from $wire", ({ wire, pipeline }) => {
    expect(readPipeline(JSON.parse(wire))).toEqual(pipeline);
  });

  it.each(pipeline.malformed)("is not read from $wire", (malformed) => {
    rejected(readPipeline, malformed);
  });
});

describe("a broadcast message", () => {
  it.each(broadcast)("is sent as $wire", ({ message, wire }) => {
    expect(JSON.stringify(toWireBroadcast(message))).toBe(wire);
    expect(readBroadcast(JSON.parse(wire))).toEqual({
      ...message,
      payload: JSON.parse(wire).payload,
    });
  });
});

describe("stored log entries", () => {
  it.each(vectors.logQuery)("are selected by ?$query", ({ filter, query }) => {
    expect(logQuery(filter)).toBe(query);
    expect(readLogQuery(new URLSearchParams(query))).toEqual(filter);
  });

  it("are none when the response is null", () => {
    expect(readLogEntries(null)).toEqual([]);
    expect(() => readLogEntries({})).toThrow(
      new MalformedMessageError("the response is not a list"),
    );
  });
});
