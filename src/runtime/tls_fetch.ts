/** `fetch` with a client certificate and a custom CA. @module */

import { builtinNow } from "./builtin.ts";

/** PEM text of a TLS connection. */
export interface TlsText {
  readonly cert?: string;
  readonly key?: string;
  readonly ca?: string;
}

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/**
 * Creates a `fetch` that presents a client certificate and trusts a CA and no other; `undefined` where the runtime cannot. It uses
 * `node:https` on Deno and Bun too: their own take these in other ways, and Node's takes a certificate only with the package `undici`.
 */
export function tlsFetch({ cert, key, ca }: TlsText): Fetch | undefined {
  const https = builtinNow<HttpsModule>("node:https");
  const stream = builtinNow<StreamModule>("node:stream");
  if (!https || !stream) return undefined;
  const agent = new https.Agent({ cert, key, ca, keepAlive: true });
  return (url, { method, headers, body, signal }) =>
    new Promise<NodeResponse>((resolve, reject) => {
      const sent = { "accept-encoding": "gzip", ...Object.fromEntries(headers as Headers) };
      const options = { agent, method, headers: sent, signal };
      const request = https.request(url, options, resolve);
      request.on("error", reject);
      request.end(body);
    }).then((response) => {
      const { statusCode: status, headers } = response;
      const isEmpty = [204, 205, 304].includes(status);
      if (isEmpty) response.resume();
      const body = isEmpty ? null : stream.Readable.toWeb(response);
      const isZipped = headers["content-encoding"] === "gzip";
      // It throws for a status that no response can have, for example 600.
      return new Response(isZipped ? body?.pipeThrough(new DecompressionStream("gzip")) : body, {
        status,
        headers,
      });
    });
}

interface HttpsModule {
  Agent: new (options: object) => unknown;
  request(url: string, options: object, onResponse: (response: NodeResponse) => void): NodeRequest;
}

interface StreamModule {
  Readable: { toWeb(stream: NodeResponse): ReadableStream };
}

interface NodeRequest {
  on(event: "error", listener: (error: Error) => void): void;
  end(body: unknown): void;
}

interface NodeResponse {
  statusCode: number;
  headers: Record<string, string>;
  resume(): void;
}
