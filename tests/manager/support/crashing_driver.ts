/** Runs a driver that loses a rejection, against the NATS server of the first argument, with the ack wait of the second. */

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

const [, , servers = "", ackWait = "30000"] = process.argv;
await createDriverManager({ driver, servers, ackWaitMs: Number(ackWait) }).run();
