/** Finds a port for the server of `dev`. @module */

import { hasCode } from "../../errors.ts";
import { listen, type Listener } from "../../runtime/listen.ts";

/** The port of a Conveyor server, which the other commands use unless they are told otherwise. */
const USUAL_PORT = 8080;

/** Listens on a port; without one on the usual port, or on any free one where that is taken. */
export async function listenFree(
  handle: (request: Request) => Promise<Response>,
  port: number | undefined,
): Promise<Listener> {
  if (port !== undefined) return await listen(handle, { port });
  try {
    return await listen(handle, { port: USUAL_PORT });
  } catch (error) {
    if (!hasCode(error, "connection")) throw error;
    return await listen(handle);
  }
}
