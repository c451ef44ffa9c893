/**
 * What the page is made of: its own modules, their types stripped as they are served, and three packages, each a module
 * of its own that needs no build. All of it is imported as text, so that it is there however this module was imported.
 *
 * @module
 */
import { stripTypeScriptTypes } from "node:module";
import preact from "npm:preact@11.2.0" with { type: "text" };
import hooks from "npm:preact@11.2.0/hooks" with { type: "text" };
import htmPreact from "npm:htm@3.1.1/preact" with { type: "text" };
import htm from "npm:htm@3.1.1" with { type: "text" };
import signals from "npm:@preact/signals@2.11.4" with { type: "text" };
import signalsCore from "npm:@preact/signals-core@1.14.5" with { type: "text" };
import style from "../client/style.css" with { type: "text" };
import app from "../client/app.ts" with { type: "text" };
import compare from "../client/compare.ts" with { type: "text" };
import control from "../client/control.ts" with { type: "text" };
import curve from "../client/curve.ts" with { type: "text" };
import download from "../client/download.ts" with { type: "text" };
import history from "../client/history.ts" with { type: "text" };
import json from "../client/json.ts" with { type: "text" };
import keys from "../client/keys.ts" with { type: "text" };
import main from "../client/main.ts" with { type: "text" };
import make from "../client/make.ts" with { type: "text" };
import mask from "../client/mask.ts" with { type: "text" };
import parts from "../client/parts.ts" with { type: "text" };
import run from "../client/run.ts" with { type: "text" };
import schema from "../client/schema.ts" with { type: "text" };
import settings from "../client/settings.ts" with { type: "text" };
import sources from "../client/sources.ts" with { type: "text" };
import store from "../client/store.ts" with { type: "text" };
import strokes from "../client/strokes.ts" with { type: "text" };
import view from "../client/view.ts" with { type: "text" };
import viewport from "../client/viewport.ts" with { type: "text" };

/** The modules of the page by their names. */
const own: Readonly<Record<string, string>> = {
  "app.ts": app,
  "compare.ts": compare,
  "control.ts": control,
  "curve.ts": curve,
  "download.ts": download,
  "history.ts": history,
  "json.ts": json,
  "keys.ts": keys,
  "main.ts": main,
  "make.ts": make,
  "mask.ts": mask,
  "parts.ts": parts,
  "run.ts": run,
  "schema.ts": schema,
  "settings.ts": settings,
  "sources.ts": sources,
  "store.ts": store,
  "strokes.ts": strokes,
  "view.ts": view,
  "viewport.ts": viewport,
};

const packages: Readonly<Record<string, string>> = {
  "preact.js": preact,
  "hooks.js": hooks,
  "htm.js": htm,
  "htm-preact.js": htmPreact,
  "signals.js": signals,
  "signals-core.js": signalsCore,
};

/** Where the page's modules, and the packages in turn, find the packages. */
const importMap = JSON.stringify({
  imports: {
    "npm:preact@11.2.0": "/m/preact.js",
    "npm:preact@11.2.0/hooks": "/m/hooks.js",
    "npm:htm@3.1.1/preact": "/m/htm-preact.js",
    "npm:@preact/signals@2.11.4": "/m/signals.js",
    "preact": "/m/preact.js",
    "preact/hooks": "/m/hooks.js",
    "htm": "/m/htm.js",
    "@preact/signals-core": "/m/signals-core.js",
  },
});

/** A brush stroke. */
const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#b5432a"/>' +
  '<path d="M7 21c4-10 8-12 10-9s-4 7-1 8 5-3 9-8" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round"/>' +
  "</svg>";

/** The page itself. */
export const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Impasto studio</title>
<link rel="icon" href="/m/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/m/style.css">
<script type="importmap">${importMap}</script>
${
  [...Object.keys(packages), ...Object.keys(own)].map((name) => `<link rel="modulepreload" href="/m/${name}">`).join(
    "\n",
  )
}
<script type="module" src="/m/main.ts"></script>
</head>
<body></body>
</html>
`;

/** The hash of the only script that stands in the page: the import map. */
export async function scriptHash(): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(importMap));
  return `sha256-${new Uint8Array(hash).toBase64()}`;
}

const stripped = new Map<string, string>();

/** A file of the page by its name; undefined if there is none. */
export function assetOf(name: string): { readonly text: string; readonly type: string } | undefined {
  const script = "text/javascript; charset=utf-8";
  if (name === "style.css") return { text: style, type: "text/css; charset=utf-8" };
  if (name === "icon.svg") return { text: icon, type: "image/svg+xml" };
  if (Object.hasOwn(packages, name)) return { text: packages[name], type: script };
  if (!Object.hasOwn(own, name)) return undefined;
  const text = stripped.get(name) ?? stripTypeScriptTypes(own[name]);
  stripped.set(name, text);
  return { text, type: script };
}
