/** Runs a driver that loses a rejection, against the NATS server that the first argument names. */

import process from "node:process";
import { createDriver, createDriverManager } from "../../../mod.ts";

const driver = createDriver({
  name: "deploy",
  resources: ["workflow"],
  reconcile() {
    void Promise.reject(new Error("lost in a promise"));
    return new Promise(() => {});
  },
});

await createDriverManager({ driver, servers: process.argv[2]! }).run();
