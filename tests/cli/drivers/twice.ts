import { createDriver } from "../../../mod.ts";

/** Has the name of another driver. */
export const another = createDriver({ name: "build", resources: ["site"], reconcile() {} });
