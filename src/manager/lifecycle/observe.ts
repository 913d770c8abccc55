/** Serves and registers what a manager measures, while it runs. @module */

import type { ManagerEvent } from "../events.ts";
import type { Measured } from "../monitoring/measured.ts";
import type { DriverManagerOptions, ResolvedOptions } from "../options.ts";

/** What is observed. */
export interface Observed {
  readonly given: DriverManagerOptions;
  readonly options: ResolvedOptions;
  readonly measured: Measured;
  readonly handler: (request: Request) => Promise<Response>;
  emit(event: ManagerEvent): void;
}

/**
 * Starts what the options ask for, and returns the function that ends it; `undefined` when they ask for nothing. What it takes is
 * loaded then.
 *
 * @throws {ConnectionError} when the port is not available.
 */
export function observe(observed: Observed): Promise<() => Promise<void>> | undefined {
  const { given: { telemetry }, options: { observability } } = observed;
  return telemetry || observability ? start(observed) : undefined;
}

async function start(
  { given: { telemetry }, options: { observability }, measured, handler, emit }: Observed,
): Promise<() => Promise<void>> {
  let unregister = () => {};
  if (telemetry) {
    const { createCatalogue } = await import("../monitoring/catalogue.ts");
    unregister = telemetry.observe(createCatalogue(measured));
  }
  if (!observability) return () => Promise.resolve(unregister());
  const { listen } = await import("../../runtime/listen.ts");
  const server = await listen(handler, observability);
  emit({ type: "serving", url: server.url });
  return async () => {
    unregister();
    await server.close();
  };
}
