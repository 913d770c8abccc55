/** Health and metrics endpoints. @module */

import { renderInstruments } from "../../telemetry/instruments.ts";
import { createCatalogue } from "./catalogue.ts";
import { type HealthSource, live, type Probe, ready } from "./health.ts";
import type { Measured } from "./measured.ts";

/** Responds to `/healthz`, `/readyz` and `/metrics`. */
export async function respond(
  { url }: Request,
  health: HealthSource,
  measured: Measured,
): Promise<Response> {
  const path = new URL(url).pathname;
  switch (path) {
    case "/healthz":
      return probed(live(health));
    case "/readyz":
      return probed(ready(health));
    case "/metrics":
      return await metrics(measured);
    default:
      return Response.json({ error: `not found: ${path}` }, { status: 404 });
  }
}

async function metrics(measured: Measured): Promise<Response> {
  const source = createCatalogue(measured);
  await source.refresh();
  return new Response(renderInstruments(source.instruments), {
    headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" },
  });
}

function probed(probe: Probe): Response {
  return Response.json(probe, {
    status: probe.reasons.length === 0 ? 200 : 503,
    headers: { "cache-control": "no-store" },
  });
}
