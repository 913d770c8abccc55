/** The subjects and streams of protocol v1 and v2. @module */

/** The version of the server's protocol: `v1` servers store logs in Loki, `v2` servers in JetStream. */
export type ProtocolVersion = "v1" | "v2";

/** Names of the streams that the server creates. */
export const STREAMS = {
  messages: "messages",
  pipelineEngine: "pipeline-engine",
  logsEngine: "logs-engine",
} as const;

/** Subject on which the API server asks the engine to start a pipeline's run (v3). */
export const INIT_SUBJECT = "pipelines.pipeline.init";

/** Subject of results (v2). */
export const RESULT_SUBJECT = "pipelines.driver.result";

/** Returns the subject of a resource type's events, for every driver of the type. */
export function resourceSubject(type: string): string {
  return `resources.${type}`;
}

/** Returns the subject of pipeline steps that are addressed to one driver (v2). */
export function stepSubject(driver: string, type: string): string {
  return `drivers.${driver}.resources.${type}`;
}

/** Returns the filter subjects of a driver's durable consumer. */
export function filterSubjects(
  version: ProtocolVersion,
  driver: string,
  types: readonly string[],
): string[] {
  const shared = types.map(resourceSubject);
  return version === "v1" ? shared : [...shared, ...types.map((type) => stepSubject(driver, type))];
}

/** Whether a message is a pipeline step that is addressed to one driver. */
export function isStepSubject(subject: string): boolean {
  return subject.startsWith("drivers.");
}

/** Returns the subject of a run's log entries that are stored (v2). */
export function logSubject(runId: string): string {
  return `logs.${runId}`;
}

/** Returns the subject of a driver's live log entries (v2). */
export function liveLogSubject(runId: string, driver: string): string {
  return `live.logs.${runId}.${driver}`;
}

/** Returns the subject of a driver's live log lines (v1). */
export function liveLogSubjectV1(driver: string, runId: string): string {
  return `driver:${driver}:logs:${runId}`;
}

/** Returns the subject of a driver's custom event. */
export function eventSubject(driver: string, name: string): string {
  return `events.${driver}.${name}`;
}

/** Returns the subject of a driver's dead-letter events (v2). */
export function deadLetterSubject(driver: string): string {
  return eventSubject(driver, "dead-letter");
}

/** Subject on which `POST /drivers/broadcast-message` publishes, on core NATS. */
export const BROADCAST_SUBJECT = "application";

/** Detects the protocol version from the subjects of the `messages` stream: only v2 has subjects under `drivers.`. */
export function protocolOf(messagesSubjects: readonly string[]): ProtocolVersion {
  return messagesSubjects.some((subject) => subject === ">" || subject.startsWith("drivers."))
    ? "v2"
    : "v1";
}
