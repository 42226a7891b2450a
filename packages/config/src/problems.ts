/**
 * The environment does not make a valid configuration. `problems`: one line each, naming the
 * variable, what is wrong and what is expected.
 */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      `The environment has ${problems.length === 1 ? "a problem" : `${problems.length} problems`}:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`,
    );
    this.name = "ConfigError";
    this.problems = Object.freeze([...problems]);
  }
}
