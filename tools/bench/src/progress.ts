/** Progress on stderr: one line rewritten on a terminal, a line every five seconds elsewhere. */
export class Progress {
  #last = 0;
  readonly #scenario: string;
  readonly #stream: NodeJS.WriteStream;

  constructor(scenario: string, stream: NodeJS.WriteStream = process.stderr) {
    this.#scenario = scenario;
    this.#stream = stream;
  }

  /** `done` of `total`, or just words. */
  update(text: string, done?: number, total?: number): void {
    const now = Date.now();
    const share =
      done === undefined || !total
        ? ""
        : ` ${done}/${total} (${Math.floor((100 * done) / total)} %)`;
    const line = `[${this.#scenario}] ${text}${share}`;
    if (this.#stream.isTTY) this.#stream.write(`\r\x1b[K${line}`);
    else if (now - this.#last >= 5_000 || done === undefined) {
      this.#stream.write(`${line}\n`);
      this.#last = now;
    }
  }

  end(): void {
    if (this.#stream.isTTY) this.#stream.write("\r\x1b[K");
  }
}
