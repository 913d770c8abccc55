import { pipelineEngineV3Cases } from "./pipeline_engine_v3_cases.ts";

pipelineEngineV3Cases(() => Promise.resolve({}));
