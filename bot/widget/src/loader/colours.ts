/** Colours that stay readable: out of one accent colour, those of both schemes, with contrasts of WCAG 2.2 AA. */

export type Scheme = "light" | "dark";

/** Red, green and blue, each from 0 to 255. */
type Rgb = readonly [number, number, number];

/** What the accent colour becomes in one scheme, as `#rrggbb`. */
export interface Palette {
  /** Filled areas such as the launcher and the person's messages. */
  fill: string;
  /** A filled area under the pointer. */
  fillHover: string;
  /** Text and icons on a filled area. */
  onFill: string;
  /** Links, buttons and headings on the panel's own background. */
  text: string;
  /** The background of tags. */
  tint: string;
}

export const DEFAULT_ACCENT = "#0f5f6b";

const TEXT_CONTRAST = 4.6;
const SHAPE_CONTRAST = 3;
/** Light colours of full saturation dazzle. */
const LIGHT_SATURATION = 0.8;
const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [8, 18, 20];

/** The backgrounds of a scheme; text must be readable on each of them. */
const BACKGROUNDS: Record<Scheme, readonly Rgb[]> = {
  light: [WHITE, [244, 247, 247]],
  dark: [
    [22, 32, 36],
    [14, 22, 25],
    [31, 44, 49],
  ],
};

/** Gives `#rrggbb` for three or six hexadecimal digits with `#`; `null` for anything else. */
export function normalHex(colour: string): string | null {
  const digits = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(colour.trim())?.[1];
  if (!digits) return null;
  return `#${digits.length === 3 ? [...digits].map((digit) => digit + digit).join("") : digits}`.toLowerCase();
}

/** The ratio of contrast between two colours (`#rrggbb`), from 1 to 21. */
export function contrast(one: string, other: string): number {
  return ratio(rgb(one), rgb(other));
}

/** Whether a colour (`#rrggbb`) stands out enough from the panel's white to fill buttons and messages. */
export function isUsable(accent: string): boolean {
  return ratio(rgb(accent), WHITE) >= SHAPE_CONTRAST;
}

/** The palette of a usable accent colour (`#rrggbb`) in a scheme. */
export function palette(accent: string, scheme: Scheme): Palette {
  const colour = rgb(accent);
  const backgrounds = BACKGROUNDS[scheme];
  const [paper] = backgrounds as readonly [Rgb];
  const away = scheme === "light" ? "darker" : "lighter";
  const fill = shaded(colour, away, (candidate) => backgrounds.every((each) => ratio(candidate, each) >= SHAPE_CONTRAST));
  const tint = mix(paper, fill, scheme === "light" ? 0.1 : 0.2);
  const onFill = ratio(fill, WHITE) >= ratio(fill, BLACK) ? WHITE : BLACK;
  const text = shaded(fill, away, (candidate) => [...backgrounds, tint].every((each) => ratio(candidate, each) >= TEXT_CONTRAST));
  const fillHover = mix(fill, onFill === WHITE ? BLACK : WHITE, 0.14);
  return { fill: hex(fill), fillHover: hex(fillHover), onFill: hex(onFill), text: hex(text), tint: hex(tint) };
}

/** The first colour that satisfies a condition when one is made darker or lighter in small steps; its hue is kept. */
function shaded(from: Rgb, towards: "darker" | "lighter", isGood: (candidate: Rgb) => boolean): Rgb {
  const [hue, saturation, lightness] = hsl(from);
  const step = towards === "darker" ? -0.01 : 0.01;
  if (isGood(from)) return from;
  for (let shade = lightness + step; shade > 0 && shade < 1; shade += step) {
    const candidate = fromHsl(hue, saturation * (towards === "lighter" ? LIGHT_SATURATION : 1), shade);
    if (isGood(candidate)) return candidate;
  }
  return towards === "darker" ? BLACK : WHITE;
}

function mix(one: Rgb, other: Rgb, share: number): Rgb {
  const at = (index: 0 | 1 | 2) => Math.round(one[index] + (other[index] - one[index]) * share);
  return [at(0), at(1), at(2)];
}

function rgb(colour: string): Rgb {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function hex(colour: Rgb): string {
  return `#${colour.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

/** Hue (0 to 6), saturation and lightness (0 to 1). */
function hsl(colour: Rgb): [number, number, number] {
  const [red, green, blue] = colour.map((part) => part / 255) as [number, number, number];
  const most = Math.max(red, green, blue);
  const least = Math.min(red, green, blue);
  const spread = most - least;
  const lightness = (most + least) / 2;
  if (!spread) return [0, 0, lightness];
  const hue = most === red ? (green - blue) / spread : most === green ? 2 + (blue - red) / spread : 4 + (red - green) / spread;
  return [(hue + 6) % 6, spread / (1 - Math.abs(2 * lightness - 1)), lightness];
}

function fromHsl(hue: number, saturation: number, lightness: number): Rgb {
  const reach = saturation * Math.min(lightness, 1 - lightness);
  const part = (offset: number) => {
    const at = (offset + 2 * hue) % 12;
    return Math.round(255 * (lightness - reach * Math.max(-1, Math.min(at - 3, 9 - at, 1))));
  };
  return [part(0), part(8), part(4)];
}

function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function ratio(one: Rgb, other: Rgb): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}
