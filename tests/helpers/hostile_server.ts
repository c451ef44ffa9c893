import "./cache.ts";

/** A request as it came, and ways to answer it badly. */
export interface Exchange {
  /** `/path`, or the whole address if a proxy is asked. */
  readonly target: string;
  readonly headers: ReadonlyMap<string, string>;
  /** How many requests came before. */
  readonly index: number;
  /** Aborted when the client goes away, or the server does. */
  head(status: string, headers?: Readonly<Record<string, string | number>>): Promise<void>;
  send(bytes: Uint8Array): Promise<void>;
  /** Keeps the connection, and sends nothing more. */
  stall(): Promise<void>;
}

/** A server that speaks HTTP by hand. */
interface HostileServer extends AsyncDisposable {
  url(path: string): URL;
  /** The first byte that each request asked for; undefined for those that asked for the whole. */
  readonly ranges: readonly (number | undefined)[];
  readonly requests: readonly Exchange[];
}

/** Starts it. After `answer` the connection is closed, whatever it promised. */
export function hostileServer(answer: (exchange: Exchange) => Promise<void>): HostileServer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const closing = new AbortController();
  const requests: Exchange[] = [];
  const open = new Set<Promise<void>>();

  async function serve(connection: Deno.Conn) {
    try {
      const lines = (await headOf(connection)).split("\r\n");
      const headers = new Map(
        lines.slice(1).map((line) => {
          const at = line.indexOf(":");
          return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()] as const;
        }),
      );
      const send = async (bytes: Uint8Array) => {
        for (let done = 0; done < bytes.length;) done += await connection.write(bytes.subarray(done));
      };
      const exchange: Exchange = {
        target: lines[0].split(" ")[1],
        headers,
        index: requests.length,
        head: (status, more = {}) => {
          const fields = Object.entries({ connection: "close", ...more }).map(([name, value]) => `${name}: ${value}`);
          return send(new TextEncoder().encode([`HTTP/1.1 ${status}`, ...fields, "", ""].join("\r\n")));
        },
        send,
        stall: async () => {
          const { promise, resolve } = Promise.withResolvers<void>();
          closing.signal.addEventListener("abort", () => resolve(), { once: true });
          // A client that goes away ends the wait.
          await Promise.race([promise, connection.read(new Uint8Array(1)).then(() => {}, () => {})]);
        },
      };
      requests.push(exchange);
      await answer(exchange);
    } catch {
      // The client went away.
    } finally {
      try {
        connection.close();
      } catch {
        // It is closed.
      }
    }
  }
  const accepting = (async () => {
    for await (const connection of listener) open.add(serve(connection));
  })();
  return {
    url: (path) => new URL(path, `http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}/`),
    requests,
    get ranges() {
      return requests.map(({ headers }) => rangeOf(headers));
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      listener.close();
      await accepting;
      await Promise.all(open);
    },
  };
}

/** The first byte that a request asks for. */
function rangeOf(headers: ReadonlyMap<string, string>): number | undefined {
  const [, start] = /^bytes=(\d+)-$/.exec(headers.get("range") ?? "") ?? [];
  return start === undefined ? undefined : Number(start);
}

/** How a file is served. */
interface Manner {
  /** Bytes after which each connection is cut; none for those beyond the list. */
  readonly cuts?: readonly number[];
  /** Whether ranges are served. */
  readonly ranges?: boolean;
  readonly etag?: string;
}

/** Answers with a file in some manner. */
export async function sendFile(exchange: Exchange, bytes: Uint8Array, manner: Manner = {}): Promise<void> {
  const { cuts = [], ranges = true, etag } = manner;
  const asked = ranges && (!exchange.headers.has("if-range") || exchange.headers.get("if-range") === etag)
    ? rangeOf(exchange.headers)
    : undefined;
  if (asked !== undefined && asked >= bytes.length) return await exchange.head("416 Range Not Satisfiable");
  const rest = bytes.subarray(asked ?? 0);
  const version: Record<string, string> = etag ? { etag } : {};
  if (asked === undefined) await exchange.head("200 OK", { "content-length": rest.length, ...version });
  else {
    const range = `bytes ${asked}-${bytes.length - 1}/${bytes.length}`;
    await exchange.head("206 Partial Content", { "content-length": rest.length, "content-range": range, ...version });
  }
  await exchange.send(rest.subarray(0, cuts[exchange.index] ?? rest.length));
}

async function headOf(connection: Deno.Conn): Promise<string> {
  const buffer = new Uint8Array(1);
  let text = "";
  while (!text.endsWith("\r\n\r\n")) {
    if (await connection.read(buffer) === null) throw new Error("no request");
    text += String.fromCharCode(buffer[0]);
  }
  return text.slice(0, -4);
}
