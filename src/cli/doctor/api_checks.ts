/** Checks of the API server. @module */

import type { Credentials } from "../../client/mod.ts";
import { hasCode, messageOf } from "../../errors.ts";
import { clockFinding, fault, faultOf, type Finding, ok } from "./finding.ts";

/** Checks that the API server responds, who it is, and that it accepts the credentials. */
export async function checkApi(
  { url, credentials, timeoutMs }: {
    url: string | undefined;
    credentials: Credentials | undefined;
    timeoutMs: number;
  },
): Promise<Finding[]> {
  const { createClient } = await import("../../client/mod.ts");
  let date: string | null = null;
  let client;
  try {
    client = createClient({
      url,
      credentials,
      timeoutMs,
      onResponse: ({ headers }) => date = headers.get("date") ?? date,
    });
  } catch (error) {
    return [faultOf("API server", error, "correct the URL")];
  }
  const address = client.getApiUrl();
  const findings: Finding[] = [];
  const started = performance.now();
  try {
    const { status } = await client.health();
    findings.push(ok("API server", `${address} is ${status || "there"}`));
  } catch (error) {
    // A server that is embedded in another program has no such route.
    if (!hasCode(error, "not-found") && !hasCode(error, "not-supported")) {
      const fix =
        "start the server, or set CONVEYOR_SERVER_URL, or CONVEYOR_SERVER_HOST and CONVEYOR_SERVER_PORT";
      return [faultOf("API server", error, fix)];
    }
    findings.push(ok("API server", `${address} is there, without a health route`));
  }
  const tookMs = performance.now() - started;
  if (date !== null) findings.push(clockFinding("API clock", Date.parse(date), tookMs));
  try {
    const { resourceDeletionPipeline } = await client.capabilities();
    const isOld = resourceDeletionPipeline === undefined;
    const text = isOld ? "up to release 0.6 (v1 or v2)" : "after release 0.6 (v3)";
    return [...findings, ok("API generation", text)];
  } catch (error) {
    return [...findings, refusal(error)];
  }
}

function refusal(error: unknown): Finding {
  if (!hasCode(error, "unauthorized")) {
    return faultOf("API access", error, "look at the server's log");
  }
  return fault(
    "API access",
    messageOf(error),
    "set CONVEYOR_CERT_FILE, CONVEYOR_KEY_FILE and CONVEYOR_CA_FILE to a certificate of the server's authority " +
      "whose extended key usage has serverAuth",
  );
}
