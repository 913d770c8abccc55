/** Stands for the reports of a manager that observes nothing. */

import type * as real from "../../../src/manager/run/report_attempt.ts";

/** Reports no beginning. */
export const reportStart: typeof real.reportStart = () => {};

/** Reports no end. */
export const reportEnd: typeof real.reportEnd = () => {};

/** Reports no settlement. */
export const reportSettled: typeof real.reportSettled = () => {};
