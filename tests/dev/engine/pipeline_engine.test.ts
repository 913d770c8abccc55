import { pipelineEngineCases } from "./pipeline_engine_cases.ts";

pipelineEngineCases(() => Promise.resolve({}));
