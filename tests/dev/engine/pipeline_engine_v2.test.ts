import { pipelineEngineV2Cases } from "./pipeline_engine_v2_cases.ts";

pipelineEngineV2Cases(() => Promise.resolve({ generation: "v2" }));
