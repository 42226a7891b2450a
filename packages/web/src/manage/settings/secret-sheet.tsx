import { useRef, useState } from "preact/hooks";
import { Sheet } from "../../components/sheet.tsx";
import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { copyText } from "../../shared/copy-text.ts";

/** A webhook's secret, once: after closing, only a new one can be made. */
export function SecretSheet({
  secret,
  onClose,
}: {
  readonly secret: string;
  readonly onClose: () => void;
}) {
  const { channel, guest } = useOfficeTexts();
  const [copied, setCopied] = useState(false);
  const shown = useRef<HTMLElement>(null);
  return (
    <Sheet title={channel.secret} onClose={onClose}>
      <p>{channel.secretHint}</p>
      <p class="secret" dir="ltr" data-testid="secret">
        <code ref={shown}>{secret}</code>
      </p>
      <button
        type="button"
        class="button primary"
        onClick={() => void copyText(shown.current).then(setCopied)}
      >
        {copied ? guest.copied : guest.copy}
      </button>
    </Sheet>
  );
}
