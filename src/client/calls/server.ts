/** Calls for the server itself. @module */

import { toWireBroadcast } from "../../protocol/broadcast.ts";
import { type Capabilities, readCapabilities } from "../../protocol/capabilities.ts";
import { readHealth } from "../../protocol/health.ts";
import { objectOf, optionalText } from "../../protocol/read.ts";
import type { Client } from "../client.ts";
import type { SendCall } from "../http/http_client.ts";

/** Creates the calls for the server itself. */
export function serverCalls(
  send: SendCall,
): Pick<Client, "broadcastMessage" | "capabilities" | "health" | "metrics"> {
  return {
    broadcastMessage: async (message, options) =>
      await send({
        action: `broadcast the message ${JSON.stringify(message.event)}`,
        method: "POST",
        path: "/drivers/broadcast-message",
        body: toWireBroadcast(message),
        read: (body) => optionalText(objectOf(body, "the response"), "message"),
      }, options),

    capabilities: (options) =>
      send<Capabilities>({
        action: "get the server's capabilities",
        method: "GET",
        path: "/capabilities",
        read: readCapabilities,
      }, options).catch((error) => {
        if (error.status === 404) return {};
        throw error;
      }),

    health: (options) =>
      send({
        action: "check the server's health",
        method: "GET",
        path: "/health",
        anonymous: true,
        read: readHealth,
      }, options),

    metrics: (options) =>
      send({
        action: "get the server's metrics",
        method: "GET",
        path: "/metrics",
        anonymous: true,
        bodyType: "text",
        read: String,
      }, options),
  };
}
