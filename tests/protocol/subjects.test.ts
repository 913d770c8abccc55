import { describe, expect, it } from "vitest";
import {
  BROADCAST_SUBJECT,
  deadLetterSubject,
  eventSubject,
  filterSubjects,
  isStepSubject,
  liveLogSubject,
  liveLogSubjectV1,
  logSubject,
  protocolOf,
  resourceSubject,
  RESULT_SUBJECT,
  stepSubject,
  STREAMS,
} from "../../src/protocol/subjects.ts";

describe("the subjects of the protocol", () => {
  it("are those of the server", () => {
    expect(resourceSubject("workflow")).toBe("resources.workflow");
    expect(stepSubject("build", "workflow")).toBe(
      "drivers.build.resources.workflow",
    );
    expect(RESULT_SUBJECT).toBe("pipelines.driver.result");
    expect(logSubject("run-1")).toBe("logs.run-1");
    expect(liveLogSubject("run-1", "build")).toBe("live.logs.run-1.build");
    expect(liveLogSubjectV1("build", "run-1")).toBe("driver:build:logs:run-1");
    expect(eventSubject("build", "artifact")).toBe("events.build.artifact");
    expect(deadLetterSubject("build")).toBe("events.build.dead-letter");
    expect(BROADCAST_SUBJECT).toBe("application");
    expect(STREAMS).toEqual({
      messages: "messages",
      pipelineEngine: "pipeline-engine",
      logsEngine: "logs-engine",
    });
  });

  it("a v1 driver filters on its resource types", () => {
    expect(filterSubjects("v1", "build", ["workflow", "site"]))
      .toEqual(["resources.workflow", "resources.site"]);
  });

  it("a v2 driver also filters on its pipeline steps", () => {
    expect(filterSubjects("v2", "build", ["workflow", "site"])).toEqual([
      "resources.workflow",
      "resources.site",
      "drivers.build.resources.workflow",
      "drivers.build.resources.site",
    ]);
  });

  it("a step differs from an event of the type", () => {
    expect(isStepSubject("drivers.build.resources.workflow")).toBe(true);
    expect(isStepSubject("resources.drivers")).toBe(false);
  });
});

describe("the protocol version is detected from the messages stream", () => {
  it.each([
    [["resources.>", "events.>"], "v1"],
    [["resources.>", "events.>", "drivers.>"], "v2"],
    [[">"], "v2"],
    [[], "v1"],
  ])("%j is %s", (subjects, protocol) => {
    expect(protocolOf(subjects)).toBe(protocol);
  });
});
