import { existsSync } from "node:fs";
import { extname, join } from "node:path";

/** Where Debian puts Chromium. */
const chromium = "/usr/bin/chromium";

/**
 * Definition of a test that needs a browser, and an npm package for the page. If one of them is missing the test is
 * ignored, and its name says why.
 */
export async function needingBrowser(
  { name: wanted, version }: { readonly name: string; readonly version: string },
  name: string,
  fn: (packageFolder: string) => Promise<void>,
): Promise<Deno.TestDefinition> {
  const skipped = (reason: string) => ({ name: `${name} (skipped: ${reason})`, ignore: true, fn: () => {} });
  if (!existsSync(chromium)) return skipped(`there is no ${chromium}`);
  const folder = await packageFolder(wanted, version);
  return folder ? { name, fn: () => fn(folder) } : skipped(`${wanted} ${version} cannot be fetched`);
}

/** Definition of a test that needs a browser. If there is none the test is ignored, and its name says why. */
export function needingChromium(name: string, fn: () => Promise<void>): Deno.TestDefinition {
  const there = existsSync(chromium);
  return { name: there ? name : `${name} (skipped: there is no ${chromium})`, ignore: !there, fn };
}

/** Starts Chromium. */
export async function openBrowser() {
  const { chromium: kind } = await import("npm:playwright-core@1.65.1");
  return await kind.launch({ executablePath: chromium, args: ["--no-sandbox"] });
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

/**
 * The folder of an npm package that a page is served from; undefined if it is not here and cannot be fetched. It stays
 * out of the lock file: the types that it depends on would change those of all code.
 */
async function packageFolder(name: string, version: string): Promise<string | undefined> {
  const deno = async (...args: string[]) => {
    const { stdout } = await new Deno.Command(Deno.execPath(), { args, stderr: "null" }).output();
    return new TextDecoder().decode(stdout);
  };
  const { npmCache } = JSON.parse(await deno("info", "--json"));
  const find = async () => {
    for await (const { name: registry } of Deno.readDir(npmCache)) {
      const folder = join(npmCache, registry, name, version);
      if (existsSync(join(folder, "package.json"))) return folder;
    }
  };
  const found = await find();
  if (found) return found;
  await deno("cache", "--no-config", "--no-lock", `npm:${name}@${version}`);
  return await find();
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
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
    const { pathname } = new URL(request.url);
    const body = await files(pathname);
    const headers = { "content-type": types[extname(pathname)] ?? "application/octet-stream" };
    return body === undefined ? new Response(null, { status: 404 }) : new Response(body, { headers });
  });
  const origin = `http://127.0.0.1:${server.addr.port}`;
  const browser = await openBrowser();
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
