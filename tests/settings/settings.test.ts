import { describe, expect, it } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { readSetting, type Settings, withoutUserInfo } from "../../src/settings.ts";

/** A host whose environment is these variables and no others. */
function environment(variables: Record<string, string> = {}) {
  return { host: { env: (name: string) => variables[name] } };
}

function rejectionOf(action: () => unknown): ConfigError {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return error as ConfigError;
  }
  throw new Error("it was not rejected");
}

describe("a setting", () => {
  it("is the explicit option, else that of the environment, else the default", () => {
    const set = environment({ CONVEYOR_SERVER_HOST: "from-env" });
    expect(readSetting("serverHost", "explicit", set)).toBe("explicit");
    expect(readSetting("serverHost", undefined, set)).toBe("from-env");
    expect(readSetting("serverHost", undefined, environment())).toBe("localhost");
  });

  it("that is empty in the environment counts as unset", () => {
    for (const empty of ["", " ", "\n"]) {
      const set = environment({ CONVEYOR_SERVER_PORT: empty, CONVEYOR_LOG_LEVEL: empty });
      expect(readSetting("serverPort", undefined, set)).toBe(8080);
      expect(readSetting("logLevel", undefined, set)).toBe("info");
    }
  });

  it("does not read the environment when an option is given", () => {
    const host = { env: () => expect.unreachable("the environment was read") };
    expect(readSetting("serverPort", 9000, { host })).toBe(9000);
  });
});

describe("the defaults", () => {
  it.each<[keyof Settings, unknown]>([
    ["serverHost", "localhost"],
    ["serverPort", 8080],
    ["serverUrl", undefined],
    ["servers", ["nats://localhost:4222"]],
    ["lokiEndpoint", undefined],
    ["certFile", undefined],
    ["keyFile", undefined],
    ["caFile", undefined],
    ["protocol", undefined],
    ["logLevel", "info"],
    ["logFormat", undefined],
    ["noColor", false],
    ["forceColor", undefined],
  ])("%s is %j", (name, value) => {
    expect(readSetting(name, undefined, environment())).toEqual(value);
  });
});

describe("a valid value is accepted", () => {
  it.each<[keyof Settings, string, string, unknown]>([
    ["serverPort", "CONVEYOR_SERVER_PORT", " 443 ", 443],
    ["serverHost", "CONVEYOR_SERVER_HOST", "::1", "::1"],
    ["serverUrl", "CONVEYOR_SERVER_URL", "https://ci.example/base", "https://ci.example/base"],
    ["servers", "NATS_URL", "a:4222, tls://b", ["nats://a:4222", "tls://b"]],
    ["servers", "NATS_URL", "memory:", ["memory:"]],
    ["servers", "NATS_URL", "wss://edge.example:443/nats", ["wss://edge.example:443/nats"]],
    ["lokiEndpoint", "LOKI_ENDPOINT", "http://localhost:3100", "http://localhost:3100"],
    ["protocol", "CONVEYOR_PROTOCOL", "v1", "v1"],
    ["logLevel", "CONVEYOR_LOG_LEVEL", "off", "off"],
    ["logFormat", "CONVEYOR_LOG_FORMAT", "json", "json"],
    ["noColor", "NO_COLOR", "1", true],
    ["forceColor", "FORCE_COLOR", "0", false],
    ["forceColor", "FORCE_COLOR", "1", true],
    ["forceColor", "FORCE_COLOR", " False\n", false],
    ["protocol", "CONVEYOR_PROTOCOL", "V1\n", "v1"],
    ["logLevel", "CONVEYOR_LOG_LEVEL", " WARN\r\n", "warn"],
    ["logFormat", "CONVEYOR_LOG_FORMAT", "Json ", "json"],
    ["serverHost", "CONVEYOR_SERVER_HOST", "ci.example\n", "ci.example"],
    ["serverUrl", "CONVEYOR_SERVER_URL", "HTTPS://ci.example\n", "HTTPS://ci.example"],
    ["servers", "NATS_URL", "nats://a:4222\nTLS://b\n", ["nats://a:4222", "TLS://b"]],
    ["servers", "NATS_URL", "Memory:", ["Memory:"]],
    ["observabilityPort", "CONVEYOR_OBSERVABILITY_PORT", "9090\n", 9090],
    ["certFile", "CONVEYOR_CERT_FILE", "/run/tls.crt\n", "/run/tls.crt"],
  ])("%s from %s=%j", (name, variable, text, value) => {
    expect(readSetting(name, undefined, environment({ [variable]: text }))).toEqual(value);
  });
});

describe("an invalid value is rejected with its source, the valid values, the value and what to do", () => {
  it.each([["0"], ["65536"], ["80.5"], ["-1"], ["http"], ["8080;"]])(
    "CONVEYOR_SERVER_PORT=%s",
    (text) => {
      const error = rejectionOf(() =>
        readSetting("serverPort", undefined, environment({ CONVEYOR_SERVER_PORT: text }))
      );
      expect(error.field).toBe("CONVEYOR_SERVER_PORT");
      expect(error.message).toBe(
        `CONVEYOR_SERVER_PORT must be from 1 to 65535, got "${text}"; ` +
          "correct CONVEYOR_SERVER_PORT or unset it",
      );
    },
  );

  it("an explicit option, with the name of the option", () => {
    const error = rejectionOf(() =>
      readSetting("serverPort", 99999, { field: "port", ...environment() })
    );
    expect(error.field).toBe("port");
    expect(error.message).toContain("pass another port, or set CONVEYOR_SERVER_PORT");
  });

  it.each([
    ["http://localhost:4222", "http://localhost:4222"],
    ["nats://one, http://two", "nats://one, http://two"],
    ["nats://a\\b", "nats://a\\\\b"],
    ["nats://", "nats://"],
    ["nats://host:70000", "nats://host:70000"],
    [" , ", " , "],
  ])("NATS_URL=%s", (text, invalid) => {
    const error = rejectionOf(() =>
      readSetting("servers", undefined, environment({ NATS_URL: text }))
    );
    expect(error.field).toBe("NATS_URL");
    expect(error.message).toBe(
      "NATS_URL must be one or more URLs with a host and one of the schemes nats: tls: ws: wss: memory:, " +
        `with / @ and , in a password as %2F %40 and %2C, got "${invalid}"; correct NATS_URL or unset it`,
    );
  });

  it.each<[keyof Settings, unknown]>([
    ["serverHost", "http://ci.example"],
    ["serverHost", ""],
    ["serverUrl", "ci.example"],
    ["lokiEndpoint", "loki:3100"],
    ["protocol", "v3"],
    ["logLevel", "loud"],
    ["logFormat", "xml"],
    ["certFile", 7],
  ])("%s: %j", (name, value) => {
    expect(rejectionOf(() => readSetting(name, value, environment())).field).toBe(name);
  });

  it("without its password", () => {
    for (
      const text of [
        "http://me:hunter2@host:4222",
        "me:hunter2@host,http://other",
        "nats://me:/hunter2@host",
        "nats://me:a,hunter2,b@host",
        "nats://me:hunter2/b@host",
      ]
    ) {
      const error = rejectionOf(() =>
        readSetting("servers", undefined, environment({ NATS_URL: text }))
      );
      expect(error.message).toContain("host");
      expect(error.message).not.toContain("hunter2");
    }
  });
});

describe("a URL in a message has no user name and no password", () => {
  it.each([
    ["nats://me:hunt/er2@host:4222", "nats://host:4222"],
    ["nats://me:hu,nt er2@host:4222", "nats://host:4222"],
    ["nats://me:hunter2@host:4222/a@b", "nats://b"],
    ["nats://me:hunt@er2@host", "nats://host"],
    ["me:hunter2@host:4222", "host:4222"],
    ["tls://me:a@one, tls://me:b@two,me:c@three", "tls://one, tls://three"],
    ["nats://host:4222", "nats://host:4222"],
  ])("%s", (url, shown) => {
    expect(withoutUserInfo(url)).toBe(shown);
  });
});
