/// <reference lib="dom" />
import { html } from "npm:htm@3.1.1/preact";
import type { ComponentChildren } from "npm:preact@11.2.0";

/** The drawings of buttons, each a path in a square of 20. */
const paths = {
  undo: "M7 4 3 8l4 4M3 8h8a5 5 0 0 1 0 10H8",
  redo: "m13 4 4 4-4 4m4-4H9a5 5 0 0 0 0 10h3",
  stop: "M5 5h10v10H5z",
  go: "M6 4l10 6-10 6z",
  best: "m10 2 2.5 5.2 5.7.8-4.1 4 1 5.7-5.1-2.7-5.1 2.7 1-5.7-4.1-4 5.7-.8z",
  close: "M5 5l10 10M15 5 5 15",
  mask: "M3 17c3 0 4-1 4-3a2 2 0 0 1 4 0c0 3-4 4-8 3zm7-5 7-9",
  reset: "M4 4v5h5M4.5 9a6.5 6.5 0 1 1-.5 3",
  swap: "M4 7h12m-3-3 3 3-3 3M16 13H4m3-3-3 3 3 3",
  download: "M10 3v10m-4-4 4 4 4-4M3 17h14",
  help: "M7 7a3 3 0 1 1 4.5 2.6C10.5 10.3 10 11 10 12m0 3v.5",
  plus: "M10 4v12M4 10h12",
} as const;

/** A drawing that says nothing by itself: its button does. */
export function Icon({ name }: { readonly name: keyof typeof paths }) {
  return html`
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d=${paths[name]} />
    </svg>
  `;
}

/** A button of a drawing. */
export function IconButton(
  { icon, label, onClick, disabled, pressed }: {
    readonly icon: keyof typeof paths;
    readonly label: string;
    readonly onClick: () => void;
    readonly disabled?: boolean;
    readonly pressed?: boolean;
  },
) {
  return html`
    <button type="button" class="icon-button" aria-label=${label} title=${label} disabled=${disabled}
      aria-pressed=${pressed} onClick=${onClick}><${Icon} name=${icon} /></button>
  `;
}

/** A few choices side by side, of which one is taken. */
export function Segments(
  { label, options, value, onChange }: {
    readonly label: string;
    readonly options: readonly (readonly [value: string, text: string])[];
    readonly value: string;
    readonly onChange: (value: string) => void;
  },
) {
  return html`<div class="segments" role="group" aria-label=${label}>${
    options.map(([option, text]) =>
      html`
        <button type="button" key=${option} aria-pressed=${option === value}
          onClick=${() => onChange(option)}>${text}</button>
      `
    )
  }</div>`;
}

/** A button that takes files, also those dropped onto it. */
export function FileButton(
  { label, multiple, folder, film, onFiles, children, kind = "" }: {
    readonly label: string;
    readonly multiple?: boolean;
    /** Whether a folder is chosen, with all that is in it. */
    readonly folder?: boolean;
    /** Whether films are chosen in the place of pictures. */
    readonly film?: boolean;
    readonly onFiles: (files: readonly File[]) => void;
    readonly children?: ComponentChildren;
    readonly kind?: string;
  },
) {
  const over = (event: DragEvent, on: boolean) => {
    event.preventDefault();
    (event.currentTarget as HTMLElement).classList.toggle("over", on);
  };
  return html`
    <label class=${`drop ${kind}`}
      onDragOver=${(event: DragEvent) => over(event, true)}
      onDragLeave=${(event: DragEvent) => over(event, false)}
      onDrop=${(event: DragEvent) => {
        over(event, false);
        event.stopPropagation();
        onFiles([...event.dataTransfer?.files ?? []]);
      }}>
        ${children}
        <input type="file" class="hidden-input" aria-label=${label} multiple=${multiple} webkitdirectory=${folder}
          accept=${film ? "video/*,.mkv,.gif,.webp" : "image/*,.tif,.tiff,.avif"} onChange=${(event: Event) => {
            const input = event.currentTarget as HTMLInputElement;
            onFiles([...input.files ?? []]);
            input.value = "";
          }} />
      </label>
  `;
}

/** Words of a key: `styleWeight` as "style weight". */
export function words(key: string): string {
  return key.replaceAll(/([a-z])([A-Z])/g, "$1 $2").replaceAll("-", " ").toLowerCase();
}

/** Words as a sentence begins; a Greek letter is a name, and stays. */
export function sentence(text = ""): string {
  return text.replace(/^[a-z]/, (letter) => letter.toUpperCase());
}

/** Seconds as a person says them. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < 90) return `${whole} s`;
  return whole < 5400 ? `${Math.round(whole / 60)} min` : `${(whole / 3600).toFixed(1)} h`;
}
