/** The subjects and streams of both server generations. @module */

/** A generation of the Conveyor server's protocol: `v1` stores logs in Loki, `v2` in JetStream. */
export type ProtocolVersion = "v1" | "v2";

/** Names of the streams that the server creates. */
export const STREAMS = {
  messages: "messages",
  pipelineEngine: "pipeline-engine",
  logsEngine: "logs-engine",
} as const;

/** Where a driver publishes the result of a run (v2). */
export const RESULT_SUBJECT = "pipelines.driver.result";

/** Where events of a resource type arrive, for every driver of that type. */
export function resourceSubject(type: string): string {
  return `resources.${type}`;
}

/** Where a pipeline step addressed to one driver arrives (v2). */
export function stepSubject(driver: string, type: string): string {
  return `drivers.${driver}.resources.${type}`;
}

/** The subjects that a driver's durable consumer filters on. */
export function filterSubjects(
  version: ProtocolVersion,
  driver: string,
  types: readonly string[],
): string[] {
  const shared = types.map(resourceSubject);
  return version === "v1" ? shared : [...shared, ...types.map((type) => stepSubject(driver, type))];
}

/** Whether a message came to one driver by name, as a step of a pipeline. */
export function isStepSubject(subject: string): boolean {
  return subject.startsWith("drivers.");
}

/** Where a run's log entries are stored from (v2). */
export function logSubject(runId: string): string {
  return `logs.${runId}`;
}

/** Where a run's log entries are seen live (v2). */
export function liveLogSubject(runId: string, driver: string): string {
  return `live.logs.${runId}.${driver}`;
}

/** Where a run's log lines are seen live (v1). */
export function liveLogSubjectV1(driver: string, runId: string): string {
  return `driver:${driver}:logs:${runId}`;
}

/** Where a driver publishes an event of its own. */
export function eventSubject(driver: string, name: string): string {
  return `events.${driver}.${name}`;
}

/** Where an event that was given up is told of (v2): `events.{driver}.dead-letter`. */
export function deadLetterSubject(driver: string): string {
  return eventSubject(driver, "dead-letter");
}

/** Where `POST /drivers/broadcast-message` publishes, on core NATS. */
export const BROADCAST_SUBJECT = "application";

/**
 * Tells the generation from the subjects of the `messages` stream: only v2 has subjects under `drivers.`.
 */
export function protocolOf(messagesSubjects: readonly string[]): ProtocolVersion {
  return messagesSubjects.some((subject) => subject === ">" || subject.startsWith("drivers."))
    ? "v2"
    : "v1";
}
