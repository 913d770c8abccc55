/** Stands for the emitter of a manager that observes nothing. */

import type * as real from "../../../src/manager/monitoring/emitter.ts";

/** Creates a function that drops all events. */
export const createEmitter: typeof real.createEmitter = () => () => {};
