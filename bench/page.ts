/// <reference lib="dom" />
/**
 * How fast the page answers, in Chromium: from the choice of two files to the first picture, from a change to the next
 * picture, and pictures a second while one grows: `deno run -A bench/page.ts`. A painting that the painter which ships
 * has learnt is painted by it first; another one, here the same upside down, grows from the photograph.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { fileURLToPath } from "node:url";
import sharp from "../pictures/sharp_package.ts";
import { openBrowser } from "../tests/helpers/browser.ts";
import { median } from "./median.ts";

/** What a page notes of itself. */
interface Noted {
  readonly pictures: number;
}

/** What is done with a page. */
interface Hands {
  /** Sets the number of a control. */
  set(label: string, value: string): Promise<void>;
  /** Seconds from an act to the next picture of the page. */
  nextAfter(act: () => Promise<unknown>): Promise<number>;
  /** New pictures in a time. */
  picturesIn(milliseconds: number): Promise<number>;
  pause(milliseconds: number): Promise<void>;
}

const root = fileURLToPath(new URL("..", import.meta.url));
const photograph = await sharp(`${root}examples/harbour.jpg`).png().toBuffer();
const learnt = Buffer.from(await Deno.readFile(`${root}examples/monet.jpg`));
const strange = await sharp(learnt).rotate(180).png().toBuffer();

await withPage("a painting that is learnt", learnt, async ({ set, nextAfter, picturesIn, pause }) => {
  const changes = async (label: string, values: readonly string[]) => {
    const seconds: number[] = [];
    for (const value of values) seconds.push(await nextAfter(() => set(label, value)));
    tell(`a change of ${label}`, seconds);
  };
  await changes("strength", ["0.8", "0.6", "0.9", "1"]);
  await changes("style weight", ["2", "3", "0.5"]);
  await set("size", "256");
  await pause(2000);
  console.log(`pictures a second at 256 pixels: ${(await picturesIn(3000) / 3).toFixed(1)}`);
});
await withPage("another", strange, async ({ set, nextAfter, pause }) => {
  const seconds: number[] = [];
  for (const value of ["2", "3", "0.5"]) {
    await pause(500);
    seconds.push(await nextAfter(() => set("style weight", value)));
  }
  tell("a change of style weight", seconds);
});
Deno.exit(0);

/** Opens a studio in a browser, gives it the photograph and a painting, and tells when the first picture came. */
async function withPage(name: string, painting: Buffer, work: (hands: Hands) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const studio = new Deno.Command(Deno.execPath(), {
    args: ["run", "-P=studio", `${root}cli.ts`, "studio", folder, "--no-open", "--port", "0"],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const browser = await openBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(await addressOf(studio.stdout));
    await page.locator(".panel .field").first().waitFor();
    await page.evaluate(() => {
      let last = "";
      const noted = Object.assign(globalThis, { pictures: 0 });
      new MutationObserver(() => {
        const now = document.querySelector("#picture")?.getAttribute("src") ?? "";
        if (now !== last && now.startsWith("blob:")) noted.pictures++;
        last = now;
      }).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["src"] });
    });
    const count = () => page.evaluate(() => (globalThis as unknown as Noted).pictures);
    const hands: Hands = {
      async set(label, value) {
        const field = page.getByLabel(`${label}, as a number`, { exact: true });
        await field.fill(value);
        await field.press("Enter");
      },
      async nextAfter(act) {
        const before = await count();
        const began = performance.now();
        await act();
        // The page's policy forbids a text to be evaluated.
        await page.waitForFunction((before) => (globalThis as unknown as Noted).pictures > before, before);
        return (performance.now() - began) / 1000;
      },
      async picturesIn(milliseconds) {
        const before = await count();
        await page.waitForTimeout(milliseconds);
        return await count() - before;
      },
      pause: (milliseconds) => page.waitForTimeout(milliseconds),
    };
    const files = [
      { name: "photograph.png", mimeType: "image/png", buffer: photograph },
      { name: "painting.png", mimeType: "image/png", buffer: painting },
    ];
    // Nobody is faster, and until then the server has warmed the painter.
    await hands.pause(1500);
    tell(`${name}: first picture`, [await hands.nextAfter(() => page.setInputFiles(".drop.big input", files))]);
    await work(hands);
  } finally {
    await browser.close();
    studio.kill("SIGTERM");
    await studio.status;
    await Deno.remove(folder, { recursive: true });
  }
}

function tell(what: string, seconds: readonly number[]): void {
  const all = seconds.length > 1 ? ` (${seconds.map((each) => each.toFixed(2)).join(", ")})` : "";
  console.log(`${what}: ${median(seconds).toFixed(2)} s${all}`);
}

/** The address that the studio prints. */
async function addressOf(output: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  let text = "";
  for await (const chunk of output.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const found = /http:\S+(?=\s)/.exec(text);
    if (found) return found[0];
  }
  throw new Error(`The studio printed no address: ${text}`);
}
