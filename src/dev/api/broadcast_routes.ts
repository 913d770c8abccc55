/** The route of broadcast messages. @module */

import { Hono } from "hono";
import { readBroadcast, toWireBroadcast } from "../../protocol/broadcast.ts";
import { encodeJson } from "../../encoding/json.ts";
import { BROADCAST_SUBJECT } from "../../protocol/subjects.ts";
import { messageId } from "../store/ids.ts";
import { readBody } from "./request_body.ts";

/** Publishes on core NATS. */
export type CorePublish = (subject: string, data: Uint8Array) => void;

/** Creates the route that publishes a message to every subscriber. The server sets the message's id. */
export function broadcastRoutes(publish: CorePublish): Hono {
  const app = new Hono();
  app.post("/drivers/broadcast-message", async (c) => {
    const message = toWireBroadcast(readBroadcast(await readBody(c.req.raw)));
    publish(BROADCAST_SUBJECT, encodeJson({ ...message, id: messageId() }));
    return c.json({ message: "message published" });
  });
  return app;
}
