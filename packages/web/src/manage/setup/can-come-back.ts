import type { Me } from "../team/own-password.tsx";

/**
 * Whether a person who loses this device can sign in without a colleague: on another device, or by
 * e-mail address and password. The login asks for both.
 */
export const canComeBack = (
  { hasPassword, email }: Pick<Me, "hasPassword" | "email">,
  devices: number,
): boolean => devices > 1 || (hasPassword && email !== undefined);
