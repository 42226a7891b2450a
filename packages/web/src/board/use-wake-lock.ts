import { useEffect } from "preact/hooks";

/** Keeps the screen on while `wanted`; asked for again whenever the page comes back, because hiding it ends the lock. */
export function useWakeLock(wanted: boolean): void {
  useEffect(() => {
    if (!wanted || !("wakeLock" in navigator)) return undefined;
    let lock: WakeLockSentinel | undefined;
    let ended = false;
    const ask = async () => {
      if (document.visibilityState !== "visible") return;
      try {
        lock = await navigator.wakeLock.request("screen");
        if (ended) await lock.release();
      } catch {
        // A battery saver may refuse; the board works without.
      }
    };
    const asked = () => void ask();
    asked();
    document.addEventListener("visibilitychange", asked);
    return () => {
      ended = true;
      document.removeEventListener("visibilitychange", asked);
      void lock?.release();
    };
  }, [wanted]);
}
