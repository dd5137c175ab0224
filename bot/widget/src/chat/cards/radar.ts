/** A radar chart: one axis for each dimension, the present result over the previous one. */

import { html, svg, type TemplateResult } from "lit";

const WIDTH = 380;
const HEIGHT = 300;
const RADIUS = 96;
const RINGS = [25, 50, 75, 100];
const LABEL_AT = 116;

export interface Axis {
  title: string;
  points: number;
  before: number | undefined;
}

/** The chart; `label` says the same to people who do not see it. */
export function radar(axes: readonly Axis[], label: string): TemplateResult {
  const polygon = (points: readonly number[]) =>
    points
      .map((value, index) =>
        point(index, axes.length, value)
          .map((part) => part.toFixed(1))
          .join(","),
      )
      .join(" ");
  const rings = RINGS.map((ring) => svg`<polygon class="ring" points=${polygon(axes.map(() => ring))}></polygon>`);
  const spokes = axes.map((_, index) => {
    const [x, y] = point(index, axes.length, 100);
    return svg`<line class="ring" x1=${WIDTH / 2} y1=${HEIGHT / 2} x2=${x} y2=${y}></line>`;
  });
  const labels = axes.map(({ title, points }, index) => {
    const [x, y] = point(index, axes.length, LABEL_AT);
    const anchor = Math.abs(x - WIDTH / 2) < 12 ? "middle" : x > WIDTH / 2 ? "start" : "end";
    const below = y > HEIGHT / 2 + 12 ? 10 : y < HEIGHT / 2 - 12 ? 0 : 5;
    return lines(title).map(
      (
        part,
        line,
        all,
      ) => svg`<text x=${x} y=${y + below + 14 * (line - (y < HEIGHT / 2 - 60 ? all.length - 1 : 0))} text-anchor=${anchor}>
        ${part}${line === all.length - 1 ? svg`<tspan class="points" dx="4">${points}</tspan>` : ""}</text>`,
    );
  });
  const hasBefore = axes.some(({ before }) => before !== undefined);
  const before = hasBefore ? svg`<polygon class="before" points=${polygon(axes.map((axis) => axis.before ?? 0))}></polygon>` : "";
  const dots = axes.map(({ points }, index) => {
    const [x, y] = point(index, axes.length, points);
    return svg`<circle class="dot" cx=${x} cy=${y} r="3.5"></circle>`;
  });
  return html`<svg class="radar" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${label}>
    ${rings}${spokes}${before}
    <polygon class="now" points=${polygon(axes.map(({ points }) => points))}></polygon>
    ${dots}${labels}
  </svg>`;
}

/** Where a value lies on an axis; the first axis points upwards. */
function point(index: number, count: number, value: number): [number, number] {
  const angle = (2 * Math.PI * index) / count - Math.PI / 2;
  const length = (RADIUS * value) / 100;
  return [WIDTH / 2 + length * Math.cos(angle), HEIGHT / 2 + length * Math.sin(angle)];
}

/** A title on two lines if it is long and has a gap. */
function lines(title: string): string[] {
  const gap = title.indexOf(" ");
  return title.length > 12 && gap > 0 ? [title.slice(0, gap), title.slice(gap + 1)] : [title];
}
