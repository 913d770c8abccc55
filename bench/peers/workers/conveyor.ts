/** A driver on this package, as a user writes it; the outcome journal is on. @module */

import { startSdk } from "../../loop/sdk.ts";
import { Counter, told } from "./measure.ts";

const { url, concurrency } = told();
const counter = new Counter();
await startSdk({
  url,
  driver: "bench",
  concurrency,
  onReconcile: () => counter.started(),
  onDone: () => counter.ended(),
});
