import type { RequestType } from "@waiter/contracts";
import { useEffect, useRef } from "preact/hooks";
import { texts } from "../texts.ts";

export interface PaymentSheetProps {
  readonly type: RequestType;
  readonly onChoose: (payment: "cash" | "card" | undefined) => void;
  readonly onClose: () => void;
}

/** Asks how to pay; choosing sends. */
export function PaymentSheet({ type, onChoose, onClose }: PaymentSheetProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      class="sheet"
      aria-labelledby="payment-title"
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}
    >
      <div class="sheet-body">
        <p class="sheet-icon" aria-hidden="true">
          {type.icon}
        </p>
        <h2 id="payment-title">{texts.guest.payHow}</h2>
        <p class="quiet">{texts.guest.payHint}</p>
        <div class="choices">
          <button type="button" class="button choice" onClick={() => onChoose("card")}>
            <span aria-hidden="true">💳</span> {texts.payment.card}
          </button>
          <button type="button" class="button choice" onClick={() => onChoose("cash")}>
            <span aria-hidden="true">💶</span> {texts.payment.cash}
          </button>
        </div>
        <button type="button" class="button wide" onClick={() => onChoose(undefined)}>
          {texts.guest.anyPayment}
        </button>
        <button type="button" class="button quiet wide" onClick={() => dialog.current?.close()}>
          {texts.guest.back}
        </button>
      </div>
    </dialog>
  );
}
