/** When streams wait for a sink. @module */

/** Default of a sink's `maxInFlight`. Further records wait in this queue, where they use the least memory. */
export const MAX_IN_FLIGHT = 1000;
/**
 * Pending lines, relative to `maxInFlight`, at which streams stop and at which they continue. The sink is kept busy, and
 * few lines live long enough to burden the garbage collector.
 */
export const BACKPRESSURE_ON = 1.5;
export const BACKPRESSURE_OFF = 1.1;
/** Pending characters at which streams stop. */
export const STREAM_SIZE: number = 8 * 1024 * 1024;
