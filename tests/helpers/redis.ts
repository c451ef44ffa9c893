import { temporaryFolder } from "./folders.ts";

/** A redis-server of a test's own. */
export interface TestRedis extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Runs a command by redis-cli, and returns what it prints. */
  ask(...command: string[]): Promise<string>;
  /** Kills it, and waits until it is dead. */
  kill(): Promise<void>;
  /** Starts it again, with what its disk holds. */
  restart(): Promise<void>;
}

const there = await new Deno.Command("redis-server", { args: ["--version"], stdout: "null", stderr: "null" })
  .output().then(({ success }) => success, () => false);

/** Definition of a test that needs redis-server. If that is missing the test is ignored, and its name says why. */
export function needingRedis(name: string, fn: () => Promise<void>): Deno.TestDefinition {
  const missing = `${name} (skipped: there is no redis-server; apt-get install redis-server)`;
  // A client of Redis ends its timers after the test that closed it.
  return { name: there ? name : missing, ignore: !there, fn, sanitizeOps: false, sanitizeResources: false };
}

/**
 * Starts a server on a free port.
 *
 * @param settings Further settings, such as `--appendonly yes`.
 */
export async function startRedis(...settings: string[]): Promise<TestRedis> {
  const folder = await temporaryFolder();
  const { port } = freePort();
  const tls = settings.includes("--tls-port");
  const args = [...tls ? [] : ["--port", String(port)], "--bind", "127.0.0.1", "--save", "", "--dir", folder.path];
  let process: Deno.ChildProcess;
  const start = async () => {
    process = new Deno.Command("redis-server", { args: [...args, ...settings], stdout: "null", stderr: "null" })
      .spawn();
    while (!await answers(tls ? Number(settings[settings.indexOf("--tls-port") + 1]) : port)) {
      await new Promise((done) => setTimeout(done, 20));
    }
  };
  await start();
  const kill = async () => {
    try {
      process.kill("SIGKILL");
    } catch {
      // It is dead.
    }
    await process.status;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    async ask(...command) {
      const { stdout } = await new Deno.Command("redis-cli", { args: ["-p", String(port), ...command] }).output();
      return new TextDecoder().decode(stdout).trim();
    },
    kill,
    restart: start,
    async [Symbol.asyncDispose]() {
      await kill();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** A port at which nothing listens. */
export function freePort(): { readonly port: number } {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return { port: (listener.addr as Deno.NetAddr).port };
}

async function answers(port: number): Promise<boolean> {
  try {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port });
    return connection !== undefined;
  } catch {
    return false;
  }
}
