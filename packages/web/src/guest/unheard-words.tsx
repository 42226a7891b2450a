import type { GuestCall } from "@waiter/client";
import type { GuestRequest } from "@waiter/contracts";
import { useEffect } from "preact/hooks";
import { keepDraft, readDraft } from "./draft.ts";
import type { StaleCalls } from "./stale-calls.ts";
import { canWrite, type Tile } from "./tiles.ts";

/** A request with the api's answer, or without one where it was dropped. */
export interface Outcome {
  readonly call: GuestCall;
  readonly request?: GuestRequest;
}
export interface UnheardWordsProps {
  /** Emptied here. */
  readonly outcomes: Outcome[];
  readonly staleCalls: StaleCalls;
  readonly tiles: readonly Tile[];
  readonly onSend: (call: GuestCall) => void;
  /** The message or the way to pay with a request of this type was not sent. */
  readonly onUnheard: (type: string) => void;
}

/**
 * Looks after messages and ways to pay that did not reach the staff. Another guest of the table may
 * make the same request at that moment: the api answers with theirs. A message goes with another
 * type then. The message of a refused request is the draft of the next one.
 */
export function UnheardWords({ outcomes, staleCalls, tiles, ...props }: UnheardWordsProps) {
  useEffect(() => {
    for (const { call, request } of outcomes.splice(0)) {
      const { type, note } = call;
      if (request === undefined) {
        const isAsked = staleCalls.all.some((stale) => stale.call === call);
        if (note !== undefined && !isAsked && readDraft() === "") keepDraft(note);
        continue;
      }
      if (isHeard(call, request)) continue;
      const other = note === undefined ? undefined : tiles.find(canWrite());
      if (other === undefined || note === undefined) props.onUnheard(type);
      else props.onSend({ type: other.key, note });
    }
  });
  return null;
}

/**
 * A guest reads only their own messages, and every guest's way to pay. Their own request may be
 * open with another message.
 */
const isHeard = ({ note, payment }: GuestCall, request: GuestRequest): boolean =>
  (note === undefined || isSameText(note, request.note)) &&
  (payment === undefined || request.payment === payment);

/** The api stores half an emoji as another letter. */
const isSameText = (note: string, stored: string | undefined): boolean =>
  stored !== undefined && withoutEmoji(note) === withoutEmoji(stored);
const withoutEmoji = (text: string): string => text.replace(/[\uD800-\uDFFF\uFFFD]/g, "");
