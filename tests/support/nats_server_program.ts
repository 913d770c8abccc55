import { startNatsServer } from "./nats_server.ts";

const server = await startNatsServer();
console.log(`pid ${server.pid}`);
