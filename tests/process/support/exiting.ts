/** Exits while a command runs that ignores SIGTERM. */

import { run } from "../../../src/process/mod.ts";
import { createRunLog } from "./run_log.ts";

const script = `
  trap '' TERM
  echo "pid $$"
  sh -c 'echo "pid $$"; sh -c "echo \\"pid \\$\\$\\"; while :; do sleep 1; done" & while :; do sleep 1; done' &
  while :; do sleep 1; done
`;

const { logger, lines } = createRunLog();
const count = () => lines().filter((line) => line.startsWith("pid ")).length;
void run("sh", ["-c", script], { logger });
const look = setInterval(() => {
  if (count() < 3) return;
  clearInterval(look);
  console.log(lines().join("\n"));
  process.exit(0);
}, 10);
