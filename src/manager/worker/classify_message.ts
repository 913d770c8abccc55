/** Classifies messages: which become a run, and what happens to the others. @module */

import type { Driver } from "../../driver.ts";
import { decodeDriverMessage, type DriverMessage } from "../../protocol/driver_message.ts";
import { isStepSubject } from "../../protocol/subjects.ts";
import type { Delivery } from "../../transport/transport.ts";

/** The class of a message. */
export type Classification =
  | { readonly kind: "run"; readonly message: DriverMessage }
  /** Its event is not in the driver's `events`. */
  | { readonly kind: "filtered" }
  /** The consumer delivers its resource type, but this instance does not list it: another configuration is being rolled out. */
  | { readonly kind: "unlisted-type"; readonly resourceType: string }
  | { readonly kind: "poison"; readonly error: Error };

/** Classifies a message. Never throws. */
export function classifyMessage(driver: Driver, delivery: Delivery): Classification {
  const resourceType = delivery.subject.slice(delivery.subject.lastIndexOf(".") + 1);
  if (!driver.resources.includes(resourceType)) return { kind: "unlisted-type", resourceType };
  let message: DriverMessage;
  try {
    message = decodeDriverMessage(delivery.data);
  } catch (error) {
    return { kind: "poison", error: error as Error };
  }
  const wanted = driver.events === undefined || isStepSubject(delivery.subject) ||
    driver.events.includes(message.event);
  return wanted ? { kind: "run", message } : { kind: "filtered" };
}
