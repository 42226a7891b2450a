import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeReport, type Change } from "./write-report.ts";

/** What the pictures of a baseline were taken of, and with. */
export interface Origin {
  /** A commit, or the working tree on top of one. */
  readonly of: string;
  readonly browser: string;
}

/**
 * The pictures to compare with, in a folder of this machine that git ignores. Letters look
 * different with other fonts and another Chromium: pictures of another machine prove nothing here.
 */
export class Baseline {
  readonly #folder: string;
  readonly #changes: string;

  constructor(folder: string) {
    this.#folder = join(folder, "baseline");
    this.#changes = join(folder, "changes");
  }

  /** Undefined when there is none. */
  get origin(): Origin | undefined {
    const file = join(this.#folder, "origin.json");
    return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Origin) : undefined;
  }

  /** The picture replaces the one of the same name. */
  keep(name: string, picture: Buffer): void {
    mkdirSync(this.#folder, { recursive: true });
    writeFileSync(this.#fileOf(name), picture);
  }

  /** Says what the newest pictures are of. */
  sign(origin: Origin): void {
    writeFileSync(join(this.#folder, "origin.json"), `${JSON.stringify(origin, undefined, 2)}\n`);
  }

  clear(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  read(name: string): Buffer | undefined {
    return existsSync(this.#fileOf(name)) ? readFileSync(this.#fileOf(name)) : undefined;
  }

  names(): readonly string[] {
    if (!existsSync(this.#folder)) return [];
    return readdirSync(this.#folder).flatMap((file) =>
      file.endsWith(".png") ? file.slice(0, -".png".length) : [],
    );
  }

  forgetChanges(): void {
    rmSync(this.#changes, { recursive: true, force: true });
  }

  /** Keeps what a person looks at, as `<name>.<part>.png`. */
  keepChange(name: string, text: string, pictures: Readonly<Record<string, Buffer>>): Change {
    mkdirSync(this.#changes, { recursive: true });
    for (const [part, picture] of Object.entries(pictures))
      writeFileSync(join(this.#changes, `${name}.${part}.png`), picture);
    return { name, text, parts: Object.keys(pictures) };
  }

  /** @returns the path of a page that shows `changes`. */
  report(changes: readonly Change[]): string {
    return writeReport(this.#changes, changes);
  }

  #fileOf(name: string): string {
    return join(this.#folder, `${name}.png`);
  }
}
