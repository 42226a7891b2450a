import type { StaffClient } from "@waiter/client";
import { useEffect } from "preact/hooks";
import type { ShowToast } from "../components/use-toasts.ts";
import { useInvitationNews } from "./use-invitation-news.ts";

/** A board or a wall shows when an invitation for its person was made or used. */
export function useBoardInvitations(
  client: StaffClient,
  show: ShowToast,
  onDevices: () => void,
): void {
  const tell = useInvitationNews(show, onDevices);
  useEffect(
    () =>
      client.on("event", (event) => {
        const me = client.session?.staff.id;
        if (me !== undefined) tell(event, { me, staff: client.staff });
      }),
    [client, tell],
  );
}
