/** iOS rings only for an installed page: there /join shows how to install before it joins. */
export const needsInstall = (): boolean => isIos() && !isInstalled();

const isIos = (): boolean =>
  /iPhone|iPad|iPod/u.test(navigator.userAgent) ||
  // An iPad says that it is a Mac; no Mac has a touch screen.
  (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1);

const isInstalled = (): boolean =>
  (navigator as { standalone?: boolean }).standalone === true ||
  matchMedia("(display-mode: standalone)").matches;

/**
 * The app that is installed from this page starts with the invitation: it has a storage of its own,
 * so it has to join by itself. The manifest is part of the document; no server sees the address.
 */
export function offerInstall(): () => void {
  const link = document.querySelector<HTMLLinkElement>("link[rel='manifest']");
  if (link === null) return () => undefined;
  const before = link.href;
  const { origin, href } = location;
  const manifest = {
    name: "Waiter",
    short_name: "Waiter",
    id: `${origin}/board`,
    start_url: href,
    scope: `${origin}/`,
    display: "standalone",
    icons: [192, 512].map((size) => ({
      src: `${origin}/icon-${size}.png`,
      sizes: `${size}x${size}`,
      type: "image/png",
    })),
  };
  link.href = `data:application/manifest+json,${encodeURIComponent(JSON.stringify(manifest))}`;
  return () => {
    link.href = before;
  };
}
