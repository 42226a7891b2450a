import { useCallback, useRef } from "preact/hooks";
import type { ShowToast } from "../components/use-toasts.ts";
import { useStaffTexts } from "../i18n/staff-texts.ts";
import { useIsolate } from "../i18n/use-texts.ts";
import { invitationNews, type HouseEvent, type NewsContext } from "./invitation-news.ts";
import { wasInvitedHere } from "./invited-here.ts";

/**
 * @returns a stable function that shows an event's news about the person's invitations until it is
 * closed, with a way to their devices.
 */
export function useInvitationNews(
  show: ShowToast,
  onDevices: () => void,
): (event: HouseEvent, who: Pick<NewsContext, "me" | "staff">) => void {
  const { devices: texts, common } = useStaffTexts();
  const isolate = useIsolate();
  const now = useRef({ texts, common, isolate, show, onDevices });
  now.current = { texts, common, isolate, show, onDevices };
  return useCallback((event, who) => {
    const { onDevices: open, ...page } = now.current;
    const isFromHere = wasInvitedHere();
    const text = invitationNews(event, { ...who, ...page, isFromHere });
    if (text === undefined) return;
    page.show(text, {
      tone: "warn",
      ms: 0,
      actions: [
        { label: page.texts.mine, run: open },
        { label: page.common.close, run: () => undefined },
      ],
    });
  }, []);
}
