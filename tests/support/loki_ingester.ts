/** Loki's limits, with the defaults of Loki 3. */
export interface LokiLimits {
  /** `max_line_size`, bytes. */
  maxLineSize: number;
  maxLabelNamesPerSeries: number;
  maxLabelNameLength: number;
  maxLabelValueLength: number;
  /** `reject_old_samples_max_age`, milliseconds. */
  rejectOldSamplesMaxAgeMs: number;
  /** `creation_grace_period`, milliseconds. */
  creationGracePeriodMs: number;
  /** Half of `max_chunk_age`, milliseconds: how far behind the newest line of its stream a line may be. */
  outOfOrderWindowMs: number;
  allowStructuredMetadata: boolean;
  /** `max_structured_metadata_size`, bytes. */
  maxStructuredMetadataSize: number;
  maxStructuredMetadataEntries: number;
  /** `max_global_streams_per_user`. */
  maxStreams: number;
}

const DEFAULTS: LokiLimits = {
  maxLineSize: 256 * 1024,
  maxLabelNamesPerSeries: 15,
  maxLabelNameLength: 1024,
  maxLabelValueLength: 2048,
  rejectOldSamplesMaxAgeMs: 7 * 24 * 3600 * 1000,
  creationGracePeriodMs: 10 * 60 * 1000,
  outOfOrderWindowMs: 3600 * 1000,
  allowStructuredMetadata: true,
  maxStructuredMetadataSize: 64 * 1024,
  maxStructuredMetadataEntries: 128,
  maxStreams: 5000,
};

/** A line that was stored. */
export interface StoredLine {
  tenant: string;
  labels: Record<string, string>;
  nanoseconds: bigint;
  line: string;
  metadata: Record<string, string>;
}

interface Stream {
  tenant: string;
  labels: Record<string, string>;
  lines: StoredLine[];
  newest: bigint;
}

/** Checks and stores pushes as Loki's distributor and ingester do: good lines are stored, bad ones make the answer a 400. */
export class LokiIngester {
  readonly #limits: LokiLimits;
  readonly #streams = new Map<string, Stream>();

  constructor(limits: Partial<LokiLimits>) {
    this.#limits = { ...DEFAULTS, ...limits };
  }

  lines(wanted: Record<string, string>): StoredLine[] {
    return [...this.#streams.values()]
      .filter(({ labels }) =>
        Object.entries(wanted).every(([name, value]) => labels[name] === value)
      )
      .flatMap(({ lines }) => lines)
      .sort((a, b) => a.nanoseconds < b.nanoseconds ? -1 : a.nanoseconds > b.nanoseconds ? 1 : 0);
  }

  streams(): Record<string, string>[] {
    return [...this.#streams.values()].map(({ labels }) => labels);
  }

  /** Takes a body; gives what is wrong with it, with the number of the entry at fault. */
  push(body: string, tenant: string): string | undefined {
    let parsed: PushBody;
    if (/\\ud[89a-f]/i.test(body)) {
      return "grpc: error while marshaling: string field contains invalid UTF-8";
    }
    try {
      parsed = parsePush(body);
    } catch (error) {
      return `loghttp.PushRequest.Streams: ${(error as Error).message}`;
    }
    const problems: string[] = [];
    for (const [index, stream] of parsed.entries()) {
      const problem = this.#labelProblem(stream.labels);
      if (problem !== undefined) {
        problems.push(`stream ${index}: ${problem}`);
        continue;
      }
      for (const [number, entry] of stream.entries.entries()) {
        const wrong = this.#store(tenant, stream.labels, entry);
        if (wrong !== undefined) problems.push(`stream ${index}, entry ${number}: ${wrong}`);
      }
    }
    return problems.at(-1);
  }

  #labelProblem(labels: Record<string, string>): string | undefined {
    const limits = this.#limits;
    const entries = Object.entries(labels);
    const name = format(labels);
    if (entries.length === 0) return "error at least one label pair is required per stream";
    if (entries.length > limits.maxLabelNamesPerSeries) {
      return `entry for stream '${name}' has ${entries.length} label names; limit ${limits.maxLabelNamesPerSeries}`;
    }
    for (const [label, value] of entries) {
      if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(label)) {
        return `error parsing labels: couldn't parse labels: unexpected "${label}" in label set`;
      }
      if (size(label) > limits.maxLabelNameLength) {
        return `stream '${name}' has label name too long: '${label}'`;
      }
      if (size(value) > limits.maxLabelValueLength) {
        return `stream '${name}' has label value too long: '${value}'`;
      }
    }
    return undefined;
  }

  #store(tenant: string, labels: Record<string, string>, entry: Entry): string | undefined {
    const limits = this.#limits;
    const name = format(labels);
    const ms = Number(entry.nanoseconds / 1_000_000n);
    if (ms < Date.now() - limits.rejectOldSamplesMaxAgeMs) {
      return `entry for stream '${name}' has timestamp too old: ${new Date(ms).toISOString()}`;
    }
    if (ms > Date.now() + limits.creationGracePeriodMs) {
      return `entry for stream '${name}' has timestamp too new: ${new Date(ms).toISOString()}`;
    }
    if (size(entry.line) > limits.maxLineSize) {
      return `Max entry size '${limits.maxLineSize}' bytes exceeded for stream '${name}' while adding an entry with length '${
        size(entry.line)
      }' bytes`;
    }
    const metadata = Object.entries(entry.metadata);
    if (metadata.length > 0 && !limits.allowStructuredMetadata) {
      return `stream '${name}' includes structured metadata, but this feature is disallowed. Please see \`limits_config.allow_structured_metadata\` or contact your Loki administrator to enable it.`;
    }
    const bytes = metadata.reduce((sum, [key, value]) => sum + size(key) + size(value), 0);
    if (bytes > limits.maxStructuredMetadataSize) {
      return `stream '${name}' has structured metadata too large: '${bytes}' bytes, limit: '${limits.maxStructuredMetadataSize}' bytes.`;
    }
    if (metadata.length > limits.maxStructuredMetadataEntries) {
      return `stream '${name}' has too many structured metadata labels: '${metadata.length}', limit: '${limits.maxStructuredMetadataEntries}'.`;
    }
    return this.#append(tenant, labels, entry);
  }

  #append(tenant: string, labels: Record<string, string>, entry: Entry): string | undefined {
    const key = tenant + format(labels);
    if (!this.#streams.has(key) && this.#streams.size >= this.#limits.maxStreams) {
      return `Maximum active stream limit exceeded when trying to create stream ${
        format(labels)
      }, reduce the number of active streams`;
    }
    const stream = this.#streams.get(key) ?? { tenant, labels, lines: [], newest: 0n };
    this.#streams.set(key, stream);
    const cutoff = stream.newest - BigInt(this.#limits.outOfOrderWindowMs) * 1_000_000n;
    if (entry.nanoseconds < cutoff) {
      return `entry with timestamp ${entry.nanoseconds} ignored, reason: 'entry too far behind', user '${tenant}', total ignored: 1 out of 1 for stream: ${
        format(labels)
      }`;
    }
    // Sent again: Loki keeps the first of two lines of the same time and text.
    if (
      stream.lines.some((one) => one.nanoseconds === entry.nanoseconds && one.line === entry.line)
    ) {
      return undefined;
    }
    stream.lines.push({ tenant, labels, ...entry });
    if (entry.nanoseconds > stream.newest) stream.newest = entry.nanoseconds;
    return undefined;
  }
}

interface Entry {
  nanoseconds: bigint;
  line: string;
  metadata: Record<string, string>;
}

type PushBody = { labels: Record<string, string>; entries: Entry[] }[];

function parsePush(body: string): PushBody {
  const { streams } = JSON.parse(body) as { streams?: unknown };
  if (!Array.isArray(streams)) throw new Error("no streams");
  return streams.map((stream: { stream?: unknown; values?: unknown }, index) => {
    if (!Array.isArray(stream.values)) throw new Error(`stream ${index} has no values`);
    return {
      labels: textMap(stream.stream, `labels of stream ${index}`),
      entries: stream.values.map((value: unknown, number) =>
        parseEntry(value, `stream ${index}, entry ${number}`)
      ),
    };
  });
}

function parseEntry(value: unknown, where: string): Entry {
  if (!Array.isArray(value)) throw new Error(`${where} is not an array`);
  const [time, line, metadata] = value as unknown[];
  if (value.length < 2 || value.length > 3) throw new Error(`${where} has ${value.length} members`);
  if (typeof time !== "string" || !/^\d+$/.test(time)) {
    throw new Error(`${where}: the timestamp is not a text of nanoseconds`);
  }
  if (typeof line !== "string") throw new Error(`${where}: the line is not text`);
  return {
    nanoseconds: BigInt(time),
    line,
    metadata: metadata === undefined ? {} : textMap(metadata, `structured metadata of ${where}`),
  };
}

function textMap(value: unknown, what: string): Record<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Error(`${what}: not an object`);
  }
  for (const [name, text] of Object.entries(value)) {
    if (typeof text !== "string") throw new Error(`${what}: the value of ${name} is not text`);
  }
  return value as Record<string, string>;
}

function format(labels: Record<string, string>): string {
  const pairs = Object.entries(labels).sort(([a], [b]) => a < b ? -1 : 1);
  return `{${pairs.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(", ")}}`;
}

function size(text: string): number {
  return new TextEncoder().encode(text).length;
}
