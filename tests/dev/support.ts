import { createDevServer, type DevServerOptions } from "@conveyor/driver/dev";
import { expect, onTestFinished } from "vitest";
import { type Answer, caller } from "../support/api_call.ts";

/** Starts a server that is closed at the end of the test, and collects what it reports. */
export async function startedServer(options: DevServerOptions = {}) {
  const notices: string[] = [];
  const server = createDevServer({ onNotice: (notice) => notices.push(notice), ...options });
  onTestFinished(() => server.close());
  await server.start();
  const call = caller(server.fetch);
  return { server, call, notices };
}

/** The definition that most tests use. */
export const WORKFLOW = {
  name: "workflow",
  description: "work to do",
  version: "1.0.0",
  schema: {
    type: "object",
    properties: { image: { type: "string" } },
    required: ["image"],
  },
};

/** A resource of that definition. */
export const BUILD = { name: "build", resource: "workflow", spec: { image: "alpine" } };

/** Reads the text of an error response. */
export function errorOf(response: Answer): string {
  expect(response.body).toEqual({ error: expect.any(String) });
  return (response.body as { error: string }).error;
}
