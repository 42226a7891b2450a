import { isolate } from "../../i18n/isolate.ts";
import type { OfficeMessages } from "../../i18n/office-texts.ts";
import { ManageError } from "../../shared/manage-api.ts";

/** A refusal in the person's words. */
export interface Problem {
  readonly code: string;
  readonly text: string;
  /** What was wrong, by the path of its field, such as `hours.weekly.mon.1`. */
  readonly fields: ReadonlyMap<string, string>;
  /** The problem document: a conflict holds the object as it is now. */
  readonly details: Readonly<Record<string, unknown>>;
}

type Texts = OfficeMessages["problems"];
interface FieldError {
  readonly path: string;
  readonly message: string;
}

/** The api's words for a field's fault, in ours. */
const fieldText = ({ path, message }: FieldError, texts: Texts): string => {
  if (path === "accent") return texts.accentPale(nearestColour(message) ?? "");
  if (path.startsWith("hours.")) return texts.hoursOverlap;
  if (path.startsWith("escalation.")) return texts.policyOrder;
  if (path === "timeZone") return texts.timeZone;
  if (path === "email") return message.includes("another") ? texts.emailTaken : texts.email;
  if (path === "name" && message.includes("another")) return texts.zoneTaken;
  if (path.startsWith("secondChannel")) return texts.channelTarget;
  if (path === "current") return texts.wrongPassword;
  if (path === "next") return texts.shortPassword;
  if (path === "logo" || path === "image") return texts.logo;
  return texts.validation_failed;
};

/** The colour that the api names in place of a colour that cannot be read. */
export const nearestColour = (message: string): string | undefined =>
  /#[0-9a-f]{6}/iu.exec(message)?.[0];

export function explain(error: unknown, { problems, dir, duty }: OfficeMessages): Problem {
  const { code, problem } = error instanceof ManageError ? error : new ManageError("network");
  const errors = Array.isArray(problem["errors"]) ? (problem["errors"] as FieldError[]) : [];
  const fields = new Map(errors.map((each) => [each.path, fieldText(each, problems)]));
  const taken = Array.isArray(problem["labels"]) ? problem["labels"] : [];
  const labels = taken.map((label) => isolate(String(label), dir)).join(duty.comma);
  const known: Readonly<Record<string, string | ((labels: string) => string)>> = problems;
  const own = known[code] ?? problems.network;
  const first = [...fields.values()][0];
  const text = first ?? (typeof own === "function" ? own(labels) : own);
  return { code, text, fields, details: problem };
}
