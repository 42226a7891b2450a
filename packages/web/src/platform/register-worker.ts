/**
 * The guest's worker keeps the shell of `/t/` alone; the staff's one keeps the board, the wall and
 * the login, and a page that says so where another one is opened without network. Both wait until
 * the page has loaded, so that they cost its first view nothing.
 */
function register(script: string, scope: string): void {
  // There is no service worker without TLS, and none in some private windows.
  if (!("serviceWorker" in navigator)) return;
  const start = () =>
    void navigator.serviceWorker.register(script, { scope }).catch(() => undefined);
  if (document.readyState === "complete") start();
  else addEventListener("load", start, { once: true });
}

export const registerGuestShell = (): void => register("/guest-worker.js", "/t/");
export const registerStaffShell = (): void => register("/staff-worker.js", "/");
