/**
 * Writes the list of all keys into docs/presets.md: `deno task docs`.
 *
 * @module
 */
import { keyList } from "./key_list.ts";

const [begin, end] = ["<!-- keys -->", "<!-- end of keys -->"];

/** The page with the list of today, formatted. */
export async function pageWithKeys(): Promise<string> {
  const page = await (await fetch(new URL("./presets.md", import.meta.url))).text();
  const text = page.slice(0, page.indexOf(begin) + begin.length) + `\n\n${keyList()}\n\n` +
    page.slice(page.indexOf(end));
  const format = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext", "md", "-"],
    cwd: new URL("../", import.meta.url),
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const written = new Response(text).body!.pipeTo(format.stdin);
  const { stdout } = await format.output();
  await written;
  return new TextDecoder().decode(stdout);
}

if (import.meta.main) await Deno.writeTextFile(new URL("./presets.md", import.meta.url), await pageWithKeys());
