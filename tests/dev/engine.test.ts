import { engineCases } from "./engine_cases.ts";

engineCases(() => Promise.resolve({}));
