/// <reference lib="dom" />
/**
 * The page as a person sees it, in a browser.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import axe from "npm:axe-core@4.14.1" with { type: "text" };
import { needingChromium, openBrowser } from "../helpers/browser.ts";
import sharp from "../../pictures/sharp_package.ts";
import { presetInXmp } from "../../pictures/xmp.ts";
import { type Client, openClient, openPainted, painting, photograph, small } from "./served.ts";

type Browser = Awaited<ReturnType<typeof openBrowser>>;
type Page = Awaited<ReturnType<Browser["newPage"]>>;

/** A page of a studio; what it complains of, and what it asks others for, fails the test. */
async function withPage(
  client: Client,
  work: (page: Page) => Promise<void>,
  look: Parameters<Browser["newContext"]>[0] = {},
): Promise<void> {
  const browser = await openBrowser();
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...look });
    const page = await context.newPage();
    page.setDefaultTimeout(120_000);
    const complaints: string[] = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(client.origin) && !url.startsWith("blob:")) complaints.push(url);
    });
    await page.goto(client.url);
    await page.locator(".panel .field").first().waitFor();
    await work(page);
    assert.deepEqual(complaints, []);
  } finally {
    await browser.close();
  }
}

const file = (name: string, bytes: Uint8Array) => ({ name, mimeType: "image/png", buffer: Buffer.from(bytes) });
const files = [file("photo.png", photograph), file("painting.png", painting)];

/** Faults that axe finds, those that matter. */
async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate("axe.run()") as {
    violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
  };
  return violations.filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(" ")}`);
}

const run = (page: Page, phase: string) => page.locator(`.run.${phase}`).waitFor();

Deno.test(needingChromium("from two dropped files to a download, with a reload and a stop on the way", async () => {
  await using client = await openClient();
  await client.set({ ...small, optimise: { iterations: 600, tolerance: 0 } });
  await withPage(client, async (page) => {
    assert.equal(await page.locator(".empty h2").textContent(), "Drop a photograph and a painting");
    await page.setInputFiles(".drop.big input", files);
    await page.locator("#picture[src^=blob]").waitFor();
    await run(page, "painting");
    await page.locator(".run-words", { hasText: "step" }).waitFor();
    await page.reload();
    await run(page, "painting");
    await page.locator("#picture[src^=blob]").waitFor();
    await page.getByRole("button", { name: "Stop" }).click();
    await run(page, "stopped");
    await page.getByRole("button", { name: "Go on" }).click();
    await run(page, "painting");
    const { document } = await client.state();
    await client.set({ ...document, optimise: { iterations: 2 } });
    await run(page, "done");
    assert(await page.locator(".curve polyline").count() >= 2);
    await page.getByRole("tab", { name: "History" }).click();
    await page.locator(".download summary").first().click();
    await page.getByLabel("Bits").first().selectOption("16");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Download PNG" }).first().click(),
    ]);
    assert.equal(download.suggestedFilename(), "photo-painting.png");
    const found = await sharp(await Deno.readFile(await download.path())).metadata();
    assert.deepEqual([found.width, found.height, found.depth], [48, 32, "ushort"]);
    assert(presetInXmp(new TextDecoder().decode(found.xmp)));
  });
}));

Deno.test(
  needingChromium(
    "controls follow the JSON, the JSON follows the controls, a fault stands beside its field",
    async () => {
      await using client = await openPainted();
      await withPage(client, async (page) => {
        const weight = page.getByLabel("style weight, as a number");
        assert.equal(await weight.inputValue(), "1");
        await weight.fill("3");
        await weight.press("Enter");
        await page.getByRole("tab", { name: "JSON" }).click();
        const text = page.getByRole("textbox", { name: /The preset/ });
        await page.waitForFunction(() =>
          globalThis.document.querySelector<HTMLTextAreaElement>("#preset-json")!.value.includes('"styleWeight": 3')
        );
        const json = JSON.parse(await text.inputValue());
        await text.fill(
          JSON.stringify({ ...json, decode: { ...json.decode, size: 8 }, "loss-build": { styleWeight: 7 } }),
        );
        await page.locator("#json-faults .fault").waitFor();
        await page.getByRole("tab", { name: "Settings" }).click();
        assert.equal(await weight.inputValue(), "7");
        const size = page.locator(".field.faulty");
        assert.match(await size.textContent() ?? "", /^size.*must be >= 16/i);
        assert.equal(await page.getByLabel("size, as a number").first().getAttribute("aria-invalid"), "true");
        await page.getByRole("button", { name: "Undo" }).click();
        await page.locator(".field.faulty").waitFor({ state: "detached" });
        await page.getByRole("button", { name: "Undo" }).click();
        await page.waitForFunction(() =>
          globalThis.document.querySelector<HTMLInputElement>("[aria-label='style weight, as a number']")!.value === "1"
        );
        // Every option that the schema has is somewhere.
        for (const label of ["strength", "pooling", "padding", "pyramid", "seed", "noise", "learning rate"]) {
          assert(await page.locator(".settings .label", { hasText: new RegExp(`^${label}$`, "i") }).count() > 0, label);
        }
        assert(await page.locator(".layers .layer").count() >= 6);
        const optimiser = page.getByLabel("optimiser", { exact: true });
        await page.locator("details", { has: optimiser }).locator("summary").click();
        await optimiser.fill("adam");
        await Promise.all([page.waitForResponse("**/change"), optimiser.press("Enter")]);
        const { document } = await client.state();
        assert.deepEqual(document.optimise, { ...small.optimise, optimiser: "adam" });
        assert.equal(await optimiser.getAttribute("aria-invalid"), "false");
      });
    },
  ),
);

Deno.test(
  needingChromium("a mask is painted, undone stroke by stroke, and compared, with and without a pointer", async () => {
    await using client = await openPainted();
    await withPage(client, async (page) => {
      const masks = async () =>
        ((await client.state()).document.decode as { styles: { mask?: string }[] }).styles.map(({ mask }) => mask);
      const changed = async (before: string | undefined) => {
        while ((await masks())[0] === before) await page.waitForTimeout(50);
        return (await masks())[0];
      };
      await page.getByRole("button", { name: "Paint the mask of painting" }).click();
      const canvas = page.locator(".mask canvas");
      // Answers are slow: what is done before they come must not be lost.
      const slowly = async (route: Parameters<Parameters<Page["route"]>[1]>[0]) => {
        const response = await route.fetch();
        await page.waitForTimeout(300);
        await route.fulfill({ response });
      };
      await page.route("**/upload?*", slowly);
      await page.route("**/picture/*", slowly);
      const { x, y, width, height } = (await canvas.boundingBox())!;
      await page.mouse.move(x + width / 4, y + height / 4);
      await page.mouse.down();
      await page.mouse.move(x + width / 2, y + height / 2, { steps: 4 });
      await page.mouse.up();
      const first = await changed(undefined);
      const levelsOf = async (mask: string | undefined) => {
        const bytes = await (await client.get(`picture/${mask!.slice("upload:".length)}`)).arrayBuffer();
        const { data, info } = await sharp(new Uint8Array(bytes)).greyscale().raw().toBuffer({
          resolveWithObject: true,
        });
        return (u: number, v: number) => data[Math.round(v * info.height) * info.width + Math.round(u * info.width)];
      };
      // By keys alone: the brush grows, moves and paints.
      await canvas.focus();
      for (const key of ["]", "]", "ArrowRight", "ArrowRight", "Space"]) await page.keyboard.press(key);
      const second = await changed(first);
      const [once, twice] = [await levelsOf(first), await levelsOf(second)];
      assert(once(0.375, 0.375) > 240, `${once(0.375, 0.375)} on the stroke`);
      assert.equal(once(0.9, 0.9), 0);
      assert(twice(0.375, 0.375) > 240, `${twice(0.375, 0.375)} on the stroke that was there`);
      await page.keyboard.press("Control+z");
      assert.equal(await changed(second), first);
      await page.keyboard.press("Control+z");
      assert.equal(await changed(first), undefined);
      await page.keyboard.press("Control+Shift+z");
      assert.equal(await changed(undefined), first);
      await page.getByRole("button", { name: "Invert" }).click();
      await changed(first);
      // Another painting has a mask of its own, which is empty.
      await (await client.upload(photograph, "painting")).body?.cancel();
      await page.getByRole("button", { name: "Paint the mask of photo" }).click();
      await page.getByRole("application", { name: "The mask of painting 2" }).waitFor();
      const painted = await canvas.evaluate((element) => {
        const { width, height } = element as HTMLCanvasElement;
        return (element as HTMLCanvasElement).getContext("2d")!.getImageData(0, 0, width, height).data.some((n) =>
          n > 0
        );
      });
      assert.equal(painted, false);
      await page.getByLabel("The mask of", { exact: true }).selectOption("0");
      await page.getByRole("button", { name: "Clear" }).click();
      while ((await masks())[0] !== undefined) await page.waitForTimeout(50);
      await page.unrouteAll({ behavior: "wait" });
      await page.keyboard.press("c");
      const line = page.getByRole("slider", { name: "Where the two pictures meet" });
      await line.focus();
      await page.keyboard.press("ArrowRight");
      assert.equal(await line.inputValue(), "50.5");
      assert.equal(await page.locator(".compare img").count(), 2);
    });
  }),
);

Deno.test(needingChromium("a page that keys alone move: a preset, a slider, panels, stop, best, history", async () => {
  await using client = await openClient();
  await client.set({ ...small, engine: "onnx-cpu" });
  await withPage(client, async (page) => {
    const tabTo = async (name: RegExp) => {
      for (let i = 0; i < 120; i++) {
        await page.keyboard.press("Tab");
        const now = await page.evaluate(() => {
          const { activeElement: element } = globalThis.document;
          return element?.getAttribute("aria-label") ?? element?.textContent ?? "";
        });
        if (name.test(now)) return;
      }
      assert.fail(`no key leads to ${name}`);
    };
    const choose = async () => {
      await tabTo(/^Choose a photograph and paintings$/);
      const opened = page.waitForEvent("filechooser", { timeout: 15_000 });
      return (await Promise.all([opened, page.keyboard.press("Enter")]))[0];
    };
    await page.locator(".empty img").first().waitFor();
    // What comes between the key that leads there and the one that opens it may take the focus.
    await (await choose().catch(choose)).setFiles(files);
    await run(page, "done");
    await tabTo(/^Settings$/);
    await tabTo(/^strength, as a number$/);
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("ArrowLeft");
    await page.getByRole("button", { name: /^strength back to 1$/ }).waitFor();
    await run(page, "done");
    while ((await client.state()).versions.length < 2) await page.waitForTimeout(50);
    await page.locator("#tab-settings").focus();
    for (const key of ["ArrowRight", "ArrowRight"]) await page.keyboard.press(key);
    await page.locator(".history li").nth(1).waitFor();
    await tabTo(/^Back to photo-painting\.png/);
    await page.keyboard.press("Enter");
    await page.locator(".history li.current", { hasText: "photo-painting.png" }).waitFor();
    await page.keyboard.press("?");
    await page.locator("dialog[open]").waitFor();
    await page.keyboard.press("Escape");
    await page.locator("dialog[open]").waitFor({ state: "detached" });
  });
}));

Deno.test(
  needingChromium("axe finds nothing serious, light and dark, and nothing is wider than 360 pixels", async () => {
    await using empty = await openClient();
    await using client = await openPainted();
    const look = async (page: Page) => {
      for (const panel of ["Settings", "JSON", "History", "Make"]) {
        await page.getByRole("tab", { name: panel }).click();
        assert.deepEqual(await faultsOf(page), [], panel);
        const { width, wide } = await page.evaluate(() => {
          const { scrollWidth } = globalThis.document.documentElement;
          return { width: innerWidth, wide: scrollWidth };
        });
        assert(wide <= width, `${panel}: ${wide} pixels in ${width}`);
      }
    };
    const narrow = { viewport: { width: 360, height: 740 } };
    await withPage(empty, async (page) => assert.deepEqual(await faultsOf(page), []), { colorScheme: "dark" });
    await withPage(client, look, { colorScheme: "dark" });
    await withPage(client, async (page) => {
      await look(page);
      for (const mode of ["Compare", "Mask"]) {
        await page.getByRole("button", { name: mode, exact: true }).click();
        assert.deepEqual(await faultsOf(page), [], mode);
      }
    }, narrow);
  }),
);

Deno.test(needingChromium("two pages show the same, and one that comes later finds all of it", async () => {
  await using client = await openPainted();
  await withPage(client, async (page) => {
    const other = await page.context().newPage();
    await other.goto(client.origin);
    await other.locator("#picture[src^=blob]").waitFor();
    const weight = other.getByLabel("content weight, as a number");
    await weight.fill("0.5");
    await weight.press("Enter");
    await page.waitForFunction(() =>
      globalThis.document.querySelector<HTMLInputElement>("[aria-label='content weight, as a number']")!.value === "0.5"
    );
  });
}));
