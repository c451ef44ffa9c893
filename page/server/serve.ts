import { messageOf, UserError } from "../../base/errors.ts";
import { assetOf, html, scriptHash } from "./assets.ts";
import { admitted, newToken, type Place } from "./guard.ts";
import { headersWith } from "./headers.ts";
import { Refusal } from "./refusal.ts";
import { type Routes, routesOf } from "./routes.ts";
import { openStudio } from "./studio.ts";

/** How the studio is served. */
export interface ServeOptions {
  /** The folder that keeps the work: pictures, and in `.studio` what the page needs to go on. */
  readonly folder: string;
  /** The address of this machine at which it listens; 127.0.0.1 unless given. */
  readonly host?: string;
  /** The port; any that is free unless given. */
  readonly port?: number;
  /** Whether engine and network are brought before the first picture asks for them; true unless given. */
  readonly warm?: boolean;
}

/** A studio that is served. */
export interface ServedStudio extends AsyncDisposable {
  /** The address to open, with the key to the page. */
  readonly url: string;
}

/** Addresses that mean every interface: then nobody could say by which name the server may be called. */
const everywhere: readonly string[] = ["0.0.0.0", "::", "[::]"];

/**
 * Serves the studio of a folder until it is disposed of, which keeps the work.
 *
 * @throws {UserError} if the folder cannot be used, or the address is taken.
 */
export async function serveStudio(
  { folder, host = "127.0.0.1", port = 0, warm }: ServeOptions,
): Promise<ServedStudio> {
  if (everywhere.includes(host)) {
    throw new UserError(`Cannot listen at ${host}: the studio has to know its own name`, {
      hint: "name the address of one interface of this machine",
      exitCode: 2,
    });
  }
  await Deno.mkdir(folder, { recursive: true }).catch((error) => {
    throw new UserError(`Cannot use the folder ${folder}: ${messageOf(error)}`, { hint: "name another", cause: error });
  });
  const end = new AbortController();
  const token = newToken();
  const headers = headersWith(await scriptHash());
  const studio = await openStudio(await Deno.realPath(folder), { warm });
  const routes = routesOf(studio, end.signal);
  const listening = Promise.withResolvers<Place>();
  const server = listen(host, port, async (request) => {
    const answer = await answerTo(request, await listening.promise, routes);
    for (const [name, value] of Object.entries(headers)) if (!answer.headers.has(name)) answer.headers.set(name, value);
    return answer;
  });
  const own = server.addr.port;
  const names = host === "127.0.0.1" ? [host, "localhost"] : [host.includes(":") ? `[${host}]` : host];
  const place = { hosts: names.map((name) => `${name}:${own}`), port: own, token };
  listening.resolve(place);
  return {
    url: `http://${place.hosts[0]}/?token=${token}`,
    async [Symbol.asyncDispose]() {
      end.abort();
      studio.hub.changed();
      await studio[Symbol.asyncDispose]();
      await server.shutdown();
    },
  };
}

function listen(hostname: string, port: number, handler: (request: Request) => Promise<Response>) {
  try {
    return Deno.serve({ hostname, port, onListen: () => {} }, handler);
  } catch (error) {
    throw new UserError(`Cannot listen at ${hostname}:${port}: ${messageOf(error)}`, {
      hint: "name another port with --port, or none for any that is free",
      exitCode: 2,
      cause: error,
    });
  }
}

async function answerTo(request: Request, place: Place, routes: Routes): Promise<Response> {
  try {
    const answer = admitted(request, place);
    if (answer) return answer;
    const { pathname, searchParams: search } = new URL(request.url);
    const [, name, id = "", ...rest] = pathname.split("/");
    if (request.method === "GET" && pathname === "/") return typed(html, "text/html; charset=utf-8");
    if (request.method === "GET" && name === "m" && rest.length === 0) {
      const asset = assetOf(id);
      if (asset) return typed(asset.text, asset.type);
    }
    const key = `${request.method} ${name}`;
    if (rest.length > 0 || !Object.hasOwn(routes, key)) throw new Refusal(404, "there is no such thing here");
    return await routes[key]({ request, id, search });
  } catch (error) {
    // What was not read of a body is not wanted any more.
    await request.body?.cancel().catch(() => {});
    if (error instanceof Refusal) return typed(error.message, "text/plain; charset=utf-8", error.status);
    if (error instanceof UserError) return typed(error.message, "text/plain; charset=utf-8", 422);
    return typed(messageOf(error), "text/plain; charset=utf-8", 500);
  }
}

function typed(text: string, type: string, status = 200): Response {
  return new Response(text, { status, headers: { "content-type": type } });
}
