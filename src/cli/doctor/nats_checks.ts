/** Checks of NATS: connection, streams, consumers and permissions. @module */

import { credentialProvider } from "../../credentials/credential_provider.ts";
import type { Credentials } from "../../credentials/credentials.ts";
import type { Driver } from "../../driver.ts";
import { hasCode } from "../../errors.ts";
import { logSubject, protocolOf, RESULT_SUBJECT, STREAMS } from "../../protocol/subjects.ts";
import { readSetting, withoutUserInfo } from "../../settings.ts";
import type { Connection, StreamInfo } from "../../transport/transport.ts";
import { resolveAuth } from "../../transport/resolve_auth.ts";
import { checkConsumer } from "./consumer_checks.ts";
import { clockFinding, fault, faultOf, type Finding, ok } from "./finding.ts";

/** What to check. */
export interface NatsSource {
  /** URLs of the servers; those of the environment unless set. */
  readonly servers: string | undefined;
  readonly credentials: Credentials | undefined;
  readonly drivers: readonly Pick<Driver, "name" | "resources">[];
  readonly timeoutMs: number;
}

/** Checks NATS as a driver uses it. Stores nothing, and creates nothing. */
export async function checkNats(source: NatsSource): Promise<Finding[]> {
  let connection;
  try {
    connection = await connect(source);
  } catch (error) {
    const fix = "start the Conveyor server, which has NATS in it, or set NATS_URL";
    return [faultOf("NATS", error, fix)];
  }
  try {
    return await checkConnection(connection, source);
  } finally {
    await connection.close();
  }
}

/** Connects once: the error of the first attempt says more than that of a deadline. */
async function connect({ servers, credentials, timeoutMs }: NatsSource): Promise<Connection> {
  const { connectBroker } = await import("../../transport/mod.ts");
  const urls = readSetting("servers", servers);
  const provider = credentialProvider(credentials);
  const auth = resolveAuth(undefined);
  const attempts = new AbortController();
  const timer = setTimeout(
    () =>
      attempts.abort(
        new Error(`no connection to ${withoutUserInfo(urls.join(", "))} within ${timeoutMs} ms`),
      ),
    timeoutMs,
  );
  let failed = 0;
  try {
    return await connectBroker({
      servers: urls,
      name: "conveyor-driver doctor",
      signal: attempts.signal,
      attemptTimeoutMs: timeoutMs,
      ...(provider && { tls: provider }),
      ...(auth && { auth }),
      onAttemptFailed: ({ error }) => {
        if (++failed >= urls.length) attempts.abort(error);
      },
    });
  } finally {
    clearTimeout(timer);
  }
}

async function checkConnection(
  connection: Connection,
  { drivers, timeoutMs }: NatsSource,
): Promise<Finding[]> {
  const findings = [ok("NATS", `connected to ${withoutUserInfo(connection.server)}`)];
  const started = performance.now();
  let messages: StreamInfo | undefined;
  try {
    messages = await connection.streamInfo(STREAMS.messages);
  } catch (error) {
    const fix = hasCode(error, "permission")
      ? "give the user the permission that the message names"
      : "enable JetStream on the server, and check the account";
    return [...findings, faultOf("streams", error, fix)];
  }
  if (!messages) {
    return [
      ...findings,
      fault(
        "streams",
        `there is no stream ${STREAMS.messages}`,
        "start the Conveyor server on this NATS server: it creates its streams",
      ),
    ];
  }
  findings.push(clockFinding("NATS clock", messages.serverTimeMs, performance.now() - started));
  const protocol = protocolOf(messages.subjects);
  const stored = `${messages.messages} messages are stored`;
  findings.push(ok("streams", `${STREAMS.messages} of protocol ${protocol}, ${stored}`));
  if (protocol === "v2") {
    findings.push(await checkStream(connection, STREAMS.pipelineEngine));
    findings.push(await checkStream(connection, STREAMS.logsEngine));
    findings.push(...await checkPublishing(connection, timeoutMs));
  }
  for (const driver of drivers) {
    findings.push(await checkConsumer(connection, messages, protocol, driver));
  }
  return findings;
}

async function checkStream(connection: Connection, name: string): Promise<Finding> {
  try {
    const info = await connection.streamInfo(name);
    if (info) return ok("streams", `${name}, ${info.messages} messages wait for the server`);
    const fix = "restart the Conveyor server: it creates its streams";
    return fault("streams", `there is no stream ${name}`, fix);
  } catch (error) {
    return faultOf("streams", error, "give the user the permission that the message names");
  }
}

/** A sequence that no subject has: a stream that is asked to expect it stores nothing. */
const NO_SEQUENCE = Number.MAX_SAFE_INTEGER;

/** Publishes what the streams refuse for its sequence: so nothing is stored, and a missing permission shows. */
async function checkPublishing(connection: Connection, timeoutMs: number): Promise<Finding[]> {
  const subjects = [RESULT_SUBJECT, logSubject("conveyor-doctor")];
  const findings: Finding[] = [];
  for (const subject of subjects) {
    try {
      await connection.publishConfirmed(subject, new Uint8Array(), {
        expectLastSubjectSequence: NO_SEQUENCE,
        timeoutMs,
      });
    } catch (error) {
      if (hasCode(error, "wrong-sequence")) continue;
      const fix = "give the user the permission that the message names";
      findings.push(faultOf("permissions", error, fix));
    }
  }
  return findings.length > 0
    ? findings
    : [ok("permissions", `may publish results and log entries`)];
}
