export interface SoundSettings {
  readonly muted: boolean;
  /** 0 to 1. */
  readonly volume: number;
}

const name = "waiter:sound";
const usual: SoundSettings = { muted: false, volume: 0.8 };

/** How loud this device rings. */
export function readSoundSettings(): SoundSettings {
  try {
    const { muted, volume } = JSON.parse(
      localStorage.getItem(name) ?? "{}",
    ) as Partial<SoundSettings>;
    return {
      muted: muted === true,
      volume: typeof volume === "number" ? Math.min(1, Math.max(0.1, volume)) : usual.volume,
    };
  } catch {
    return usual;
  }
}

export function keepSoundSettings(settings: SoundSettings): void {
  try {
    localStorage.setItem(name, JSON.stringify(settings));
  } catch {
    // Without storage they hold for this visit.
  }
}
