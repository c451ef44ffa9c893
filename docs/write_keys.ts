/**
 * Writes the lists of networks, losses and all keys into docs/presets.md: `deno task docs`.
 *
 * @module
 */
import { keyList } from "./key_list.ts";
import { layerList } from "./layer_list.ts";

/** What is written between a mark and its end. */
const lists = { layers: layerList, keys: keyList };

/** The page with the list of today, formatted. */
export async function pageWithKeys(): Promise<string> {
  const page = await (await fetch(new URL("./presets.md", import.meta.url))).text();
  const text = Object.entries(lists).reduce((text, [name, list]) => {
    const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
    return `${text.slice(0, text.indexOf(begin) + begin.length)}\n\n${list()}\n\n${text.slice(text.indexOf(end))}`;
  }, page);
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
