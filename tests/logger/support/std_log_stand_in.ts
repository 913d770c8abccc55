/**
 * The parts of `@std/log` 0.224 that a handler meets: it lives on JSR alone, so the tests have a stand-in of the same
 * shape, written from its documentation.
 */
export type LevelName = "NOTSET" | "DEBUG" | "INFO" | "WARN" | "ERROR" | "CRITICAL";

const LEVELS: Record<LevelName, number> = {
  NOTSET: 0,
  DEBUG: 10,
  INFO: 20,
  WARN: 30,
  ERROR: 40,
  CRITICAL: 50,
};

export class LogRecord {
  readonly msg: string;
  readonly level: number;
  readonly loggerName: string;
  readonly #args: unknown[];

  constructor(options: { msg: string; args: unknown[]; level: number; loggerName: string }) {
    this.msg = options.msg;
    this.level = options.level;
    this.loggerName = options.loggerName;
    this.#args = options.args;
  }

  get args(): unknown[] {
    return [...this.#args];
  }
}

export abstract class BaseHandler {
  readonly #level: number;
  formatter: (record: LogRecord) => string;

  constructor(
    levelName: LevelName,
    { formatter = ({ msg }) => msg }: { formatter?: (record: LogRecord) => string } = {},
  ) {
    this.#level = LEVELS[levelName];
    this.formatter = formatter;
  }

  get level(): number {
    return this.#level;
  }

  handle(record: LogRecord): void {
    if (this.level > record.level) return;
    this.log(this.formatter(record));
  }

  abstract log(msg: string): void;
}

/** A logger of `@std/log`'s with one handler. */
export function getLogger(handler: BaseHandler, loggerName = "default") {
  const write = (level: LevelName) => (msg: unknown, ...args: unknown[]) => {
    const text = msg instanceof Error ? msg.stack ?? String(msg) : String(msg);
    handler.handle(new LogRecord({ msg: text, args, level: LEVELS[level], loggerName }));
  };
  return {
    debug: write("DEBUG"),
    info: write("INFO"),
    warn: write("WARN"),
    error: write("ERROR"),
    critical: write("CRITICAL"),
  };
}
