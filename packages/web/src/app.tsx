import type { ComponentChild } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Splash } from "./shared/splash.tsx";

/** Each page is a chunk of its own: a guest's phone never loads the board. */
async function pageAt(path: string): Promise<ComponentChild> {
  const token = /^\/t\/([^/]+)\/?$/u.exec(path)?.[1];
  if (token !== undefined) {
    const { GuestPage } = await import("./guest/guest-page.tsx");
    return <GuestPage tableToken={decodeURIComponent(token)} />;
  }
  if (/^\/(?:board|login)\/?$/u.test(path)) {
    const { StaffPage } = await import("./board/staff-page.tsx");
    return <StaffPage />;
  }
  const { LandingPage } = await import("./landing/landing-page.tsx");
  return <LandingPage found={path === "/"} />;
}

export function App({ path }: { readonly path: string }) {
  const [page, setPage] = useState<ComponentChild>();
  useEffect(() => {
    void pageAt(path).then(setPage);
  }, [path]);
  return page ?? <Splash />;
}
