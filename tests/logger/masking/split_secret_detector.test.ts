import { describe, expect, it } from "vitest";
import { textsOf } from "../support/memory_logger.ts";

describe("a secret that a tool has wrapped", () => {
  const pem = `-----BEGIN KEY-----\n${
    "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC/".repeat(6).replace(/.{64}/g, "$&\n")
  }\nQ=\n-----END KEY-----`;

  it("is masked to its last short line", async () => {
    const lines = await textsOf(async (logger) => {
      const writer = logger.writable().getWriter();
      await writer.write(`before\n${pem.replaceAll("\n", "\r\n")}\r\nafter\n`);
      await writer.close();
    }, [pem]);
    expect(lines[0]).toBe("before");
    expect(lines.at(-1)).toBe("after");
    for (const line of lines.slice(1, -1)) expect(line).toBe("***");
  });

  it("is masked in base64 of 76 columns, at any offset", async () => {
    for (const before of ["", "x", "xy"]) {
      const encoded = btoa(before + pem).replace(/.{76}/g, "$&\n");
      const lines = await textsOf(async (logger) => {
        const writer = logger.writable().getWriter();
        await writer.write(`data: ${encoded}\ndone\n`);
        await writer.close();
      }, [pem]);
      expect(lines.at(-1)).toBe("done");
      expect(lines.length).toBeGreaterThan(3);
      for (const line of lines.slice(1, -1)) expect(line).toMatch(/^\*\*\*.{0,4}$/);
    }
  });

  it("does not affect other lines", async () => {
    const innocent = ["MIIE", "a line with BEGIN in it", "Q=", "-----"];
    const lines = await textsOf((logger) => innocent.forEach((line) => logger.info(line)), [pem]);
    expect(lines).toEqual(innocent);
  });
});
