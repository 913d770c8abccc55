import { describe, expect, it } from "vitest";
import { recordsOf } from "../support/memory_logger.ts";

describe("writable()", () => {
  it("logs each line of bytes or text, and a last one without a line break", async () => {
    const lines = await recordsOf(async (logger) => {
      const stream = logger.writable({ level: "error", labels: { stream: "stderr" } });
      const writer = stream.getWriter();
      await writer.write(new TextEncoder().encode("caf\u00e9 😀\nha"));
      await writer.write("lf\nrest");
      await writer.close();
    }, { labels: { team: "a" } });
    expect(lines.map(({ message }) => message)).toEqual(["café 😀", "half", "rest"]);
    expect(lines[0]).toMatchObject({ level: "error", labels: { team: "a", stream: "stderr" } });
  });

  it("joins characters that are split between chunks", async () => {
    const whole = new TextEncoder().encode("é😀\x1b[31mred\x1b[0m\n");
    const lines = await recordsOf(async (logger) => {
      const writer = logger.writable().getWriter();
      for (const byte of whole) await writer.write(new Uint8Array([byte]));
      await writer.close();
    });
    expect(lines.map(({ message }) => message)).toEqual(["é😀\x1b[31mred\x1b[0m"]);
  });

  it("logs the rest when it is aborted", async () => {
    const lines = await recordsOf(async (logger) => {
      const writer = logger.writable().getWriter();
      await writer.write("whole\npart");
      await writer.abort(new Error("the process died"));
    });
    expect(lines.map(({ message }) => message)).toEqual(["whole", "part"]);
  });

  it("is a target of pipeTo", async () => {
    const source = new ReadableStream<string>({
      start(controller) {
        for (const chunk of ["a\n", "b\nc"]) controller.enqueue(chunk);
        controller.close();
      },
    });
    const lines = await recordsOf((logger) => source.pipeTo(logger.writable()));
    expect(lines.map(({ message }) => message)).toEqual(["a", "b", "c"]);
  });
});
