import { texts } from "../texts.ts";
import type { CallStatus } from "./call-status.ts";

export interface CallCardProps {
  readonly icon: string;
  readonly label: string;
  readonly note: string | undefined;
  readonly payment: "cash" | "card" | undefined;
  readonly status: CallStatus;
  readonly state: string;
  readonly busy: boolean;
  readonly action:
    | { readonly text: string; readonly name: string; readonly run: () => void }
    | undefined;
}

/** One call: what, how far, and the way back. */
export function CallCard({
  icon,
  label,
  note,
  payment,
  status,
  state,
  busy,
  action,
}: CallCardProps) {
  return (
    <li class={`call ${status.tone}`} data-testid="call" data-state={state}>
      <span class="call-icon" aria-hidden="true">
        {icon}
      </span>
      <h3>{label}</h3>
      {action !== undefined && (
        <button
          type="button"
          class="button quiet small"
          disabled={busy}
          onClick={action.run}
          aria-label={action.name}
        >
          {action.text}
        </button>
      )}
      <div class="call-body">
        <p class="call-status" data-testid="call-status">
          {status.text}
        </p>
        <p class="call-detail">{status.detail}</p>
        {payment !== undefined && <p class="call-note">{texts.payment[payment]}</p>}
        {note !== undefined && note !== "" && <p class="call-note">“{note}”</p>}
      </div>
      {status.tone !== "closed" && <Steps step={status.step} />}
    </li>
  );
}

const Steps = ({ step }: { readonly step: number }) => (
  <ol class="steps" aria-hidden="true">
    {texts.guest.steps.map((name, index) => (
      <li key={name} class={index < step ? "reached" : index === step ? "next" : ""} />
    ))}
  </ol>
);
