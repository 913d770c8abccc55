/** Health and metrics endpoints. @module */

import type { Measured } from "./measured.ts";
import { type HealthSource, live, type Probe, ready } from "./health.ts";

/** Creates the handler of `/healthz`, `/readyz` and `/metrics`. */
export function createHandler(
  health: () => HealthSource,
  measured: Measured,
): (request: Request) => Promise<Response> {
  return async ({ url }) => {
    const path = new URL(url).pathname;
    switch (path) {
      case "/healthz":
        return respond(live(health()));
      case "/readyz":
        return respond(ready(health()));
      case "/metrics":
        return await metrics(measured);
      default:
        return Response.json({ error: `not found: ${path}` }, { status: 404 });
    }
  };
}

/** The metrics in Prometheus' text format. What it takes is loaded at the first scrape. */
async function metrics(measured: Measured): Promise<Response> {
  const { createCatalogue } = await import("./catalogue.ts");
  const { renderInstruments } = await import("../../telemetry/instruments.ts");
  const source = createCatalogue(measured);
  await source.refresh();
  return new Response(renderInstruments(source.instruments), {
    headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" },
  });
}

function respond(probe: Probe): Response {
  return Response.json(probe, {
    status: probe.reasons.length === 0 ? 200 : 503,
    headers: { "cache-control": "no-store" },
  });
}
