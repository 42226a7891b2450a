/** What a statement of ours sends: text, parameters, and a name when Postgres may keep its plan. */
export interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[];
  readonly name?: string | undefined;
  /** False for a command whose rows Postgres is not asked about. */
  readonly returnsRows?: boolean;
}
