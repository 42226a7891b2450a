import type { RequestType } from "@waiter/contracts";
import { builtInLabels } from "./built-in-labels.ts";
import type { GuestMessages } from "./messages.ts";

type BuiltIn = keyof GuestMessages["guest"]["types"];

/**
 * A request type's label in the page's language: the restaurant's own translation, else ours where
 * the restaurant kept the label that every new restaurant has, else the label as it is.
 */
export function labelOf(type: RequestType, { code, guest }: GuestMessages): string {
  const own = (type as { translations?: Record<string, string> }).translations?.[code];
  if (own !== undefined) return own;
  const key = type.key as BuiltIn;
  return builtInLabels[key] === type.label ? guest.types[key] : type.label;
}
