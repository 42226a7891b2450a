const keptName = "waiter:invited-here";
/** The event of an invitation arrives within so long after the call that makes it. */
const windowMs = 15_000;

/** Notes that this device makes an invitation now, for its other tabs too. */
export function noteInvitedHere(): void {
  try {
    localStorage.setItem(keptName, String(Date.now()));
  } catch {
    // Without storage this device shows its own invitation like the others.
  }
}

/** Whether this device has made an invitation just now. */
export function wasInvitedHere(): boolean {
  try {
    return Math.abs(Date.now() - Number(localStorage.getItem(keptName))) < windowMs;
  } catch {
    return false;
  }
}
