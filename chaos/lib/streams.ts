/** The streams that the server makes when it starts. */

import {
  AckPolicy,
  type JetStreamManager,
  RetentionPolicy,
  type StreamConfig,
} from "@nats-io/jetstream";
import { WORK_QUEUES } from "./engine.ts";
import { withRetries } from "./progress.ts";

const NANOSECONDS = 1_000_000;

/** How the streams are made. */
export interface StreamOptions {
  /** @default {1} */
  readonly replicas?: number;
  /** How long the stream of results remembers message ids, in milliseconds. @default the server's: two minutes */
  readonly duplicateWindowMs?: number;
}

/** Makes the streams that are not there. */
export async function makeStreams(
  jsm: JetStreamManager,
  { replicas = 1, duplicateWindowMs }: StreamOptions = {},
): Promise<void> {
  const add = async (config: Pick<StreamConfig, "name"> & Partial<StreamConfig>) => {
    await withRetries(
      `making the stream ${config.name}`,
      () => jsm.streams.add({ ...config, num_replicas: replicas }),
    );
  };
  await add({
    name: "messages",
    subjects: ["resources.>", "events.>", "drivers.>"],
    retention: RetentionPolicy.Interest,
  });
  await add({
    name: WORK_QUEUES.results,
    subjects: ["pipelines.>"],
    retention: RetentionPolicy.Workqueue,
    ...(duplicateWindowMs && { duplicate_window: duplicateWindowMs * NANOSECONDS }),
  });
  await add({
    name: WORK_QUEUES.lines,
    subjects: ["logs.>"],
    retention: RetentionPolicy.Workqueue,
  });
}

/** Makes a consumer that takes nothing off, so that the server keeps events whatever becomes of the driver's own consumer. */
export async function makeKeeper(jsm: JetStreamManager): Promise<void> {
  await withRetries("making the keeper", () =>
    jsm.consumers.add("messages", {
      durable_name: "keeper",
      ack_policy: AckPolicy.Explicit,
    }));
}
