import { withoutSecrets } from "../base/addresses.ts";
import { messageOf, UserError } from "../base/errors.ts";
import { reasonOf } from "../base/files.ts";
import { type BullMQ, queuePackages, type Redis, type RedisOptions } from "./packages.ts";
import type { Timing } from "./timing.ts";

/** What every key of ours in Redis begins with. */
export const prefix = "impasto";

/** BullMQ need not look at the server again: {@linkcode connect} has, and complains in our words. */
export const skipVersionCheck = true;

/** How a worker takes what waits in a queue: one thing at a time. */
export function takingFrom(connection: Connection, { lock, check }: Timing) {
  return {
    connection: connection.options,
    prefix,
    skipVersionCheck,
    concurrency: 1,
    lockDuration: lock,
    stalledInterval: check,
    drainDelay: Math.min(5, check / 1000),
  };
}

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

/** The first Redis that has all that BullMQ needs; Valkey calls itself 7.2.4. */
const oldest = "6.2.0";

/** Milliseconds between two tries to reach a server that is gone. */
const retryEvery = 500;

/**
 * Connects to a queue.
 *
 * @param address `redis://HOST`, or `rediss://HOST` for TLS, with `:PORT`, `USER:PASSWORD@`, `/DATABASE` and `?ca=FILE` if
 *   need be, the certificate of an authority of one's own.
 *   Without a password there, it is that of the environment's `REDISCLI_AUTH`.
 * @throws {UserError} if it is no such address, or nothing answers there, or it wants another password.
 */
export async function connect(address: string): Promise<Connection> {
  const shown = withoutSecrets(address);
  let closed = false;
  const retryStrategy = () => closed ? null : retryEvery;
  const options = { ...optionsOf(address, shown), retryStrategy };
  const { Redis, ...bullmq } = await queuePackages();
  const redis = new Redis({ ...options, lazyConnect: true, retryStrategy: () => null });
  let reason: unknown;
  redis.on("error", (error) => reason = error);
  const timer = setTimeout(() => {
    reason ??= new Error(`nothing answers within ${patience / 1000} seconds`);
    redis.disconnect();
  }, patience);
  let told: string;
  try {
    await redis.connect();
    told = await redis.info();
  } catch (error) {
    redis.disconnect();
    throw unreachable(shown, reason ?? error);
  } finally {
    clearTimeout(timer);
  }
  const [version = "0"] = /(?<=^redis_version:)\S+/m.exec(told) ?? [];
  if (version.localeCompare(oldest, undefined, { numeric: true }) < 0) {
    redis.disconnect();
    throw new UserError(`Cannot use the queue at ${shown}: it is Redis ${version}`, {
      hint: `Redis from ${oldest} on, or Valkey`,
    });
  }
  redis.options.retryStrategy = retryStrategy;
  const policy = /^maxmemory_policy:(\S+)/m.exec(told)?.[1] ?? "noeviction";
  const limited = !/^maxmemory:0\b/m.test(told);
  return {
    address: shown,
    bullmq: bullmq as BullMQ,
    redis,
    options,
    warning: limited && policy !== "noeviction"
      ? `${shown} throws jobs away if its memory is full: set its maxmemory-policy to noeviction (it is ${policy})`
      : undefined,
    [Symbol.asyncDispose]() {
      closed = true;
      redis.disconnect();
      return Promise.resolve();
    },
  };
}

function optionsOf(address: string, shown: string): RedisOptions {
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
    ...url.protocol === "rediss:" && { tls: { servername: url.hostname, ...authority(url.searchParams.get("ca")) } },
    connectTimeout: patience,
    // Commands wait for a server that is gone, instead of failing: BullMQ asks for it.
    maxRetriesPerRequest: null,
  };
}

/** The certificate of an authority of one's own. */
function authority(path: string | null): { readonly ca?: string } {
  if (path === null) return {};
  try {
    return { ca: Deno.readTextFileSync(path) };
  } catch (error) {
    throw new UserError(`Cannot read ${path}: ${reasonOf(error)}`, {
      code: "unreadable",
      hint: "`?ca=` in the queue's address names a file with a certificate",
      exitCode: 2,
      cause: error,
    });
  }
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
    ? [message, "an authority of your own stands in the address: rediss://HOST?ca=FILE"]
    : [message, "is the server running, and does its firewall let this machine in?"];
  return new UserError(`Cannot use the queue at ${shown}: ${reason}`, { hint, cause: error });
}

const queues = `${prefix}:queues`;

/**
 * Notes the name of a queue, for those who look at all of them.
 *
 * @throws {UserError} if the server takes nothing more.
 */
export async function noteQueue({ redis, address }: Connection, name: string): Promise<void> {
  await redis.sadd(queues, name).catch((error) => {
    throw refused(address, error);
  });
}

/** The names of all queues, in order. */
export async function queuesOf({ redis }: Connection): Promise<string[]> {
  return (await redis.smembers(queues)).sort();
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
