const escape = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

/** Horizontal bars as a self-contained SVG. */
export function barChart(
  title: string,
  unit: string,
  bars: readonly { label: string; value: number }[],
): string {
  const most = Math.max(...bars.map((bar) => bar.value), Number.MIN_VALUE);
  const height = 60 + bars.length * 34;
  const rows = bars.map((bar, index) => {
    const y = 48 + index * 34;
    const width = Math.max(1, Math.round((bar.value / most) * 380));
    const value = Number(bar.value.toPrecision(4)).toLocaleString("en");
    return [
      `<text x="230" y="${y + 16}" text-anchor="end">${escape(bar.label)}</text>`,
      `<rect x="240" y="${y}" width="${width}" height="22" rx="3"/>`,
      `<text x="${248 + width}" y="${y + 16}">${escape(value)}</text>`,
    ].join("");
  });
  const head = `${escape(title)} (${escape(unit)})`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="720" height="${height}"`,
    ` viewBox="0 0 720 ${height}" font-family="system-ui, sans-serif" font-size="13"`,
    ' fill="#1f2933"><style>rect{fill:#0f766e}</style>',
    `<text x="20" y="28" font-size="16" font-weight="600">${head}</text>`,
    `${rows.join("")}</svg>\n`,
  ].join("");
}
