import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { openWorld } from "../support/world.ts";

const manifest = readFileSync(new URL("../../../deploy/kubernetes.yml", import.meta.url), "utf8");

/** The value of a variable that the container gets. */
function variable(name: string): string | undefined {
  return new RegExp(`name: ${name}, value: "(.+)"`).exec(manifest)?.[1];
}

it("the probes of the Kubernetes deployment pass at a driver with its environment", async () => {
  const port = variable("CONVEYOR_OBSERVABILITY_PORT");
  expect(manifest).toContain(`{ name: observability, containerPort: ${port} }`);
  expect(manifest).toContain(`prometheus.io/port: "${port}"`);
  const probes = [...manifest.matchAll(/httpGet: \{ path: (\S+), port: observability \}/g)]
    .map(([, path]) => path);
  expect(probes).toEqual(["/healthz", "/readyz"]);
  const world = await openWorld("memory");
  // Any free port instead, as the tests may run several times at once.
  const hostname = variable("CONVEYOR_OBSERVABILITY_HOST")!;
  const manager = await world.start({}, { observability: { port: 0, hostname } });
  const serving = await world.events.find(({ type }) => type === "serving");
  const { port: free } = new URL((serving as { url: string }).url);
  const statuses = await Promise.all(
    [...probes, "/metrics"].map(async (path) => {
      const response = await fetch(`http://127.0.0.1:${free}${path}`);
      await response.text();
      return response.status;
    }),
  );
  await manager.stop();
  expect(statuses).toEqual([200, 200, 200]);
});
