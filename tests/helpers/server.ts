import "./cache.ts";

/** Files under paths such as `/base.json`. */
type ServedFiles = Readonly<Record<string, string | Uint8Array<ArrayBuffer> | URL>>;

/** A web server on this machine that goes away at the end of a test. */
interface LocalServer extends AsyncDisposable {
  url(path: string): URL;
}

/** Serves files from memory; what is a URL there is where the file is found; 404 for all others. */
export function serve(files: ServedFiles): LocalServer {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const content = files[new URL(request.url).pathname];
    if (content instanceof URL) return Response.redirect(new URL(content.pathname, request.url));
    return content === undefined ? new Response("no such file", { status: 404 }) : new Response(content);
  });
  return {
    url: (path) => new URL(path, `http://127.0.0.1:${server.addr.port}/`),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Serves a folder, code as a web server would that knows TypeScript. */
export function serveFolder(folder: URL): LocalServer {
  const types: Readonly<Record<string, string>> = { ts: "text/typescript", json: "application/json" };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const { pathname } = new URL(request.url);
    const bytes = await Deno.readFile(new URL(`.${pathname}`, folder)).catch(() => undefined);
    const type = types[pathname.split(".").at(-1)!] ?? "application/octet-stream";
    return bytes
      ? new Response(bytes, { headers: { "content-type": type } })
      : new Response("no such file", { status: 404 });
  });
  return {
    url: (path) => new URL(path, `http://127.0.0.1:${server.addr.port}/`),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
