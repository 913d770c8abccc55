/** Warnings of a worker. @module */

import type { Driver } from "../../driver.ts";
import type { ManagerEvent } from "../events.ts";

/** The consumer delivers events of a resource type that this process does not list. */
export function unlistedTypeWarning(driver: Driver, resourceType: string): ManagerEvent {
  return warning(
    driver,
    "unlisted-type",
    `${driver.name} received an event of resource type ${resourceType}, which this process does not list; it goes ` +
      "to one that does",
  );
}

/** A reconcile goes on after its signal and its grace period. */
export function ignoredSignalWarning(driver: Driver, resourceKey: string): ManagerEvent {
  return warning(
    driver,
    "signal-ignored",
    `the reconcile of ${driver.name} for ${resourceKey} ignores its signal and goes on; its outcome is discarded, and ` +
      "its resource waits for it here",
  );
}

/** The stream of events was recreated under runs. */
export function replacedStreamWarning(driver: Driver, runs: number): ManagerEvent {
  return warning(
    driver,
    "stream-replaced",
    `the stream of events was deleted and recreated during ${runs} runs of ${driver.name}; their results are stored, and ` +
      "acknowledge no new event",
  );
}

function warning({ name }: Driver, code: string, message: string): ManagerEvent {
  return { type: "warning", code, message, driver: name };
}
