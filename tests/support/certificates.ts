import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
let serial = Date.now();

/** A certificate chain and its key, as PEM text and as files. */
export interface IssuedCertificate {
  /** The chain, leaf first, without the root. */
  readonly cert: string;
  readonly key: string;
  /** The root certificate that it leads to. */
  readonly ca: string;
  /** Where they stand. */
  readonly files: {
    readonly certFile: string;
    readonly keyFile: string;
    readonly caFile: string;
  };
}

/** Kinds of keys, by the names used here. */
export type KeyKind = "rsa" | "rsa-pss" | "p256" | "p384" | "p521" | "ed25519";

/** What to issue. */
export interface IssueOptions {
  /** @default {"client"} */
  readonly commonName?: string;
  /** @default {"p256"} */
  readonly key?: KeyKind;
  /** `traditional` is PKCS#1 for RSA and SEC 1 for elliptic curves. @default {"pkcs8"} */
  readonly form?: "pkcs8" | "traditional" | "without-public-half";
  /** @default {false} */
  readonly expired?: boolean;
  /** Whom it is for, when it is a server's. @default {"DNS:localhost,IP:127.0.0.1,IP:::1"} */
  readonly names?: string;
}

/** A certificate authority in a folder of its own. */
export interface CertificateAuthority {
  /** The root certificate, PEM. */
  readonly ca: string;
  readonly caFile: string;
  /** Issues a certificate good for clients and for servers on localhost, 127.0.0.1 and ::1. */
  issue(options?: IssueOptions): Promise<IssuedCertificate>;
  /** An authority below this one: what it issues comes with its own certificate in the chain. */
  intermediate(): Promise<CertificateAuthority>;
  /** Removes the folder. */
  remove(): Promise<void>;
}

const KEYS: Record<KeyKind, string[]> = {
  rsa: ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
  "rsa-pss": ["-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"],
  p256: ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
  p384: ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
  p521: ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"],
  ed25519: ["-algorithm", "ED25519"],
};

const leafExtensions = (names: string) =>
  `basicConstraints=CA:FALSE
subjectAltName=${names}
extendedKeyUsage=serverAuth,clientAuth
`;

const AUTHORITY = `basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
`;

/** Makes a certificate authority with openssl. */
export async function createCertificateAuthority(
  commonName = "test authority",
): Promise<CertificateAuthority> {
  const folder = await mkdtemp(join(tmpdir(), "conveyor-certificates-"));
  const keyFile = await makeKey(folder, "root", "p256");
  const caFile = join(folder, "root.pem");
  await openssl(
    ["req", "-x509", "-new", "-key", keyFile, "-subj", `/CN=${commonName}`, "-days", "2"],
    ["-out", caFile],
  );
  const ca = await readFile(caFile, "utf8");
  return authority({ folder, name: "root", ca, caFile, chain: "" });
}

interface Place {
  readonly folder: string;
  /** Its files are `{name}.pem` and `{name}.key`. */
  readonly name: string;
  readonly ca: string;
  readonly caFile: string;
  /** What stands below the leaf in the chain. */
  readonly chain: string;
}

function authority(place: Place): CertificateAuthority {
  const { folder, name, ca, caFile, chain } = place;
  let count = 0;

  async function sign(child: string, commonName: string, extensions: string, days: number) {
    const at = (ending: string) => join(folder, `${child}.${ending}`);
    const issuer = (ending: string) => join(folder, `${name}.${ending}`);
    await writeFile(at("ext"), extensions);
    await openssl(
      ["req", "-new", "-utf8", "-key", at("key"), "-subj", `/O=Conveyor/CN=${commonName}`],
      ["-out", at("csr")],
    );
    await openssl(
      ["x509", "-req", "-in", at("csr"), "-CA", issuer("pem"), "-CAkey", issuer("key")],
      ["-set_serial", String(++serial), "-extfile", at("ext")],
      ["-days", String(days), "-out", at("pem")],
    );
    return await readFile(at("pem"), "utf8");
  }

  return {
    ca,
    caFile,
    async issue(options = {}) {
      const { commonName = "client", key: kind = "p256", form = "pkcs8", expired } = options;
      const { names = "DNS:localhost,IP:127.0.0.1,IP:::1" } = options;
      const child = `${name}-leaf${++count}`;
      const keyFile = await makeKey(folder, child, kind);
      const leaf = await sign(child, commonName, leafExtensions(names), expired ? -1 : 2);
      if (form === "traditional") await rewriteKey(["pkey", "-traditional"], keyFile);
      if (form === "without-public-half") await rewriteKey(["ec", "-no_public"], keyFile);
      const certFile = join(folder, `${child}.pem`);
      const cert = leaf + chain;
      await writeFile(certFile, cert);
      const key = await readFile(keyFile, "utf8");
      return { cert, key, ca, files: { certFile, keyFile, caFile } };
    },
    async intermediate() {
      const child = `${name}-authority${++count}`;
      await makeKey(folder, child, "p256");
      const certificate = await sign(child, "intermediate authority", AUTHORITY, 2);
      return authority({ ...place, name: child, chain: certificate + chain });
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function makeKey(folder: string, name: string, kind: KeyKind): Promise<string> {
  const file = join(folder, `${name}.key`);
  await openssl(["genpkey", ...KEYS[kind], "-out", file]);
  return file;
}

async function rewriteKey(command: string[], file: string): Promise<void> {
  await openssl([...command, "-in", file, "-out", `${file}.new`]);
  await writeFile(file, await readFile(`${file}.new`));
}

async function openssl(...args: string[][]): Promise<void> {
  await run("openssl", args.flat());
}
