import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { NetworkProxy } from "../../chaos/lib/proxy.ts";

/** A server that keeps its connections, and a proxy before it. */
async function openNetwork() {
  const accepted: Socket[] = [];
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    accepted.push(socket);
    server.emit("accepted", socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const proxy = await NetworkProxy.start(`nats://127.0.0.1:${port}`);
  return {
    proxy,
    /** A connection through the proxy: the driver's end and the server's. */
    async dial(): Promise<[Socket, Socket]> {
      const arrived = once(server, "accepted");
      const driver = connect(Number(new URL(proxy.url).port), "127.0.0.1");
      driver.on("error", () => undefined);
      return [driver, (await arrived)[0] as Socket];
    },
    async [Symbol.asyncDispose]() {
      for (const socket of accepted) socket.destroy();
      await proxy[Symbol.asyncDispose]();
      server.close();
      await once(server, "close");
    },
  };
}

/** What arrives next at a socket. */
async function next(socket: Socket): Promise<string> {
  return String((await once(socket, "data"))[0]);
}

describe("the network of a chaos scenario", () => {
  it("carries both ways", async () => {
    await using network = await openNetwork();
    const [driver, server] = await network.dial();
    driver.write("PING");
    expect(await next(server)).toBe("PING");
    server.write("PONG");
    expect(await next(driver)).toBe("PONG");
    driver.destroy();
    await once(server.resume(), "close");
  });

  it("that is cut closes what there is and what is new, until it is healed", async () => {
    await using network = await openNetwork();
    const [driver, server] = await network.dial();
    network.proxy.fail("cut");
    await Promise.all([once(driver.resume(), "close"), once(server.resume(), "close")]);
    const refused = connect(Number(new URL(network.proxy.url).port), "127.0.0.1");
    refused.on("error", () => undefined);
    await once(refused.resume(), "close");
    network.proxy.heal();
    const [again, peer] = await network.dial();
    again.write("PING");
    expect(await next(peer)).toBe("PING");
  });

  it.each(["up", "down"] as const)(
    "that is mute %s carries the other way, and delivers late what it held back",
    async (way) => {
      await using network = await openNetwork();
      const [driver, server] = await network.dial();
      const [from, to] = way === "up" ? [driver, server] : [server, driver];
      network.proxy.fail(`mute ${way}`);
      let heard = "";
      to.on("data", (chunk) => heard += String(chunk));
      from.write("held");
      to.write("free");
      expect(await next(from)).toBe("free");
      expect(heard).toBe("");
      const late = next(to);
      network.proxy.heal();
      expect(await late).toBe("held");
    },
  );

  it("that is half-open closes the server's end alone, for good", async () => {
    await using network = await openNetwork();
    const [driver, server] = await network.dial();
    network.proxy.fail("half-open");
    await once(server.resume(), "close");
    network.proxy.heal();
    const [other, peer] = await network.dial();
    driver.write("lost");
    other.write("PING");
    expect(await next(peer)).toBe("PING");
    expect(driver.closed).toBe(false);
    driver.destroy();
  });
});
