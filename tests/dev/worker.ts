import { createDevServer } from "@conveyor/driver/dev";

const server = createDevServer();

export default { fetch: server.fetch };
