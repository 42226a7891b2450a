import { useState } from "preact/hooks";
import { Sheet } from "../../components/sheet.tsx";
import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { languageNames, type LanguageCode } from "../../i18n/languages.ts";
import { labelOf } from "../../i18n/type-label.ts";
import { useIsolate } from "../../i18n/use-texts.ts";
import { ConflictNote, type ShownField } from "../shared/changed-fields.tsx";
import { ConfirmButton } from "../shared/confirm-button.tsx";
import { decimalText, minutesLength } from "../shared/decimal.ts";
import { CheckField, TextField } from "../shared/field.tsx";
import { useManage } from "../shared/manage-context.ts";
import { ProblemNote } from "../shared/problem-note.tsx";
import { useChange } from "../shared/use-change.ts";
import { bodyOf, draftOf, type TypeDraft } from "./type-draft.ts";
import type { ManagedType } from "./managed-type.ts";

const icons = ["🙋", "🧾", "📝", "💧", "🍷", "☕", "🍴", "🪑", "🧂", "🧊", "🧒", "💬"];

export interface TypeSheetProps {
  /** Undefined for a new one. */
  readonly type: ManagedType | undefined;
  /** The restaurant's, its default first. */
  readonly languages: readonly string[];
  readonly onChanged: () => Promise<void>;
  readonly onClose: (isGone?: boolean) => void;
}

/** One request type: how it is called in each language, and what guests are asked with it. */
export function TypeSheet({ type, languages, onChanged, onClose }: TypeSheetProps) {
  const texts = useOfficeTexts();
  const { types: words, office } = texts;
  const { api, say } = useManage();
  const isolate = useIsolate();
  const saving = useChange();
  const ending = useChange();
  const [before, setBefore] = useState(type);
  const [now, setNow] = useState<ManagedType>();
  const [draft, setDraft] = useState(() => draftOf(type));
  const set = (fields: Partial<TypeDraft>) => setDraft((known) => ({ ...known, ...fields }));
  const shown = (one: ManagedType | undefined): ShownField[] => {
    const { label, icon, lateMinutes, allowsNote, asksPayment } = draftOf(one);
    const yes = (is: boolean) => (is ? office.yes : office.no);
    return [
      { label: words.label, value: label },
      { label: words.icon, value: icon },
      { label: words.allowsNote, value: yes(allowsNote) },
      { label: words.asksPayment, value: yes(asksPayment) },
      { label: words.lateAfter, value: lateMinutes },
    ];
  };

  const save = async () => {
    const body = bodyOf(draft);
    const isSaved = await saving.change(async () => {
      if (type === undefined) return api.call("POST", "/api/request-types", body);
      const { version } = now ?? before ?? type;
      try {
        return await api.call("PATCH", `/api/request-types/${type.key}`, { ...body, version });
      } catch (error) {
        const { requestType } =
          (error as { problem?: { requestType?: ManagedType } }).problem ?? {};
        if (now !== undefined) setBefore(now);
        if (requestType !== undefined) setNow(requestType);
        throw error;
      }
    });
    await onChanged();
    if (!isSaved) return;
    say(office.saved);
    onClose();
  };
  const retire = async () => {
    if (type === undefined) return;
    const path = `/api/request-types/${type.key}`;
    if (!(await ending.change(() => api.call("DELETE", path)))) return;
    onClose(true);
    await onChanged();
  };
  const others = languages.slice(1) as LanguageCode[];
  return (
    <Sheet
      title={type === undefined ? words.newType : labelOf(type, texts)}
      icon={draft.icon}
      onClose={() => onClose()}
    >
      <form
        class="stack"
        aria-busy={saving.busy}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <TextField
          label={words.label}
          value={draft.label}
          maxLength={50}
          required
          onValue={(label) => set({ label })}
        />
        {others.map((code) => (
          <TextField
            key={code}
            label={words.labelIn(languageNames[code])}
            value={draft.translations[code] ?? ""}
            maxLength={50}
            onValue={(text) => set({ translations: { ...draft.translations, [code]: text } })}
          />
        ))}
        <TextField
          label={words.icon}
          value={draft.icon}
          maxLength={16}
          required
          onValue={(icon) => set({ icon })}
        />
        <div class="chips" role="group" aria-label={words.icons}>
          {icons.map((icon) => (
            <button
              key={icon}
              type="button"
              class="chip"
              aria-pressed={draft.icon === icon}
              aria-label={words.useIcon(icon)}
              onClick={() => set({ icon })}
            >
              {icon}
            </button>
          ))}
        </div>
        <CheckField
          label={words.allowsNote}
          checked={draft.allowsNote}
          onChecked={(allowsNote) => set({ allowsNote })}
        />
        <CheckField
          label={words.asksPayment}
          checked={draft.asksPayment}
          onChecked={(asksPayment) => set({ asksPayment })}
        />
        <TextField
          label={words.lateAfter}
          hint={words.lateAfterHint}
          value={draft.lateMinutes}
          maxLength={minutesLength}
          more={{ inputMode: "decimal" }}
          onValue={(text) => set({ lateMinutes: decimalText(text) })}
        />
        <ConflictNote problem={saving.problem} before={shown(before)} after={now && shown(now)} />
        <button type="submit" class="button primary" disabled={saving.busy}>
          {office.save}
        </button>
      </form>
      {type !== undefined && (
        <div class="stack ruled">
          <ConfirmButton
            label={words.remove}
            question={words.removeAsk(isolate(labelOf(type, texts)))}
            busy={ending.busy}
            onConfirm={() => void retire()}
          />
          <ProblemNote problem={ending.problem} />
        </div>
      )}
    </Sheet>
  );
}
