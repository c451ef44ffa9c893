import "./cache.ts";

/** Files under paths such as `/base.json`. */
export type ServedFiles = Readonly<Record<string, string | Uint8Array<ArrayBuffer>>>;

/** A web server on this machine that goes away at the end of a test. */
export interface LocalServer extends AsyncDisposable {
  url(path: string): URL;
}

/** Serves files from memory; 404 for all others. */
export function serve(files: ServedFiles): LocalServer {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const content = files[new URL(request.url).pathname];
    return content === undefined ? new Response("no such file", { status: 404 }) : new Response(content);
  });
  return {
    url: (path) => new URL(path, `http://127.0.0.1:${server.addr.port}/`),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
