/** Messages to whoever listens. @module */

import { readBroadcast, toWireBroadcast } from "../../protocol/broadcast.ts";
import { encodeJson } from "../../protocol/json.ts";
import { BROADCAST_SUBJECT } from "../../protocol/subjects.ts";
import { json, readBody } from "./responses.ts";
import { messageId } from "../store/ids.ts";
import type { Route } from "./router.ts";

/** Publishes on core NATS. */
export type CorePublish = (subject: string, data: Uint8Array) => void;

/** The call that sends a message to everybody. The server gives the message its id. */
export function broadcastRoutes(publish: CorePublish): Route[] {
  return [{
    method: "POST",
    path: "/drivers/broadcast-message",
    async handle({ request }) {
      const message = toWireBroadcast(readBroadcast(await readBody(request)));
      publish(BROADCAST_SUBJECT, encodeJson({ ...message, id: messageId() }));
      return json(200, { message: "message published" });
    },
  }];
}
