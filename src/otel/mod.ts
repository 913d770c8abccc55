/**
 * OpenTelemetry for a manager: its metrics, and a trace of every delivery, through the API package `@opentelemetry/api`. Without an
 * SDK in the process it records nothing; Deno has one built in (`OTEL_DENO=true`).
 *
 * @example
 * ```ts
 * import { createDriver, createDriverManager } from "@conveyor/driver";
 * import { openTelemetry } from "@conveyor/driver/otel";
 *
 * const driver = createDriver({
 *   name: "greet",
 *   resources: ["workflow"],
 *   reconcile({ resource, span }) {
 *     span?.setAttribute("greeted", resource.name);
 *   },
 * });
 * await createDriverManager({ driver, telemetry: openTelemetry() }).run();
 * ```
 *
 * @module
 */

export { openTelemetry, type OpenTelemetryOptions } from "./open_telemetry.ts";
export type { Metric, Sample } from "../telemetry/prometheus.ts";
export type * from "../telemetry/telemetry.ts";
