/// <reference lib="dom" />

/** A mask while it is painted: white where the style applies, its opacity how much. */
export interface MaskCanvas {
  readonly canvas: HTMLCanvasElement;
  /** Puts the brush down at a place, in pixels of the mask. */
  dab(x: number, y: number, brush: Brush): void;
  /** Draws the brush along a line. */
  line(from: Point, to: Point, brush: Brush): void;
  clear(): void;
  invert(): void;
  /** Draws a greyscale picture in the place of the mask. */
  load(image: CanvasImageSource): void;
  /** It as a greyscale PNG: white where the style applies. */
  png(): Promise<Blob>;
}

/** A place in the mask. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** How the brush paints. */
export interface Brush {
  /** In pixels of the mask. */
  readonly radius: number;
  /** 0 for a hard edge, 1 for one as wide as the brush. */
  readonly soft: number;
  readonly erase: boolean;
}

/** An empty mask. */
export function maskCanvas(width: number, height: number): MaskCanvas {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  const dab: MaskCanvas["dab"] = (x, y, { radius, soft, erase }) => {
    const gradient = context.createRadialGradient(x, y, radius * (1 - soft), x, y, radius);
    gradient.addColorStop(0, "#ffff");
    gradient.addColorStop(1, soft > 0 ? "#fff0" : "#ffff");
    context.globalCompositeOperation = erase ? "destination-out" : "source-over";
    context.fillStyle = gradient;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
  };
  const pixels = (change: (levels: Uint8ClampedArray, at: number) => number) => {
    const image = context.getImageData(0, 0, width, height);
    for (let at = 0; at < image.data.length; at += 4) {
      const level = change(image.data, at);
      image.data.set([255, 255, 255, level], at);
    }
    context.putImageData(image, 0, 0);
  };
  return {
    canvas,
    dab,
    line(from, to, brush) {
      const length = Math.hypot(to.x - from.x, to.y - from.y);
      const count = Math.max(1, Math.ceil(length / (brush.radius / 4)));
      for (let i = 1; i <= count; i++) {
        dab(from.x + (to.x - from.x) * i / count, from.y + (to.y - from.y) * i / count, brush);
      }
    },
    clear: () => context.clearRect(0, 0, width, height),
    invert: () => pixels((levels, at) => 255 - levels[at + 3]),
    load(image) {
      context.globalCompositeOperation = "source-over";
      context.clearRect(0, 0, width, height);
      context.drawImage(image, 0, 0, width, height);
      pixels((levels, at) => (levels[at] + levels[at + 1] + levels[at + 2]) / 3 * levels[at + 3] / 255);
    },
    png() {
      const flat = document.createElement("canvas");
      [flat.width, flat.height] = [width, height];
      const drawn = flat.getContext("2d")!;
      drawn.fillStyle = "black";
      drawn.fillRect(0, 0, width, height);
      drawn.drawImage(canvas, 0, 0);
      return new Promise((resolve) => flat.toBlob((blob) => resolve(blob!), "image/png"));
    },
  };
}
