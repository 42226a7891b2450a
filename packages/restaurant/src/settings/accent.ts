/** The page's own background, beside white the other ground that the accent colour is read on. */
export const pageBackground = "#f7f4ee";
/** WCAG 2.2, success criterion 1.4.3. */
const leastContrast = 4.5;

type Rgb = readonly [number, number, number];

const parse = (colour: string): Rgb => [
  Number.parseInt(colour.slice(1, 3), 16),
  Number.parseInt(colour.slice(3, 5), 16),
  Number.parseInt(colour.slice(5, 7), 16),
];
const format = (rgb: Rgb): string =>
  `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;

/** Relative luminance as WCAG 2.2 defines it. */
const luminance = (rgb: Rgb): number => {
  const [r, g, b] = rgb.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

/** Contrast ratio of two colours (`#rrggbb`), 1 to 21. */
export function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(parse(a)), luminance(parse(b))].toSorted((x, y) => y - x) as [
    number,
    number,
  ];
  return (light + 0.05) / (dark + 0.05);
}

const readable = (colour: string): boolean =>
  contrast(colour, "#ffffff") >= leastContrast && contrast(colour, pageBackground) >= leastContrast;

/**
 * The colour itself where text in it can be read on white and on the page, else the nearest darker
 * shade of it that can.
 */
export function nearestAccent(colour: string): string {
  const given = colour.toLowerCase();
  const rgb = parse(given);
  for (let percent = 100; percent > 0; percent--) {
    const shade = format(rgb.map((part) => (part * percent) / 100) as unknown as Rgb);
    if (readable(shade)) return shade;
  }
  return "#000000";
}
