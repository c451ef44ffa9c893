import { withoutSecrets } from "../base/addresses.ts";
import { messageOf, UserError } from "../base/errors.ts";
import { type BullMQ, queuePackages, type Redis, type RedisOptions } from "./packages.ts";

/** What every key of ours in Redis begins with. */
export const prefix = "impasto";

/** An open connection to the Redis, or Valkey, that holds the queue. */
export interface Connection extends AsyncDisposable {
  /** Its address, without a password. */
  readonly address: string;
  readonly bullmq: BullMQ;
  /** For commands of our own. */
  readonly redis: Redis;
  /** For what BullMQ opens by itself. */
  readonly options: RedisOptions;
  /** A line that the user should know about the server. */
  readonly warning?: string;
}

/** Milliseconds within which the server has to answer at the start. */
const patience = 10_000;

/** Milliseconds between two tries to reach a server that is gone. */
const retryEvery = 500;

/**
 * Connects to a queue.
 *
 * @param address `redis://HOST`, or `rediss://HOST` for TLS, with `:PORT`, `USER:PASSWORD@` and `/DATABASE` if need be.
 *   Without a password there, it is that of the environment's `REDISCLI_AUTH`.
 * @throws {UserError} if it is no such address, or nothing answers there, or it wants another password.
 */
export async function connect(address: string): Promise<Connection> {
  const shown = withoutSecrets(address);
  const options = optionsOf(address, shown);
  const { Redis, ...bullmq } = await queuePackages();
  const redis = new Redis({ ...options, lazyConnect: true, retryStrategy: () => null });
  let reason: unknown;
  redis.on("error", (error) => reason = error);
  const timer = setTimeout(() => {
    reason ??= new Error(`nothing answers within ${patience / 1000} seconds`);
    redis.disconnect();
  }, patience);
  let memory: string;
  try {
    await redis.connect();
    memory = await redis.info("memory");
  } catch (error) {
    redis.disconnect();
    throw unreachable(shown, reason ?? error);
  } finally {
    clearTimeout(timer);
  }
  redis.options.retryStrategy = options.retryStrategy;
  const policy = /^maxmemory_policy:(\S+)/m.exec(memory)?.[1] ?? "noeviction";
  const limited = !/^maxmemory:0\b/m.test(memory);
  return {
    address: shown,
    bullmq: bullmq as BullMQ,
    redis,
    options,
    warning: limited && policy !== "noeviction"
      ? `${shown} throws jobs away if its memory is full: set its maxmemory-policy to noeviction (it is ${policy})`
      : undefined,
    async [Symbol.asyncDispose]() {
      redis.disconnect();
      await Promise.resolve();
    },
  };
}

function optionsOf(address: string, shown: string): RedisOptions & { retryStrategy: () => number } {
  const url = URL.parse(address);
  const database = url?.pathname.slice(1) ?? "";
  if (!url || !/^rediss?:$/.test(url.protocol) || url.hostname === "" || !/^\d*$/.test(database)) {
    throw new UserError(`Cannot use ${shown} as a queue: it is no address of a Redis`, {
      hint: "such as --queue redis://HOST, or rediss://HOST for TLS",
      exitCode: 2,
    });
  }
  return {
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port || 6379),
    username: decodeURIComponent(url.username) || undefined,
    password: decodeURIComponent(url.password) || passwordOfEnvironment(),
    db: Number(database),
    ...url.protocol === "rediss:" && { tls: { servername: url.hostname } },
    connectTimeout: patience,
    // Commands wait for a server that is gone, instead of failing: BullMQ asks for it.
    maxRetriesPerRequest: null,
    retryStrategy: () => retryEvery,
  };
}

function passwordOfEnvironment(): string | undefined {
  const variable = "REDISCLI_AUTH";
  const { state } = Deno.permissions.querySync({ name: "env", variable });
  return state === "granted" ? Deno.env.get(variable) || undefined : undefined;
}

function unreachable(shown: string, error: unknown): UserError {
  const message = messageOf(error);
  const [reason, hint] = /NOAUTH|WRONGPASS|invalid username-password|without any password configured/i.test(message)
    ? [
      /NOAUTH/.test(message) ? "it wants a password" : "it refuses the password",
      "put it into the environment's REDISCLI_AUTH, or into the address: redis://USER:PASSWORD@HOST",
    ]
    : /certificate|UnknownIssuer|self.signed|tls|ssl|NotValidForName/i.test(message)
    ? [message, "DENO_CERT names a file with the certificate of an authority of your own"]
    : [message, "is the server running, and does its firewall let this machine in?"];
  return new UserError(`Cannot use the queue at ${shown}: ${reason}`, { hint, cause: error });
}

/** The error of a command that the server refused, in words: such as that its memory is full. */
export function refused(address: string, error: unknown): unknown {
  if (error instanceof UserError) return error;
  const message = messageOf(error);
  if (/^OOM|OOM command not allowed/.test(message)) {
    return new UserError(`The queue at ${address} is full: its memory holds no more jobs`, {
      hint: "raise its maxmemory, or wait until workers have done some of its jobs",
      cause: error,
    });
  }
  if (/NOPERM|NOAUTH|READONLY|MISCONF|LOADING/.test(message)) {
    return new UserError(`The queue at ${address} refuses: ${message}`, {
      hint: "its user needs all commands on keys that begin with impasto",
      cause: error,
    });
  }
  return error;
}
