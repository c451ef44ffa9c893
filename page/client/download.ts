/// <reference lib="dom" />
import { html } from "npm:htm@3.1.1/preact";
import { signal } from "npm:@preact/signals@2.11.4";
import type { Version } from "../protocol.ts";
import { Icon } from "./parts.ts";

/** How pictures are downloaded: one choice for all of them. */
const way = signal({ format: "png", side: "", depth: "8", quality: "" });

const formats = [["png", "PNG"], ["jpg", "JPEG"], ["webp", "WebP"], ["avif", "AVIF"], ["tif", "TIFF"]] as const;
const lossy: readonly string[] = ["jpg", "webp", "avif"];

function addressOf({ id }: Version): string {
  const { format, side, depth, quality } = way.value;
  const asked = { format, side, ...lossy.includes(format) ? { quality } : { depth } };
  return `/download/${id}?${new URLSearchParams(Object.entries(asked).filter(([, value]) => value !== ""))}`;
}

/** A picture as a file: its format, size and depth. */
export function Download({ version }: { readonly version: Version }) {
  const { format, side, depth, quality } = way.value;
  const set = (key: keyof typeof way.value) => (event: Event) =>
    way.value = { ...way.value, [key]: (event.target as HTMLInputElement).value };
  return html`
    <details class="download">
      <summary><${Icon} name="download" /> Download</summary>
      <div class="download-form">
          <label>Format <select value=${format} onChange=${set("format")}>${formats.map(([value, text]) =>
            html`<option key=${value} value=${value}>${text}</option>`
          )}</select></label>
          <label>Longer side <input type="number" min="16" max=${Math.max(version.width, version.height)} value=${side}
            placeholder=${Math.max(version.width, version.height)} onChange=${set("side")} /></label>
          ${lossy.includes(format)
            ? html`<label>Quality <input type="number" min="1" max="100" placeholder="best" value=${quality}
          onChange=${set("quality")} /></label>`
            : html`<label>Bits <select value=${depth} onChange=${
              set("depth")
            }><option value="8">8</option><option value="16">16</option></select></label>`}
          <a class="button primary" href=${addressOf(version)} download>Download ${format.toUpperCase()}</a>
        </div>
    </details>
  `;
}
