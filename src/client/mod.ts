/**
 * The client and what goes with it: an entry of the build by itself, so that a bundler that is asked for the client alone
 * finds it in files of its own, apart from all that drivers need.
 *
 * @module
 */

export { createClient } from "./create_client.ts";
export { createOrUpdateResource } from "./helpers/create_or_update_resource.ts";
export { ensureDefinitions } from "./helpers/ensure_definitions.ts";
export {
  ApiError,
  ConflictError,
  NotFoundError,
  UnauthorizedError,
  ValidationError,
} from "./errors.ts";
export { runResource } from "./helpers/run_resource.ts";
export { streamLogsV1 } from "./logs/stream_logs_v1.ts";
export { waitForRun } from "./helpers/wait_for_run.ts";
