/** `fetch` with a client certificate and a custom CA, which every runtime does in another way. @module */

import { builtinNow } from "./builtin.ts";
import { globals } from "./globals.ts";

/** PEM text of a TLS connection. */
export interface TlsText {
  readonly cert?: string;
  readonly key?: string;
  readonly ca?: string;
}

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Creates a `fetch` that presents a client certificate and trusts a CA; `undefined` where the runtime cannot. */
export function tlsFetch({ cert, key, ca }: TlsText): Fetch | undefined {
  const { Deno, Bun } = globals;
  const tls = { ...(ca && { ca }), ...(cert && key && { cert, key }) };
  const own = Deno
    ? { client: Deno.createHttpClient({ ...tls, ...(ca && { caCerts: [ca] }) }) }
    : Bun && { tls };
  if (own) return (url, init) => fetch(url, { ...init, ...own } as RequestInit);
  const https = builtinNow<HttpsModule>("node:https");
  const stream = builtinNow<StreamModule>("node:stream");
  return https && stream && nodeFetch(https, stream.Readable, tls);
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

/** Node's `fetch` takes a certificate only with the package `undici`; `node:https` takes it without any package. */
function nodeFetch(https: HttpsModule, { toWeb }: StreamModule["Readable"], tls: object): Fetch {
  const agent = new https.Agent({ ...tls, keepAlive: true });
  return (url, { method, headers, body, signal }) =>
    new Promise<NodeResponse>((resolve, reject) => {
      const options = { agent, method, headers: Object.fromEntries(new Headers(headers)), signal };
      const request = https.request(url, options, resolve);
      request.on("error", reject);
      request.end(body);
    }).then((response) => {
      const { statusCode: status, headers } = response;
      const isEmpty = [204, 205, 304].includes(status);
      if (isEmpty) response.resume();
      // It throws for a status that no response can have, for example 600.
      return new Response(isEmpty ? null : toWeb(response), { status, headers });
    });
}
