/** SIGINT and SIGTERM, as a command that only waits sees them. @module */

import { ConveyorError } from "../errors.ts";
import { host } from "../runtime/detect.ts";

/** A signal that fires on SIGINT and SIGTERM until it is disposed of. */
export interface Interrupt extends Disposable {
  readonly signal: AbortSignal;
}

/** Listens for SIGINT and SIGTERM. A second one ends the process as it would have without a listener. */
export function onInterrupt(): Interrupt {
  const controller = new AbortController();
  const unlisten = host().onStopSignal((name) => {
    unlisten();
    controller.abort(new ConveyorError("interrupted", `${name} was received`));
  });
  return { signal: controller.signal, [Symbol.dispose]: unlisten };
}
