import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { createServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { IssuedCertificate } from "./certificates.ts";

/** A proxy that terminates TLS, and forwards the WebSockets of one path. Disposing of it closes all. */
export interface TlsProxy extends AsyncDisposable {
  readonly port: number;
  /** The paths that were requested, in order. */
  readonly paths: readonly string[];
  /** Ends the connections there are. */
  cut(): void;
}

/** Starts a proxy on 127.0.0.1 that forwards the WebSockets of `path` to the root of a port. */
export async function startTlsProxy(
  { cert, key }: IssuedCertificate,
  path: string,
  targetPort: number,
): Promise<TlsProxy> {
  const paths: string[] = [];
  const sockets = new Set<Duplex>();
  const server = createServer({ cert, key }, (_, response) => response.writeHead(404).end());
  server.on("upgrade", (request: IncomingMessage, client: Duplex, head: Uint8Array) => {
    paths.push(request.url ?? "");
    if (request.url !== path) return void client.end("HTTP/1.1 404 Not Found\r\n\r\n");
    const upstream = connect(targetPort, "127.0.0.1");
    for (const [from, to] of [[client, upstream], [upstream, client]] as const) {
      sockets.add(from);
      (from as Socket).setNoDelay?.(true);
      from.on("error", () => to.destroy());
      from.on("close", () => to.destroy());
      from.pipe(to);
    }
    upstream.write(`GET / HTTP/1.1\r\n${headerLines(request)}\r\n`);
    upstream.write(head);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return {
    port: (server.address() as AddressInfo).port,
    paths,
    cut,
    async [Symbol.asyncDispose]() {
      cut();
      await once(server.close(), "close");
    },
  };
}

function headerLines({ rawHeaders }: IncomingMessage): string {
  let lines = "";
  for (let at = 0; at < rawHeaders.length; at += 2) {
    lines += `${rawHeaders[at]}: ${rawHeaders[at + 1]}\r\n`;
  }
  return lines;
}
