import { existsSync } from "node:fs";
import { extname, join } from "node:path";

/** Where Debian puts Chromium. */
const chromium = "/usr/bin/chromium";

/** Definition of a test that needs a browser. If it is missing the test is ignored, and its name says why. */
export function needingBrowser(name: string, fn: () => Promise<void>): Deno.TestDefinition {
  const there = existsSync(chromium);
  return { name: there ? name : `${name} (skipped: there is no ${chromium})`, ignore: !there, fn };
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

/** The folder of an npm package in Deno's cache, where it lies once it was imported. */
export async function packageFolder(name: string, version: string): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  const { npmCache } = JSON.parse(new TextDecoder().decode(stdout));
  for await (const { name: registry } of Deno.readDir(npmCache)) {
    const folder = join(npmCache, registry, name, version);
    if (existsSync(folder)) return folder;
  }
  throw new Error(`${name}@${version} is not in ${npmCache}`);
}

/**
 * Opens a page in Chromium, and returns what its function `main` gives.
 *
 * @param files What the page may ask for, by path: bytes, a text or the path of a file. `/index.html` is the page.
 * @returns The result, and all addresses that the browser asked for.
 */
export async function inBrowser(
  files: (path: string) => Promise<Uint8Array<ArrayBuffer> | string | undefined>,
): Promise<{ readonly result: unknown; readonly requests: readonly string[]; readonly origin: string }> {
  const { chromium: kind } = await import("npm:playwright-core@1.65.1");
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
    const { pathname } = new URL(request.url);
    const body = await files(pathname);
    const headers = { "content-type": types[extname(pathname)] ?? "application/octet-stream" };
    return body === undefined ? new Response(null, { status: 404 }) : new Response(body, { headers });
  });
  const origin = `http://127.0.0.1:${server.addr.port}`;
  const browser = await kind.launch({ executablePath: chromium, args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage();
    const requests: string[] = [];
    page.on("request", (request: { url(): string }) => requests.push(request.url()));
    await page.goto(`${origin}/index.html`);
    const result = await page.evaluate("main()");
    return { result, requests, origin };
  } finally {
    await browser.close();
  }
}
