/** Broadcast messages. @module */

import { Hono } from "hono";
import { readBroadcast, toWireBroadcast } from "../../protocol/broadcast.ts";
import { encodeJson } from "../../protocol/json.ts";
import { BROADCAST_SUBJECT } from "../../protocol/subjects.ts";
import { messageId } from "../store/ids.ts";
import { readBody } from "./responses.ts";

/** Publishes on core NATS. */
export type CorePublish = (subject: string, data: Uint8Array) => void;

/** Routes the call that sends a message to every subscriber. The server gives the message its id. */
export function broadcastRoutes(publish: CorePublish): Hono {
  const app = new Hono();
  app.post("/drivers/broadcast-message", async (c) => {
    const message = toWireBroadcast(readBroadcast(await readBody(c.req.raw)));
    publish(BROADCAST_SUBJECT, encodeJson({ ...message, id: messageId() }));
    return c.json({ message: "message published" });
  });
  return app;
}
