import QRCode from "qrcode";
import { useMemo } from "preact/hooks";

/** Level M survives a coffee stain; 4 modules are the quiet zone that scanners need. */
const quietZone = 4;

/** A QR code drawn as one path, sharp at any size. */
export function CodePicture({ url, label }: { readonly url: string; readonly label: string }) {
  const { side, path } = useMemo(() => draw(url), [url]);
  return (
    <svg
      class="code-picture"
      viewBox={`0 0 ${side} ${side}`}
      role="img"
      aria-label={label}
      shape-rendering="crispEdges"
    >
      <rect width={side} height={side} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

function draw(url: string): { readonly side: number; readonly path: string } {
  const { modules } = QRCode.create(url, { errorCorrectionLevel: "M" });
  const { size } = modules;
  let path = "";
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++)
      if (modules.get(y, x)) path += `M${x + quietZone} ${y + quietZone}h1v1h-1z`;
  return { side: size + 2 * quietZone, path };
}
