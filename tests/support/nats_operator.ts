import { nkeys } from "@nats-io/nats-core";

/** A nats-server's operator with one account that has JetStream. */
export interface NatsOperator {
  /** Lines of the server's configuration. */
  readonly config: string;
  /** The text of a credentials file for a user of the account. `expiresAt` is in Unix seconds. */
  creds(name: string, expiresAt?: number): string;
}

type KeyPair = ReturnType<typeof nkeys.createUser>;

const UNLIMITED = { subs: -1, data: -1, payload: -1 };

/** Creates an operator with keys of its own. */
export function createOperator(): NatsOperator {
  const operator = nkeys.createOperator();
  const account = nkeys.createAccount();
  const system = nkeys.createAccount();
  const accountLimits = {
    ...UNLIMITED,
    ...{ imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 },
  };
  const jetStream = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };
  const operatorJwt = sign(operator, operator, "operator", {
    type: "operator",
    system_account: system.getPublicKey(),
  });
  const accountJwt = sign(operator, account, "conveyor", {
    type: "account",
    limits: { ...accountLimits, ...jetStream },
  });
  const systemJwt = sign(operator, system, "system", { type: "account", limits: accountLimits });
  return {
    config: `
      operator: ${operatorJwt}
      system_account: ${system.getPublicKey()}
      resolver: MEMORY
      resolver_preload: {
        ${account.getPublicKey()}: ${accountJwt}
        ${system.getPublicKey()}: ${systemJwt}
      }`,
    creds(name, exp) {
      const user = nkeys.createUser();
      const jwt = sign(account, user, name, { type: "user", ...UNLIMITED }, exp);
      const seed = new TextDecoder().decode(user.getSeed());
      return [
        "-----BEGIN NATS USER JWT-----",
        jwt,
        "------END NATS USER JWT------",
        "",
        "************************* IMPORTANT *************************",
        "",
        "-----BEGIN USER NKEY SEED-----",
        seed,
        "------END USER NKEY SEED------",
        "",
      ].join("\n");
    },
  };
}

/** @see https://docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro/jwt */
function sign(issuer: KeyPair, subject: KeyPair, name: string, nats: object, exp?: number): string {
  const claims = {
    jti: crypto.randomUUID(),
    iat: Math.floor(Date.now() / 1000),
    iss: issuer.getPublicKey(),
    sub: subject.getPublicKey(),
    name,
    exp,
    nats: { version: 2, ...nats },
  };
  const body = [{ typ: "JWT", alg: "ed25519-nkey" }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  const signature = issuer.sign(new TextEncoder().encode(body));
  return `${body}.${Buffer.from(signature).toString("base64url")}`;
}
