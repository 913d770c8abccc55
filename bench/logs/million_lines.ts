/** The output of a real process, a million lines long, through `writable()` to a real server in bounded memory. */

import { spawn } from "node:child_process";
import { Readable } from "node:stream";
import { createLogger } from "@conveyor/driver";
import { conveyorSink } from "@conveyor/driver/logging";
import { connectBroker, type Connection } from "@conveyor/driver/transport";

/** What came of it. */
export interface MillionLines {
  readonly lines: number;
  readonly linesPerSecond: number;
  /** By how much the process's memory grew at most, in MiB. */
  readonly memoryGrowthMiB: number;
  /** Whether each line was stored once, and all in order. */
  readonly onceAndInOrder: boolean;
}

const RUN = "million-lines";
const DURABLE = "million-lines-reader";

/** Pipes so many lines of a process's output to the server, and reads them back. */
export async function measureMillionLines(url: string, lines: number): Promise<MillionLines> {
  await using connection = await connectBroker({ servers: [url] });
  const child = spawn("seq", ["-f", "line %.0f of the output of a process", String(lines)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const logger = createLogger({
    driver: "deploy",
    runId: RUN,
    sinks: [conveyorSink({ connection })],
  });
  const before = process.memoryUsage.rss();
  let most = before;
  const sampler = setInterval(() => most = Math.max(most, process.memoryUsage.rss()), 20);
  const start = performance.now();
  await (Readable.toWeb(child.stdout) as ReadableStream<Uint8Array>).pipeTo(logger.writable());
  await logger.close();
  const seconds = (performance.now() - start) / 1000;
  clearInterval(sampler);
  return {
    lines,
    linesPerSecond: lines / seconds,
    memoryGrowthMiB: (most - before) / 1024 / 1024,
    onceAndInOrder: await areInOrder(connection, lines),
  };
}

async function areInOrder(connection: Connection, lines: number): Promise<boolean> {
  await connection.ensureConsumer("logs-engine", {
    durable: DURABLE,
    filterSubjects: [`logs.${RUN}`],
    ackWaitMs: 60_000,
    maxAckPending: 10_000,
  });
  const decoder = new TextDecoder();
  let seen = 0;
  let inOrder = true;
  await new Promise<void>((resolve, reject) => {
    void connection.pull("logs-engine", DURABLE, {
      onMessage(delivery) {
        seen++;
        const { message } = JSON.parse(decoder.decode(delivery.data)) as { message: string };
        inOrder &&= message === `line ${seen} of the output of a process`;
        delivery.ack();
        if (seen === lines) resolve();
      },
      onLost: reject,
    }).then((pull) => pull.demand(lines), reject);
  });
  const info = await connection.consumerInfo("logs-engine", DURABLE);
  await connection.deleteConsumer("logs-engine", DURABLE);
  return inOrder && info?.pending === 0;
}
