import { expect, it } from "vitest";
import { type Client, createClient } from "../../../src/client/mod.ts";
import { serve } from "./http_server.ts";

/** A call, its request, the response of the server, and the result of the call. */
export interface CallCase {
  readonly call: (client: Client) => Promise<unknown>;
  readonly sends: [method: string, path: string, body?: unknown];
  readonly response?: { status?: number; body?: object | string };
  readonly returns: unknown;
}

/** Tests each call: what it sends, and what it returns. */
export function testCalls(cases: Record<string, CallCase>): void {
  it.each(Object.entries(cases))("%s", async (_, { call, sends, response = {}, returns }) => {
    const server = await serve(response);
    expect(await call(createClient({ url: server.url }))).toEqual(returns);
    const [request] = server.seen;
    const { method, path, body, headers } = request!;
    expect(server.seen).toHaveLength(1);
    expect([method, path, ...(body ? [JSON.parse(body)] : [])]).toEqual(sends);
    expect(headers["content-type"]).toBe(body ? "application/json" : undefined);
  });
}
