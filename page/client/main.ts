/// <reference lib="dom" />
/**
 * The page: what it shows comes from the server, and what a person does goes there.
 *
 * @module
 */
import { html } from "npm:htm@3.1.1/preact";
import { render } from "npm:preact@11.2.0";
import { App } from "./app.ts";
import { listenToKeys } from "./keys.ts";
import { loadSchema } from "./schema.ts";
import { listen, uploadAll } from "./store.ts";

render(html`<${App} />`, document.body);
listen();
listenToKeys();
void loadSchema();

// Files may be dropped anywhere, and pasted.
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => {
  event.preventDefault();
  const { files } = event.dataTransfer ?? { files: [] };
  if (files.length > 0) void uploadAll(files, "auto");
});
addEventListener("paste", (event) => {
  const { files } = event.clipboardData ?? { files: [] };
  if (files.length > 0) void uploadAll(files, "auto");
});
