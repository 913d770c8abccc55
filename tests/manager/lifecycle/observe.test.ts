import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { openWorld } from "../support/world.ts";

/** The addresses at which the managers of a world were served. */
function servedAt(world: Awaited<ReturnType<typeof openWorld>>): string[] {
  return world.events.items.flatMap((event) => event.type === "serving" ? [event.url] : []);
}

describe("a manager that is observed", () => {
  it("is served on loopback while it runs, before it is connected", async () => {
    const world = await openWorld("memory");
    const manager = await world.start({}, { observability: { port: 0 } });
    const types = world.events.items.map(({ type }) => type);
    expect(types.indexOf("serving")).toBeLessThan(types.indexOf("connected"));
    const [url] = servedAt(world);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const response = await fetch(`${url}/readyz`);
    expect(await response.json()).toEqual({ status: "running", reasons: [] });
    await manager.stop();
    await expect(fetch(`${url}/readyz`)).rejects.toThrow();
  });

  it("does not run when its port is taken", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as AddressInfo;
    const world = await openWorld("memory");
    const manager = world.manager({}, { observability: { port } });
    await expect(manager.run()).rejects.toThrow(`cannot listen on 127.0.0.1:${port}`);
    expect(manager.state).toBe("failed");
  });

  it("is not served unless told to", async () => {
    const world = await openWorld("memory");
    await world.start({});
    await world.start({ name: "other" }, { observability: false });
    expect(servedAt(world)).toEqual([]);
    expect(() => world.manager({}, { observability: { port: 70_000 } })).toThrow(
      "observability.port must be from 1 to 65535",
    );
  });
});
