/** The handler of health and metrics. @module */

import type { HealthSource } from "./health.ts";
import type { Measured } from "./measured.ts";

/** Creates the handler of `/healthz`, `/readyz` and `/metrics`. What it takes is loaded at the first request. */
export function createHandler(
  health: () => HealthSource,
  measured: Measured,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const { respond } = await import("./endpoints.ts");
    return await respond(request, health(), measured);
  };
}
