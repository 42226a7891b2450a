import { useRef, useState } from "preact/hooks";
import { Sheet } from "../../components/sheet.tsx";
import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { useIsolate } from "../../i18n/use-texts.ts";
import { copyText } from "../../shared/copy-text.ts";
import type { Invitation } from "./people.ts";

/** An invitation as a code to scan, and as a link to copy or to share. It works once, for a day. */
export function InvitationSheet({
  invitation: { name, url, qrSvg },
  onClose,
}: {
  readonly invitation: Invitation;
  readonly onClose: () => void;
}) {
  const { team, guest } = useOfficeTexts();
  const isolate = useIsolate();
  const [copied, setCopied] = useState(false);
  const link = useRef<HTMLParagraphElement>(null);
  const picture = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(qrSvg)}`;
  return (
    <Sheet title={team.invitationFor(isolate(name))} onClose={onClose}>
      <p>{team.invitationHint}</p>
      <img
        class="invitation"
        src={picture}
        alt={team.invitationFor(name)}
        data-testid="invitation"
      />
      <div class="row">
        <button
          type="button"
          class="button"
          onClick={() => void copyText(link.current).then(setCopied)}
        >
          {copied ? guest.copied : team.copyLink}
        </button>
        {"share" in navigator && (
          <button
            type="button"
            class="button"
            onClick={() => void navigator.share({ url }).catch(() => undefined)}
          >
            {team.share}
          </button>
        )}
      </div>
      <p ref={link} class="secret" dir="ltr" data-testid="invitation-url">
        {url}
      </p>
    </Sheet>
  );
}
