/** The driver of a test, whose code runs apart from the manager's. @module */

import type { Driver } from "../driver.ts";
import { RetryAfterError } from "../errors.ts";
import type { Logger } from "../logger/logger.ts";
import type { ReconcileContext } from "../reconcile.ts";
import { runIn, type TestContext } from "./context.ts";
import type { Drive } from "./drive.ts";
import type { Recorder } from "./recorder.ts";

/** What an observed driver is made of. */
export interface ObservedParts {
  readonly manager: TestContext;
  readonly user: TestContext;
  readonly drive: Drive;
  readonly recorder: Recorder;
  /** Attempts that throw before the one that is tested. */
  readonly skippedAttempts: number;
}

/** Returns a driver that calls the given one in the context of its own code. */
export function observedDriver(driver: Driver, parts: ObservedParts): Driver {
  const { drive, user, recorder } = parts;
  let skipped = 0;
  const { spec } = driver;
  return {
    ...driver,
    ...(spec && {
      spec: {
        "~standard": {
          ...spec["~standard"],
          validate: (value: unknown) =>
            runIn(user, () => drive.userCall(() => spec["~standard"].validate(value))),
        },
      },
    }),
    async reconcile(context) {
      if (skipped++ < parts.skippedAttempts) throw new RetryAfterError(0);
      recorder.called = true;
      return await runIn(
        user,
        () => drive.userCall(() => driver.reconcile(userContext(context, parts.manager))),
      );
    },
  };
}

/** What the manager does for the driver's code, it does in its own time. */
function userContext(context: ReconcileContext, manager: TestContext): ReconcileContext {
  const { payload, event, driverName, resource, runId, messageId, attempt, results } = context;
  return {
    payload,
    event,
    driverName,
    resource,
    runId,
    messageId,
    attempt,
    results,
    signal: context.signal,
    shuttingDown: context.shuttingDown,
    client: context.client,
    logger: loggerIn(context.logger, manager),
    emit: (name, data) => runIn(manager, () => context.emit(name, data)),
  };
}

function loggerIn(logger: Logger, manager: TestContext): Logger {
  const run = <T>(work: () => T) => runIn(manager, work);
  return {
    log: (labels, message) => run(() => logger.log(labels, message)),
    debug: (message, details) => run(() => logger.debug(message, details)),
    info: (message, details) => run(() => logger.info(message, details)),
    warn: (message, details) => run(() => logger.warn(message, details)),
    error: (message, details) => run(() => logger.error(message, details)),
    child: (labels) => loggerIn(logger.child(labels), manager),
    writable: (options) => run(() => logger.writable(options)),
    mask: (secret) => run(() => logger.mask(secret)),
    flush: () => run(() => logger.flush()),
    close: () => run(() => logger.close()),
    stats: () => logger.stats(),
    [Symbol.asyncDispose]: () => run(() => logger.close()),
  };
}
