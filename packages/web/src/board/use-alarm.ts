import type { Request } from "@waiter/contracts";
import { useEffect, useState } from "preact/hooks";
import { BellSound } from "./bell-sound.ts";
import { CallAlarm } from "./call-alarm.ts";
import { keepSoundSettings, readSoundSettings, type SoundSettings } from "./sound-settings.ts";

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
    const touched = () => {
      bell.unlock();
      alarm.acknowledge(idsOnScreen());
    };
    addEventListener("pointerdown", touched);
    addEventListener("keydown", touched);
    return () => {
      end();
      removeEventListener("pointerdown", touched);
      removeEventListener("keydown", touched);
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
      bell.unlock();
      bell.ring("new");
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
