import type { Request } from "@waiter/contracts";
import { useEffect, useState } from "preact/hooks";
import { BellSound } from "./bell-sound.ts";
import { CallAlarm } from "./call-alarm.ts";
import { keepSoundSettings, readSoundSettings, type SoundSettings } from "./sound-settings.ts";

const touches = ["pointerdown", "keydown"];
/** Browsers start the sound for these: for a finger only when it is lifted. */
const gestures = [...touches, "pointerup", "touchend", "click"];

export interface Alarm {
  /** Whether this screen can be heard now. */
  readonly audible: boolean;
  readonly settings: SoundSettings;
  readonly change: (settings: SoundSettings) => void;
  /** Turns the sound on and rings once; belongs in a tap. */
  readonly test: () => void;
}

/**
 * Rings and vibrates for waiting requests. The sound starts by itself where the browser lets it
 * (after a sign-in), else at the first touch. A touch silences the requests that are on screen at
 * that moment.
 */
export function useAlarm(waiting: readonly Request[]): Alarm {
  const [bell] = useState(() => new BellSound());
  const [alarm] = useState(() => new CallAlarm((chime) => bell.ring(chime)));
  const [settings, setSettings] = useState(readSoundSettings);
  const [running, setRunning] = useState(false);

  useEffect(() => {
    bell.volume = settings.muted ? 0 : settings.volume;
    keepSoundSettings(settings);
  }, [bell, settings]);
  useEffect(() => {
    const end = bell.onChange(() => setRunning(bell.unlocked));
    bell.unlock();
    const touched = () => alarm.acknowledge(idsOnScreen());
    const unlock = () => bell.unlock();
    for (const kind of touches) addEventListener(kind, touched);
    for (const kind of gestures) addEventListener(kind, unlock);
    return () => {
      end();
      for (const kind of touches) removeEventListener(kind, touched);
      for (const kind of gestures) removeEventListener(kind, unlock);
      alarm.close();
      bell.close();
    };
  }, [alarm, bell]);
  useEffect(() => alarm.update(waiting), [alarm, waiting]);

  return {
    audible: running && !settings.muted,
    settings,
    change: setSettings,
    test: () => {
      setSettings((known) => ({ ...known, muted: false }));
      bell.volume = settings.volume;
      bell.ringForTap("new");
    },
  };
}

/** The requests that a person who touches the screen can see. */
function idsOnScreen(): ReadonlySet<string> {
  const cards = [...document.querySelectorAll<HTMLElement>("[data-testid='request']")];
  return new Set(
    cards.flatMap((card) => {
      const { top, bottom } = card.getBoundingClientRect();
      return bottom > 0 && top < innerHeight ? (card.dataset["id"] ?? []) : [];
    }),
  );
}
