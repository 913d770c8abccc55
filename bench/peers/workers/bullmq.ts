/** BullMQ: jobs that have ended are removed, as it recommends for production. @module */

import { Worker } from "bullmq";
import { Counter, told } from "./measure.ts";

const { url, concurrency } = told();
const counter = new Counter();
const worker = new Worker("bench", () => {
  counter.started();
  return Promise.resolve({ success: true, message: "", data: null });
}, {
  connection: { url, maxRetriesPerRequest: null },
  concurrency,
  removeOnComplete: { count: 0 },
});
worker.on("completed", () => counter.ended());
