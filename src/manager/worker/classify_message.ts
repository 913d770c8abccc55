/** What is done with a message before it becomes a run: much of it never does. @module */

import type { Driver } from "../../driver.ts";
import { decodeDriverMessage, type DriverMessage } from "../../protocol/driver_message.ts";
import { isStepSubject } from "../../protocol/subjects.ts";
import type { Delivery } from "../../transport/transport.ts";

/** What to do with a message. */
export type Classification =
  | { readonly kind: "run"; readonly message: DriverMessage }
  /** Its event is not wanted. */
  | { readonly kind: "filtered" }
  /** Its resource type is not this instance's, though it is the consumer's: another configuration is being rolled out. */
  | { readonly kind: "unlisted-type"; readonly resourceType: string }
  | { readonly kind: "poison"; readonly error: Error };

/** Sorts a message. Never throws. */
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
