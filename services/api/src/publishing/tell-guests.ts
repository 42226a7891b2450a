import { rooms, type GuestRequest } from "@waiter/contracts";
import type { Logger } from "@waiter/logger";
import type { GuestMessage } from "@waiter/requests";

export interface TellGuestsDeps {
  readonly emit: (room: string, message: { request: GuestRequest }) => Promise<unknown>;
  readonly logger: Logger;
}

/**
 * Sends `request` messages to the guests of tables; a guest that misses one reads it at the next
 * `sync`.
 */
export const createTellGuests =
  ({ emit, logger }: TellGuestsDeps) =>
  (tenantId: string, messages: readonly GuestMessage[]): void => {
    const sent = messages.map(({ tableId, payload }) =>
      emit(rooms.table(tenantId, tableId), JSON.parse(payload) as { request: GuestRequest }),
    );
    Promise.all(sent).catch((error: unknown) =>
      logger.debug("api could not notify guests that staff saw their requests", { err: error }),
    );
  };
