import { findNatsServer } from "./nats_binary.ts";

/** Makes sure before any test that there is a nats-server to test against. */
export async function setup(): Promise<void> {
  await findNatsServer();
}
