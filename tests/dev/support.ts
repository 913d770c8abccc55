import { createDevServer, type DevServerOptions } from "@conveyor/driver/dev";
import { expect, onTestFinished } from "vitest";

/** An answer, read to its end. */
export interface Answer {
  status: number;
  /** The body's JSON, or its text when it is not JSON. */
  body: unknown;
  headers: Headers;
}

/** Makes a call of the REST API. A text body is sent as it is. */
export type Call = (method: string, path: string, body?: unknown) => Promise<Answer>;

type Fetch = (input: string, init?: RequestInit) => Promise<Response>;

/** Makes calls through a `fetch` function. */
export function caller(fetch: Fetch, base = "http://conveyor.test"): Call {
  return async (method, path, body) => {
    const response = await fetch(base + path, {
      method,
      ...(body !== undefined && {
        body: typeof body === "string" ? body : JSON.stringify(body),
        headers: { "content-type": "application/json" },
      }),
    });
    const text = await response.text();
    return { status: response.status, body: parsed(text), headers: response.headers };
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Starts a server that lasts as long as the test. Fails the test when the server has something to complain about. */
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

/** What the server says when something went wrong. */
export function errorOf(answer: Answer): string {
  expect(answer.body).toEqual({ error: expect.any(String) });
  return (answer.body as { error: string }).error;
}
