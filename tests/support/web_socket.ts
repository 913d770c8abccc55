import { WebSocket as NodeWebSocket } from "ws";
import type { Transport } from "../../src/transport/transport.ts";
import { createWebSocketTransport } from "../../src/transport/websocket_transport.ts";

/** The transport that a WebSocket URL picks by itself; where there is no `WebSocket`, as on Node 20, one with sockets of `ws`. */
export function webSocketTransport(): Transport {
  if (typeof WebSocket === "function") return createWebSocketTransport();
  return createWebSocketTransport({
    webSocket: (url) => new NodeWebSocket(url) as unknown as WebSocket,
  });
}
