/** The best loop by hand over nats.js, which promises less: see `bench/loop/baseline.ts`. @module */

import { startBaseline } from "../../loop/baseline.ts";
import { Counter, told } from "./measure.ts";

const { url, concurrency } = told();
const counter = new Counter();
await startBaseline({
  url,
  driver: "bench",
  concurrency,
  onReconcile: () => counter.started(),
  onDone: () => counter.ended(),
});
