import type { GuestCall } from "@waiter/client";
import { useState } from "preact/hooks";
import { useTexts } from "../i18n/use-texts.ts";
import { formatSpan } from "../shared/time-span.ts";
import { askAfterMs } from "./asked-again.ts";
import type { StaleCalls } from "./stale-calls.ts";

export interface StaleQuestionsProps {
  readonly staleCalls: StaleCalls;
  readonly nameOf: (type: string) => string;
  readonly onSend: (call: GuestCall) => void;
}

/** Asks whether requests that could not be sent for five minutes are still wanted. */
export function StaleQuestions({ staleCalls, nameOf, onSend }: StaleQuestionsProps) {
  const texts = useTexts();
  const { guest } = texts;
  const [, setAnswered] = useState(0);
  const answer = (key: string, isWanted: boolean) => {
    const call = staleCalls.take(key);
    setAnswered((count) => count + 1);
    if (isWanted && call !== undefined) onSend(call);
  };
  return (
    <>
      {staleCalls.all.map(({ key, call: { type }, at }) => (
        <section key={key} class="banner warn stale" data-testid="stale">
          <p>
            {guest.stillWanted(
              nameOf(type),
              formatSpan(Math.max(askAfterMs, Date.now() - at), texts),
            )}
          </p>
          <div class="row">
            <button type="button" class="button primary" onClick={() => answer(key, true)}>
              {guest.yesSend}
            </button>
            <button type="button" class="button" onClick={() => answer(key, false)}>
              {guest.noThanks}
            </button>
          </div>
        </section>
      ))}
    </>
  );
}
