import { createDriver } from "../../../mod.ts";

/** Deploys what `build` has built. */
export const deploy = createDriver({
  name: "deploy",
  resources: ["workflow"],
  reconcile({ results, logger }) {
    const { image } = results["build"]?.data as { image: string };
    logger.info(`deploying ${image}`, { region: "eu" });
    return { success: true, message: `${image} is deployed` };
  },
});
