import type { Chime } from "./call-alarm.ts";

/** Notes as [frequency in Hz, start in s]; a late request rises, so that the two differ by ear. */
const chimes = {
  new: [
    [784, 0],
    [1_047, 0.16],
  ],
  escalated: [
    [784, 0],
    [988, 0.13],
    [1_319, 0.26],
    [784, 0.5],
    [988, 0.63],
    [1_319, 0.76],
  ],
} as const satisfies Record<Chime, readonly (readonly [number, number])[]>;

/** A browser starts the sound within this time after a tap, ms. */
const startMs = 2_000;

/** The board's bell. Browsers keep it silent until the page is touched: `unlock` is tried then, and at the start. */
export class BellSound {
  /** 0 to 1. */
  volume = 1;
  #audio: AudioContext | undefined;
  /** What is to ring once the sound works, and since when, `performance.now()`. */
  #waiting: { readonly chime: Chime; readonly since: number } | undefined;
  #listener: () => void = () => undefined;

  get unlocked(): boolean {
    return this.#audio?.state === "running";
  }

  /** Calls `listener` when the sound starts or stops working. @returns a function that ends it. */
  onChange(listener: () => void): () => void {
    this.#listener = listener;
    return () => (this.#listener = () => undefined);
  }

  /** Starts the sound where the browser lets it; `resume` may never settle, so nothing waits for it. */
  unlock(): void {
    if (this.#audio === undefined) {
      if (typeof AudioContext === "undefined") return;
      this.#audio = new AudioContext();
      this.#audio.addEventListener("statechange", () => {
        this.#listener();
        this.#ringWaiting();
      });
    }
    if (this.#audio.state !== "running") this.#audio.resume().catch(() => undefined);
    this.#listener();
  }

  close(): void {
    void this.#audio?.close().catch(() => undefined);
    this.#audio = undefined;
  }

  /** Belongs in a tap: rings at once, or as soon as the browser has started the sound for it. */
  ringForTap(chime: Chime): void {
    this.unlock();
    this.#waiting = { chime, since: performance.now() };
    this.#ringWaiting();
  }

  #ringWaiting(): void {
    const waiting = this.#waiting;
    if (!this.unlocked || waiting === undefined) return;
    this.#waiting = undefined;
    if (performance.now() - waiting.since < startMs) this.ring(waiting.chime);
  }

  ring(chime: Chime): void {
    if (this.volume > 0)
      navigator.vibrate?.(chime === "new" ? [180, 80, 180] : [300, 100, 300, 100, 500]);
    const audio = this.#audio;
    if (audio?.state !== "running" || this.volume === 0) return;
    for (const [frequency, start] of chimes[chime])
      strike(audio, frequency, audio.currentTime + start, this.volume);
  }
}

/** One struck bell: a fast attack, a long fall, and a quiet overtone. */
function strike(audio: AudioContext, frequency: number, at: number, loud: number): void {
  for (const [factor, loudness] of [
    [1, 0.5],
    [2.76, 0.12],
  ] as const) {
    const tone = new OscillatorNode(audio, { frequency: frequency * factor, type: "sine" });
    const volume = new GainNode(audio, { gain: 0 });
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(loudness * loud, at + 0.01);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.9);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 1);
  }
}
