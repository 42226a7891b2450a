import { useState } from "preact/hooks";
import { Sheet } from "../../components/sheet.tsx";
import { useOfficeTexts } from "../../i18n/office-texts.ts";

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
  return (
    <Sheet title={channel.secret} onClose={onClose}>
      <p>{channel.secretHint}</p>
      <p class="secret" dir="ltr" data-testid="secret">
        <code>{secret}</code>
      </p>
      <button
        type="button"
        class="button primary"
        onClick={() => void navigator.clipboard?.writeText(secret).then(() => setCopied(true))}
      >
        {copied ? guest.copied : guest.copy}
      </button>
    </Sheet>
  );
}
