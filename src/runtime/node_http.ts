/** The parts of `node:http` and `node:stream` that a server needs. @module */

/** A request that a server has received. */
export interface IncomingMessage {
  readonly method?: string;
  readonly url?: string;
  readonly headers:
    & Readonly<Record<string, string | string[] | undefined>>
    & { readonly host?: string };
  on(event: "data", listener: (chunk: Uint8Array) => void): unknown;
  once(event: "end" | "error" | "close", listener: () => void): unknown;
  pause(): unknown;
  resume(): unknown;
}

/** The response to it. */
export interface ServerResponse {
  readonly headersSent: boolean;
  once(event: "close", listener: () => void): unknown;
  writeHead(status: number, headers?: Record<string, string>): ServerResponse;
  flushHeaders(): void;
  end(text?: string): unknown;
  destroy(): unknown;
}

/** A server. */
export interface Server {
  once(event: "error", listener: (cause: unknown) => void): unknown;
  listen(port: number, hostname: string, listener: () => void): unknown;
  address(): string | { readonly port: number } | null;
  close(listener: () => void): unknown;
  closeAllConnections(): void;
}

/** `node:http`. */
export interface NodeHttp {
  createServer(
    listener: (incoming: IncomingMessage, outgoing: ServerResponse) => void,
  ): Server;
}

/** `node:stream`. */
export interface NodeStreams {
  readonly Readable: {
    fromWeb(body: ReadableStream): unknown;
  };
  readonly promises: { pipeline(from: unknown, to: ServerResponse): Promise<void> };
}
