/** The pipeline engine: starts the runs of pipelines, and passes a resource from step to step. @module */

import { hasCode, messageOf } from "../../errors.ts";
import {
  decodeInitEvent,
  decodeResultEvent,
  type PipelineEvent,
  type ResultEvent,
} from "../../protocol/result_event.ts";
import { INIT_SUBJECT, RESULT_SUBJECT } from "../../protocol/subjects.ts";
import type { Delivery } from "../../transport/transport.ts";
import type { EngineServices } from "./engine_services.ts";
import { advanceV2 } from "./pipeline_engine_v2.ts";
import { advanceV3, startV3 } from "./pipeline_engine_v3.ts";

/** Handles a message of the `pipeline-engine` stream. */
export async function handlePipelineEvent(
  services: EngineServices,
  delivery: Delivery,
): Promise<void> {
  const { subject, sequence, data } = delivery;
  const { generation, onNotice } = services;
  const isInit = subject === INIT_SUBJECT && generation === "v3";
  if (!isInit && subject !== RESULT_SUBJECT) return delivery.ack();
  try {
    if (isInit) await start(services, decodeInitEvent(data));
    else await advance(services, decodeResultEvent(data), sequence);
  } catch (thrown) {
    if (!hasCode(thrown, "malformed-message")) throw thrown;
    const reason = messageOf(thrown);
    onNotice(`cannot decode ${isInit ? "event" : "result"} ${sequence}: ${reason}`);
    return delivery.term(reason);
  }
  delivery.ack();
}

function start(services: EngineServices, event: PipelineEvent): Promise<void> {
  return startV3(services, event, `step:${event.runId}:init`);
}

async function advance(
  services: EngineServices,
  event: ResultEvent,
  sequence: number,
): Promise<void> {
  await services.logsStored(); // A step's log is whole when its result can be seen.
  const dedupId = `step:${event.runId}:${sequence}`;
  await (services.generation === "v3" ? advanceV3 : advanceV2)(services, event, dedupId);
}
