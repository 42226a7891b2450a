import type { Request } from "@waiter/contracts";
import { useEffect, useState } from "preact/hooks";
import { BellSound } from "./bell-sound.ts";
import { CallAlarm } from "./call-alarm.ts";

/** Rings and vibrates for waiting calls until somebody touches the board or takes them. `unlock` belongs in a tap. */
export function useAlarm(waiting: readonly Request[]): {
  readonly unlocked: boolean;
  readonly unlock: () => void;
} {
  const [bell] = useState(() => new BellSound());
  const [alarm] = useState(() => new CallAlarm((chime) => bell.ring(chime)));
  const [unlocked, setUnlocked] = useState(false);

  useEffect(() => {
    const touched = () => alarm.acknowledge();
    addEventListener("pointerdown", touched);
    addEventListener("keydown", touched);
    return () => {
      removeEventListener("pointerdown", touched);
      removeEventListener("keydown", touched);
      alarm.close();
    };
  }, [alarm]);
  useEffect(() => alarm.update(waiting), [alarm, waiting]);

  const unlock = () => {
    void bell.unlock().then((running) => {
      setUnlocked(running);
      // So that everybody knows what to listen for.
      if (running) bell.ring("new");
    });
  };
  return { unlocked, unlock };
}
