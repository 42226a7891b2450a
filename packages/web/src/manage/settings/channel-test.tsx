import { useState } from "preact/hooks";
import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { useManage } from "../shared/manage-context.ts";
import { ProblemNote } from "../shared/problem-note.tsx";
import { reasonText } from "../shared/reason-text.ts";
import { useChange } from "../shared/use-change.ts";

interface Outcome {
  readonly status: "sent" | "failed";
  readonly reason?: string;
}

/** Sends a test to the second channel as it is saved, and says how it went. */
export function ChannelTest() {
  const texts = useOfficeTexts();
  const { channel: words } = texts;
  const { api } = useManage();
  const { busy, problem, change } = useChange();
  const [outcome, setOutcome] = useState<Outcome>();
  const test = async () => {
    setOutcome(undefined);
    await change(async () => {
      setOutcome(await api.call<Outcome>("POST", "/api/second-channel/test", {}));
    });
  };
  return (
    <div class="stack" aria-busy={busy}>
      <button type="button" class="button" disabled={busy} onClick={() => void test()}>
        {words.test}
      </button>
      <p role="status" data-testid="channel-test">
        {outcome?.status === "sent" && words.tested}
        {outcome?.status === "failed" &&
          (outcome.reason === undefined
            ? words.testFailed
            : words.testFailedBecause(reasonText(outcome.reason, texts)))}
      </p>
      <ProblemNote problem={problem} />
    </div>
  );
}
