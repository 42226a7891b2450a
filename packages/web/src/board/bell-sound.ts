import type { Chime } from "./call-alarm.ts";

/** Notes as [frequency in Hz, start in s]; an escalated call rises, so that the two are told apart without looking. */
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

/** The board's bell. Browsers keep it silent until somebody touches the page: `unlock` belongs in that touch. */
export class BellSound {
  #audio: AudioContext | undefined;

  get unlocked(): boolean {
    return this.#audio?.state === "running";
  }

  async unlock(): Promise<boolean> {
    this.#audio ??= new AudioContext();
    await this.#audio.resume();
    return this.unlocked;
  }

  ring(chime: Chime): void {
    navigator.vibrate?.(chime === "new" ? [180, 80, 180] : [300, 100, 300, 100, 500]);
    const audio = this.#audio;
    if (audio?.state !== "running") return;
    for (const [frequency, start] of chimes[chime])
      strike(audio, frequency, audio.currentTime + start);
  }
}

/** One struck bell: a fast attack, a long fall, and a quiet overtone. */
function strike(audio: AudioContext, frequency: number, at: number): void {
  for (const [factor, loudness] of [
    [1, 0.5],
    [2.76, 0.12],
  ] as const) {
    const tone = new OscillatorNode(audio, { frequency: frequency * factor, type: "sine" });
    const volume = new GainNode(audio, { gain: 0 });
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(loudness, at + 0.01);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.9);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 1);
  }
}
