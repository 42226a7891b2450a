import type { GuestRequest } from "../protocol/types.ts";

/**
 * Which way reaches the staff: an open screen, a push message, none; null where that cannot be
 * known.
 */
export type StaffReach = "screen" | "push" | "none" | null;

const reaches = new Set<unknown>(["screen", "push", "none", null]);

/**
 * What a guest knows about the staff's presence: answers and `status` name it, a request that staff
 * saw or changed proves it.
 */
export class StaffPresence {
  #online: boolean | null = null;
  #reach: StaffReach = null;

  /** Whether a staff screen is connected; null if unknown. */
  get online(): boolean | null {
    return this.#online;
  }
  get reach(): StaffReach {
    return this.#reach;
  }

  /**
   * Takes `staffOnline` and `reach` of an answer or of `status`. @returns whether anything changed.
   */
  take(message: { readonly staffOnline?: unknown; readonly reach?: unknown }): boolean {
    const before = [this.#online, this.#reach];
    const { staffOnline, reach } = message;
    if (staffOnline === null || typeof staffOnline === "boolean") {
      this.#online = staffOnline;
      // The same state again says nothing new about the way.
      if (reach === undefined && staffOnline !== before[0])
        this.#reach = staffOnline === true ? "screen" : null;
    }
    if (reach !== undefined && reaches.has(reach)) this.#reach = reach as StaffReach;
    return before[0] !== this.#online || before[1] !== this.#reach;
  }

  /**
   * A request that a screen showed, or that staff changed, just now proves that staff are there.
   */
  prove(known: GuestRequest | undefined, request: GuestRequest): void {
    const seen = request.seenAt !== undefined && known?.seenAt === undefined;
    const changed =
      request.version > (known?.version ?? 0) &&
      (request.state === "claimed" ||
        request.state === "completed" ||
        request.state === "dismissed");
    if (seen || changed) this.take({ staffOnline: true, reach: "screen" });
  }
}
