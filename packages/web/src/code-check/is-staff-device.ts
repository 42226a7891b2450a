/**
 * Whether a staff member has joined or signed in on this device before. Guests' phones ask nothing
 * of the sign-in.
 */
export function isStaffDevice(): boolean {
  try {
    return ["waiter:device", "waiter:email"].some((name) => localStorage.getItem(name) !== null);
  } catch {
    return false;
  }
}
