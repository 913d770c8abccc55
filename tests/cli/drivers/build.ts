import { createDriver } from "../../../mod.ts";

/** Builds; `spec.fail` makes it fail, with a secret in the message. */
export default createDriver<{ fail?: boolean }>({
  name: "build",
  resources: ["workflow"],
  reconcile({ resource, logger }) {
    logger.info(`building ${resource.name}`);
    if (resource.spec.fail) return { success: false, message: "the build is broken" };
    return { success: true, message: "built", data: { image: `${resource.name}:1` } };
  },
});
