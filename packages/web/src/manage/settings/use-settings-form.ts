import type { Settings } from "@waiter/client";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { ManageError } from "../../shared/manage-api.ts";
import { useManage } from "../shared/manage-context.ts";
import type { Problem } from "../shared/problems.ts";
import { useChange } from "../shared/use-change.ts";

export interface SettingsFormOptions<T> {
  readonly settings: Settings;
  readonly refresh: () => Promise<void>;
  /** What the person edits. */
  readonly toDraft: (settings: Settings) => T;
  /** What a PATCH names of it. */
  readonly toPatch: (draft: T) => object;
}
export interface SettingsForm<T> {
  readonly draft: T;
  readonly set: (fields: Partial<T>) => void;
  readonly isDirty: boolean;
  readonly busy: boolean;
  readonly problem: Problem | undefined;
  /** The settings that the draft began with, and those that another person made of them. */
  readonly before: Settings;
  readonly now: Settings | undefined;
  /** Resolves to the answer, or to undefined where it was refused. */
  readonly save: () => Promise<
    { readonly settings: Settings; readonly secret?: string } | undefined
  >;
}

/**
 * One card of the settings. All cards share one version: what another person changed in another
 * card is no conflict; what they changed in this one is shown before it can be replaced.
 */
export function useSettingsForm<T extends object>(
  options: SettingsFormOptions<T>,
): SettingsForm<T> {
  const { settings, refresh, toDraft, toPatch } = options;
  const { api, say } = useManage();
  const { office } = useOfficeTexts();
  const { busy, problem, change } = useChange();
  const [before, setBefore] = useState(settings);
  const [now, setNow] = useState<Settings>();
  const [draft, setDraft] = useState(() => toDraft(settings));
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
  const isDirty = !same(draft, toDraft(before));
  const draftOf = useRef(toDraft);
  draftOf.current = toDraft;
  // What others change shows where the person has typed nothing, before their next key arrives.
  useLayoutEffect(() => {
    if (isDirty || settings.version < before.version) return;
    setBefore(settings);
    setDraft(draftOf.current(settings));
    setNow(undefined);
  }, [settings, before, isDirty]);

  const save = async () => {
    let answer: { settings: Settings; secret?: string } | undefined;
    const known = now ?? before;
    const send = async (version: number): Promise<void> => {
      try {
        answer = await api.call("PATCH", "/api/settings", { ...toPatch(draft), version });
      } catch (error) {
        if (!(error instanceof ManageError) || error.code !== "conflict") throw error;
        const current = error.problem["settings"] as Settings;
        if (same(toDraft(current), toDraft(known))) return send(current.version);
        setBefore(known);
        setNow(current);
        throw error;
      }
    };
    await change(() => send(known.version));
    if (answer === undefined) {
      await refresh();
      return undefined;
    }
    setBefore(answer.settings);
    const saved = toDraft(answer.settings);
    // What the person has typed meanwhile is theirs to save.
    setDraft((known) => (same(known, draft) ? saved : known));
    setNow(undefined);
    say(office.saved);
    await refresh();
    return answer;
  };
  return {
    draft,
    set: (fields) => setDraft((known) => ({ ...known, ...fields })),
    isDirty,
    busy,
    problem,
    before,
    now,
    save,
  };
}
