import { useEffect, useRef, useState } from "preact/hooks";
import { BellSound } from "../../board/bell-sound.ts";
import { Icon } from "../../components/icon.tsx";
import * as icons from "../../components/icons.ts";
import { useOfficeTexts } from "../../i18n/office-texts.ts";

/** Rings this device, and asks whether it was heard: no page can know how loud a phone is. */
export function RingStep({ onHeard }: { readonly onHeard: () => void }) {
  const { setup: words } = useOfficeTexts();
  const bell = useRef<BellSound | undefined>(undefined);
  const [rang, setRang] = useState(false);
  useEffect(() => () => bell.current?.close(), []);
  const ring = () => {
    bell.current ??= new BellSound();
    bell.current.ringForTap("new");
    setRang(true);
  };
  return (
    <div class="row">
      <button type="button" class="button" onClick={ring}>
        <Icon path={icons.bell} /> {words.ring}
      </button>
      {rang && (
        <button type="button" class="button primary" onClick={onHeard}>
          {words.heard}
        </button>
      )}
    </div>
  );
}
