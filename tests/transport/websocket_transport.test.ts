import { describe, expect, test, vi } from "vitest";
import { ConfigError, ConnectionError } from "../../src/errors.ts";
import { connectBroker } from "../../src/transport/connect.ts";
import { createWebSocketTransport } from "../../src/transport/websocket_transport.ts";
import { firstFailure } from "./support/first_failure.ts";

describe("connecting over WebSocket", () => {
  test("names the option to set where the runtime has no WebSocket", async () => {
    vi.stubGlobal("WebSocket", undefined);
    try {
      const connecting = connectBroker({ servers: ["ws://127.0.0.1:1"] });
      await expect(connecting).rejects.toThrow(ConfigError);
      await expect(connecting).rejects.toThrow("createWebSocketTransport({ webSocket })");
    } finally {
      vi.unstubAllGlobals();
    }
  });

  test("reports a socket that cannot be opened as a failed attempt", async () => {
    const transport = createWebSocketTransport({
      webSocket: () => {
        throw new Error("not permitted");
      },
    });
    const { error } = await firstFailure(
      { servers: ["wss://user:secret@127.0.0.1:1/path"] },
      (options) => connectBroker(options, transport),
    );
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error.message).toContain(
      "cannot open a WebSocket to wss://127.0.0.1:1/path: not permitted",
    );
  });

  test("rejects with a config error of another copy of the package, recognised by its code", async () => {
    const error = Object.assign(new Error("a config error of another copy"), { code: "config" });
    const transport = createWebSocketTransport({
      webSocket: () => {
        throw error;
      },
    });
    await expect(transport.connect({ servers: ["wss://127.0.0.1:1"] })).rejects.toBe(error);
  });

  test("refuses a client certificate, which a WebSocket does not support", async () => {
    const connecting = connectBroker({
      servers: ["wss://127.0.0.1:1"],
      tls: { cert: "", key: "" },
    });
    await expect(connecting).rejects.toThrow(ConfigError);
    await expect(connecting).rejects.toMatchObject({ field: "tls" });
  });
});
