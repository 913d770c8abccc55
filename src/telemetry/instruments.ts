/** Instruments under their Prometheus names. @module */

import { renderPrometheus } from "./prometheus.ts";
import type { Instrument } from "./telemetry.ts";

/**
 * Returns the Prometheus name: with underscores, the unit in words, and `_total` for a counter.
 *
 * @see https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
 */
export function prometheusName(
  { name, unit, kind }: Pick<Instrument, "name" | "unit" | "kind">,
): string {
  const seconds = unit === "s" ? "_seconds" : "";
  return name.replaceAll(".", "_") + seconds + (kind === "counter" ? "_total" : "");
}

/** Renders what instruments read now in the Prometheus text format. */
export function renderInstruments(instruments: readonly Instrument[]): string {
  return renderPrometheus(instruments.map((instrument) => ({
    name: prometheusName(instrument),
    help: instrument.description,
    type: instrument.kind,
    samples: instrument.read(),
  })));
}
