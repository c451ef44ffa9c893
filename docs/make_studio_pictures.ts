/// <reference lib="dom" />
/**
 * Takes the pictures of docs/studio.md: the page in each of its states, in Chromium.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { serveStudio } from "../page/server/serve.ts";
import { openBrowser } from "../tests/helpers/browser.ts";
import { temporaryFolder } from "../tests/helpers/folders.ts";

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const example = (name: string) => here(`../examples/${name}`);

await Deno.mkdir(here("studio"), { recursive: true });
await using folder = await temporaryFolder();
await using served = await serveStudio({ folder: folder.path });
const browser = await openBrowser();
const wide = { width: 1280, height: 800 };

type Page = Awaited<ReturnType<typeof browser.newPage>>;

async function take(
  name: string,
  work: (page: Page) => Promise<void>,
  look: { readonly viewport?: typeof wide; readonly colorScheme?: "light" | "dark" } = {},
): Promise<void> {
  const page = await browser.newPage({ viewport: wide, ...look });
  page.setDefaultTimeout(600_000);
  await page.goto(served.url);
  await page.locator(".panel .field").first().waitFor();
  await page.locator(".gallery img").first().waitFor();
  await work(page);
  await page.screenshot({ path: here(`studio/${name}.jpg`), type: "jpeg", quality: 66 });
  await page.close();
}

const run = (page: Page, phase: string) => page.locator(`.run.${phase}`).waitFor();

// The stream of events stays open: pictures are waited for one by one.
const seen = (page: Page) =>
  page.waitForFunction(() =>
    [...document.images].every((image) => image.naturalWidth > 0 || image.getBoundingClientRect().top > innerHeight)
  );

await take("empty", async (page) => void await seen(page));
await take("painting", async (page) => {
  await page.setInputFiles(".drop.big input", [example("valley.jpg"), example("hokusai.jpg")]);
  await page.locator(".run-words", { hasText: "Scale 2" }).waitFor();
});
await take("done", async (page) => {
  await run(page, "done");
  await page.getByRole("tab", { name: "History" }).click();
  await page.locator(".download summary").first().click();
  await seen(page);
}, { colorScheme: "dark" });
await take("compare", async (page) => {
  await page.getByRole("button", { name: "Compare", exact: true }).first().click();
  await page.getByRole("tab", { name: "JSON" }).click();
  await seen(page);
});
await take("make", async (page) => {
  await page.getByRole("tab", { name: "Make" }).click();
  await page.getByRole("button", { name: "Paint the sheet" }).click();
  await page.locator(".job", { hasText: "done" }).waitFor();
  await page.getByRole("tab", { name: "History" }).click();
  await page.locator(".history li", { hasText: "variations" }).waitFor();
  await page.getByRole("tab", { name: "Make" }).click();
  await seen(page);
});
await take("mask", async (page) => {
  await page.getByLabel("Follow changes").uncheck();
  await page.getByRole("button", { name: /^Paint the mask/ }).click();
  const { x, y, width, height } = (await page.locator(".mask canvas").boundingBox())!;
  await page.mouse.move(x + 0.1 * width, y + 0.2 * height);
  await page.mouse.down();
  for (const [u, v] of [[0.5, 0.15], [0.9, 0.25], [0.9, 0.35], [0.3, 0.3]]) {
    await page.mouse.move(x + u * width, y + v * height, { steps: 12 });
  }
  await page.mouse.up();
  await page.locator(".tools button:enabled", { hasText: "Clear" }).waitFor();
}, { colorScheme: "dark" });
await take("phone", async (page) => void await seen(page), { viewport: { width: 360, height: 740 } });
await browser.close();
