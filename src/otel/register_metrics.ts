/** Registers a manager's metrics with a meter. @module */

import type { Histogram, Meter, Observable } from "@opentelemetry/api";
import { DURATION_BOUNDS } from "../telemetry/histogram.ts";
import type { Instrument, MetricsSource } from "../telemetry/telemetry.ts";

/**
 * Registers instruments, until the returned function is called. Counters and gauges are read at each collection, so that an event
 * costs nothing; histograms get each value.
 */
export function registerMetrics(meter: Meter, { instruments, refresh }: MetricsSource): () => void {
  const unregister: (() => void)[] = [];
  const observed = new Map<Observable, Instrument>();
  for (const instrument of instruments) {
    if (instrument.kind === "histogram") {
      const histogram = createHistogram(meter, instrument);
      const ended = instrument.onRecord?.((value, labels) => histogram.record(value, labels));
      if (ended) unregister.push(ended);
    } else observed.set(createObservable(meter, instrument), instrument);
  }
  const observables = [...observed.keys()];
  const collect: Parameters<Meter["addBatchObservableCallback"]>[0] = async (result) => {
    await refresh();
    for (const [observable, instrument] of observed) {
      for (const { labels, value } of instrument.read()) {
        result.observe(observable, value, { ...labels });
      }
    }
  };
  meter.addBatchObservableCallback(collect, observables);
  unregister.push(() => meter.removeBatchObservableCallback(collect, observables));
  return () => {
    for (const each of unregister) each();
  };
}

function createHistogram(meter: Meter, { name, description, unit }: Instrument): Histogram {
  const advice = { explicitBucketBoundaries: [...DURATION_BOUNDS] };
  return meter.createHistogram(name, { description, unit, advice });
}

function createObservable(
  meter: Meter,
  { name, description, unit, kind }: Instrument,
): Observable {
  return kind === "counter"
    ? meter.createObservableCounter(name, { description, unit })
    : meter.createObservableGauge(name, { description, unit });
}
