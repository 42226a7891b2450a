import { useState } from "preact/hooks";
import { Icon } from "../components/icon.tsx";
import * as icons from "../components/icons.ts";
import { Sheet } from "../components/sheet.tsx";
import { useStaffTexts } from "../i18n/staff-texts.ts";
import { formatPast } from "../shared/time-span.ts";
import type { Push } from "./use-push.ts";

/** In the board's head: whether this device rings while its page is closed, and since which test. */
export function PushMark({ push }: { readonly push: Push }) {
  const { push: texts, code } = useStaffTexts();
  const [isOpen, setOpen] = useState(false);
  const { state, lastShownAt } = push;
  if (state === "starting") return null;
  const isReady = state === "ready";
  const words = !isReady
    ? texts.silent
    : lastShownAt === undefined
      ? texts.untested
      : texts.shown(formatPast(lastShownAt, Date.now(), code));
  return (
    <>
      <button
        type="button"
        class="button quiet push-mark"
        data-testid="push"
        data-state={state}
        onClick={() => setOpen(true)}
      >
        <Icon path={isReady ? icons.bell : icons.mute} /> <span class="duty-words">{words}</span>
      </button>
      {isOpen && <PushSheet push={push} onClose={() => setOpen(false)} />}
    </>
  );
}

/** What is missing and its remedy; else the last test and another one. */
function PushSheet({ push, onClose }: { readonly push: Push; readonly onClose: () => void }) {
  const { push: texts, common, code } = useStaffTexts();
  const { state, lastShownAt, test } = push;
  const isReady = state === "ready";
  const lastTest =
    lastShownAt === undefined
      ? texts.untested
      : texts.shown(formatPast(lastShownAt, Date.now(), code));
  return (
    <Sheet title={texts.title} onClose={onClose}>
      {state !== "ready" && state !== "starting" && <p>{texts.missing[state]}</p>}
      {isReady && (
        <p>
          {lastTest} {texts.ownSettings}
        </p>
      )}
      <p role="status" data-testid="push-test">
        {test.kind === "running"
          ? texts.testing
          : test.kind === "shown"
            ? texts.arrived
            : test.kind === "failed"
              ? test.reason === "not_shown"
                ? texts.heldBack
                : texts.failed(test.reason)
              : test.kind === "renewed"
                ? texts.renewed
                : ""}
      </p>
      {state === "ask" && (
        <button type="button" class="button primary wide" onClick={push.allow}>
          {texts.allow}
        </button>
      )}
      {isReady && (
        <button
          type="button"
          class="button primary wide"
          disabled={test.kind === "running"}
          onClick={push.runTest}
        >
          <Icon path={icons.bell} /> {texts.test}
        </button>
      )}
      <button type="button" class="button quiet wide" onClick={onClose}>
        {common.back}
      </button>
    </Sheet>
  );
}
