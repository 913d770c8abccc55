/** A driver: its reconcile function, and the resources and events that call it. @module */

import { ConfigError } from "./errors.ts";
import type { EarlierResults, ReconcileContext } from "./reconcile.ts";
import type { BackoffOptions } from "./async/backoff.ts";
import { checkBackoff } from "./async/backoff.ts";
import { invalidOption, requireKnown, requireTimeout, requireWhole } from "./validate.ts";
import type { StandardSchema } from "./standard_schema.ts";
import { checkDriverName, checkResourceType } from "./protocol/names.ts";
import type { DriverResult } from "./protocol/result.ts";

/** What `reconcile` may return; nothing means success. */
export interface ReconcileResult<Data = unknown> {
  /** Whether the run succeeded. `false` is reported as a failed run and not retried. */
  success: boolean;
  /** A message for people. @default {""} */
  message?: string;
  /**
   * A JSON value for later steps of the pipeline. In the run of a deletion an object, whose `success` is true or absent, or
   * nothing: the server counts anything else as failed. @default {null}
   */
  data?: Data;
}

/** The results of drivers, by name: with the type of their `data`, where the drivers are known. */
export type ResultsOf<Drivers extends readonly Driver[]> = number extends Drivers["length"]
  ? EarlierResults
  : { readonly [D in Drivers[number] as D["name"]]: DriverResult<DataOf<D>> };

/** The type of the `data` of a driver's results. */
export type DataOf<D extends Driver> = D extends Driver<infer _Spec, infer _Name, infer Data> ? Data
  : unknown;

/** The reconcile function of a driver. It has one parameter, the context. */
export type Reconcile<Spec = unknown, Data = unknown, Results = EarlierResults> = (
  context: ReconcileContext<Spec, Results>,
) =>
  | ReconcileResult<Data>
  | void
  | Promise<ReconcileResult<Data> | void>
  // Without this, the compiler does not find the type of a `new Promise` that is returned.
  | Promise<ReconcileResult | void>;

/** The definition of a driver. */
export interface DriverDefinition<
  Spec = unknown,
  Name extends string = string,
  Data = unknown,
  Earlier extends readonly Driver[] = readonly Driver[],
> {
  /** The driver's name, unique in the system; also the name of its durable consumer, shared by all its instances. */
  name: Name;
  /** Drivers of earlier steps of the pipeline: they type `results`. It has no other effect. @default results of any driver */
  after?: Earlier;
  /** The resource types it reconciles, at least one. */
  resources: readonly string[];
  /**
   * The events of `resources.{type}` that it reconciles; others are acknowledged without a call. A pipeline step addressed to
   * the driver by name is always reconciled. @default every event
   */
  events?: readonly string[];
  /**
   * Types and validates `resource.spec`: any Standard Schema (zod, valibot, arktype, …). An invalid spec fails the run
   * before `reconcile` is called.
   *
   * @see https://standardschema.dev
   */
  spec?: StandardSchema<Spec>;
  /** Time limit of one attempt, in milliseconds; then its signal aborts with a `TimeoutError`. @default no limit */
  timeoutMs?: number;
  /** Attempts before a run that keeps throwing becomes a dead letter, 1 or more. @default {5} */
  maxAttempts?: number;
  /** Delays between attempts. */
  backoff?: BackoffOptions;
  /** Reconciles one event. May be called more than once for the same run. */
  reconcile: Reconcile<Spec, Data, ResultsOf<Earlier>>;
}

/** A driver created by {@linkcode createDriver}. Frozen. */
export interface Driver<Spec = unknown, Name extends string = string, Data = unknown>
  extends Readonly<Omit<DriverDefinition<Spec, Name>, "reconcile">> {
  /** Reconciles one event. */
  reconcile(context: ReconcileContext<Spec>): ReturnType<Reconcile<Spec, Data>>;
}

/**
 * Creates a driver. Checks the definition and has no side effects.
 *
 * @throws {ConfigError} when a field is invalid; it names the field.
 *
 * @example
 * ```ts
 * import { createDriver } from "@conveyor/driver";
 *
 * export const greet = createDriver({
 *   name: "greet",
 *   resources: ["workflow"],
 *   reconcile({ resource, logger }) {
 *     logger.info(`hello ${resource.name}`);
 *   },
 * });
 * ```
 */
export function createDriver<
  Spec = unknown,
  const Name extends string = string,
  Data = unknown,
  const Earlier extends readonly Driver[] = readonly Driver[],
>(definition: DriverDefinition<Spec, Name, Data, Earlier>): Driver<Spec, Name, Data> {
  if (typeof definition !== "object" || definition === null) {
    throw invalidOption(
      "definition",
      "an object with name, resources and reconcile",
      definition,
    );
  }
  requireKnown(definition, Object.keys(NAMES));
  const { name, resources, events, spec, timeoutMs, maxAttempts, backoff, reconcile } = definition;
  checkDriverName(name);
  checkLength(
    "name",
    name,
    "the server keeps the durable consumer of a driver in a folder of its name",
  );
  checkResources(resources);
  checkEvents(events);
  checkSchema(spec);
  if (timeoutMs !== undefined) requireTimeout("timeoutMs", timeoutMs);
  if (maxAttempts !== undefined) requireWhole("maxAttempts", maxAttempts, 1);
  checkBackoff(backoff);
  if (typeof reconcile !== "function") {
    throw invalidOption("reconcile", "a function", reconcile);
  }
  return Object.freeze<Driver<Spec, Name, Data>>({
    ...definition,
    resources: Object.freeze([...new Set(resources)]),
    ...(events && { events: Object.freeze([...events]) }),
  });
}

const NAMES: Record<keyof DriverDefinition, true> = {
  name: true,
  resources: true,
  events: true,
  spec: true,
  timeoutMs: true,
  maxAttempts: true,
  backoff: true,
  reconcile: true,
  after: true,
};

/** The longest name of a driver or of a resource type, in bytes. */
const LONGEST_NAME_BYTES = 255;

function checkLength(field: string, name: string, why: string): void {
  const { length } = new TextEncoder().encode(name);
  if (length <= LONGEST_NAME_BYTES) return;
  throw new ConfigError(
    field,
    `${field} must be a text of at most ${LONGEST_NAME_BYTES} bytes, got one of ${length}: ${why}`,
  );
}

function checkResources(resources: unknown): void {
  const rule = `a list of at least one resource type, for example ["workflow"]`;
  if (!Array.isArray(resources) || resources.length === 0) {
    throw invalidOption("resources", rule, resources);
  }
  for (const type of resources) {
    checkResourceType(type);
    checkLength("resources", type, "it becomes a token of subjects that are limited");
  }
}

function checkEvents(events: unknown): void {
  if (events === undefined) return;
  const isList = Array.isArray(events) && events.length > 0 &&
    events.every((event) => typeof event === "string" && event !== "");
  if (isList) return;
  throw invalidOption(
    "events",
    `a list of event names, for example ["create"], or undefined for every event`,
    events,
  );
}

function checkSchema(spec: unknown): void {
  if (spec === undefined) return;
  const standard = (spec as Partial<StandardSchema> | null)?.["~standard"];
  if (typeof standard?.validate === "function") return;
  throw invalidOption(
    "spec",
    "a Standard Schema (zod 3.24 or newer, valibot 1, arktype 2, …) or undefined",
    spec,
  );
}
