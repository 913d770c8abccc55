import * as log from "@std/log";
import { createDriver, createDriverManager } from "@conveyor/driver";
import { currentLogger } from "@conveyor/driver/logging";
import { createStdLogHandler } from "@conveyor/driver/std-log";

// Set up once: each line goes to the log of the run that is at work when it is written.
const ConveyorHandler = createStdLogHandler(log.BaseHandler);
log.setup({
  handlers: {
    conveyor: new ConveyorHandler("DEBUG", { logger: currentLogger }),
  },
  loggers: { default: { level: "DEBUG", handlers: ["conveyor"] } },
});

/** Greets, through the logging library that the rest of the program uses. */
const greet = createDriver({
  name: "greet",
  resources: ["greeting"],
  reconcile({ resource }) {
    log.info("hello", { name: resource.name });
  },
});

await createDriverManager({ driver: greet, captureConsole: true }).run();
