import { Icon } from "../components/icon.tsx";
import * as icons from "../components/icons.ts";
import { Sheet } from "../components/sheet.tsx";
import { useTexts } from "../i18n/use-texts.ts";

export interface PaymentSheetProps {
  readonly icon: string;
  readonly onChoose: (payment: "cash" | "card" | undefined) => void;
  readonly onClose: () => void;
}

/** Asks how to pay; choosing sends. */
export function PaymentSheet({ icon, onChoose, onClose }: PaymentSheetProps) {
  const { common, guest } = useTexts();
  return (
    <Sheet title={guest.payHow} icon={icon} onClose={onClose}>
      <p class="quiet">{guest.payHint}</p>
      <div class="choices">
        <button type="button" class="button choice" onClick={() => onChoose("card")}>
          <Icon path={icons.card} /> {common.payment.card}
        </button>
        <button type="button" class="button choice" onClick={() => onChoose("cash")}>
          <Icon path={icons.cash} /> {common.payment.cash}
        </button>
      </div>
      <button type="button" class="button wide" onClick={() => onChoose(undefined)}>
        {guest.anyPayment}
      </button>
      <button type="button" class="button quiet wide" onClick={onClose}>
        {common.back}
      </button>
    </Sheet>
  );
}
