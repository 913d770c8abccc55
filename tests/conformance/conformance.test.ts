import { afterAll, describe } from "vitest";
import { authCases } from "./auth_cases.ts";
import { clientCases } from "./client_cases.ts";
import { definitionCases } from "./definition_cases.ts";
import { logCases } from "./log_cases.ts";
import { pipelineCases } from "./pipeline_cases.ts";
import { resourceCases } from "./resource_cases.ts";
import { runCases } from "./run_cases.ts";
import { serverCases } from "./server_cases.ts";
import { openTargets } from "./target.ts";
import { v1Cases } from "./v1_cases.ts";

for (const target of await openTargets()) {
  describe(`the ${target.name}`, () => {
    serverCases(target);
    definitionCases(target);
    resourceCases(target);
    runCases(target);
    if (target.since("v2")) {
      pipelineCases(target);
      logCases(target);
    } else {
      v1Cases(target);
    }
    authCases(target);
    clientCases(target);

    afterAll(async () => {
      await target.close();
      process.stdout.write(`\nthe ${target.name}: ${target.differences.report()}\n`);
    });
  });
}
