// Runs the drivers that are named: node main.js commands

import process from "node:process";
import { createDriverManager } from "@conveyor/driver";
import { drivers } from "./pipeline.js";

const names = process.argv.slice(2);
const unknown = names.filter((name) => !drivers.some((driver) => driver.name === name));
if (names.length === 0 || unknown.length > 0) {
  console.error(`name drivers: ${drivers.map(({ name }) => name).join(", ")}`);
  process.exit(2);
}
await createDriverManager({
  drivers: drivers.filter(({ name }) => names.includes(name)),
  concurrency: 4,
}).run();
