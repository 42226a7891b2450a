import { useEffect } from "preact/hooks";
import type { StaffMember } from "@waiter/client";
import { isAboutMe } from "../../devices/invitation-news.ts";
import { useInvitationNews } from "../../devices/use-invitation-news.ts";
import { useManage } from "./manage-context.ts";

/** /manage shows when an invitation for its person was made or used. */
export function useManageInvitations(onDevices: () => void): void {
  const { api, events, me, say } = useManage();
  const tell = useInvitationNews(say, onDevices);
  useEffect(
    () =>
      events.onEvent((event) => {
        if (!isAboutMe(event, me.id)) return;
        // The names are worth a question, and the news is worth more than the names.
        api.call<{ staff: readonly StaffMember[] }>("GET", "/api/board").then(
          ({ staff }) => tell(event, { me: me.id, staff }),
          () => tell(event, { me: me.id, staff: [] }),
        );
      }),
    [api, events, me.id, tell],
  );
}
