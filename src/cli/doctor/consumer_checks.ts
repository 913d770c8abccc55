/** Checks of a driver's consumer. @module */

import type { Driver } from "../../driver.ts";
import { matchesSubject } from "../../protocol/subject_pattern.ts";
import { filterSubjects, type ProtocolVersion } from "../../protocol/subjects.ts";
import type { Connection, StreamInfo } from "../../transport/transport.ts";
import { faultOf, type Finding, ok, warning } from "./finding.ts";

/** Checks that a driver's consumer exists, delivers what the driver needs, and is asked for messages. */
export async function checkConsumer(
  connection: Connection,
  stream: StreamInfo,
  protocol: ProtocolVersion,
  { name, resources }: Pick<Driver, "name" | "resources">,
): Promise<Finding> {
  const check = `driver ${name}`;
  let consumer;
  try {
    consumer = await connection.consumerInfo(stream.name, name);
  } catch (error) {
    return faultOf(check, error, "give the user the permission that the message names");
  }
  if (!consumer) {
    return warning(
      check,
      "it has no consumer: events of before its first start are lost to it",
      `start it: conveyor-driver run, or the program that runs ${name}`,
    );
  }
  const { filterSubjects: filters, pending, ackPending, waiting, restrictions } = consumer;
  const missing = filterSubjects(protocol, name, resources)
    .filter((needed) => !filters.some((filter) => matchesSubject(filter, needed)));
  if (missing.length > 0) {
    const fix = "restart the driver in the release that lists these types: it changes its consumer";
    return warning(check, `its consumer does not deliver ${missing.join(", ")}`, fix);
  }
  if (restrictions.length > 0) {
    const fix = "restart the driver, which removes them";
    return warning(check, `its consumer has ${restrictions.join(", ")} set`, fix);
  }
  const counts = `${pending} events wait, ${ackPending} run`;
  return waiting === 0 && ackPending === 0
    ? warning(check, `no process asks for its events; ${counts}`, "start the driver")
    : ok(check, `${counts}`);
}
