const name = "waiter:heard";

/** Whether this device can be heard: a person has said so here, or it receives pushes. */
export async function isRinging(): Promise<boolean> {
  try {
    if (localStorage.getItem(name) !== null) return true;
    const registration = await navigator.serviceWorker?.getRegistration("/");
    const subscription = (await registration?.pushManager?.getSubscription()) ?? undefined;
    return subscription !== undefined;
  } catch {
    return false;
  }
}

export function keepRinging(): void {
  try {
    localStorage.setItem(name, "yes");
  } catch {
    // Without storage it is asked again at the next visit.
  }
}
