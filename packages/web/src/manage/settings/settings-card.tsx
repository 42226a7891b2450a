import type { Settings } from "@waiter/client";
import type { ComponentChildren } from "preact";
import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { ConflictNote, type ShownField } from "../shared/changed-fields.tsx";
import { Part } from "../shared/part.tsx";
import type { SettingsForm } from "./use-settings-form.ts";

export interface SettingsCardProps<T> {
  readonly title: string;
  readonly hint?: string;
  readonly form: SettingsForm<T>;
  /** The card's fields of some settings, to tell what another person changed. */
  readonly shown: (settings: Settings) => readonly ShownField[];
  readonly onSave?: () => void;
  readonly children: ComponentChildren;
}

/** A card of the settings with its own "Save". */
export function SettingsCard<T>(props: SettingsCardProps<T>) {
  const { title, hint, form, shown, onSave, children } = props;
  const { office } = useOfficeTexts();
  return (
    <Part title={title} {...(hint !== undefined && { hint })} busy={form.busy}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (onSave === undefined) void form.save();
          else onSave();
        }}
      >
        {children}
        <ConflictNote
          problem={form.problem}
          before={shown(form.before)}
          after={form.now && shown(form.now)}
        />
        <div class="row">
          <button type="submit" class="button primary" disabled={form.busy}>
            {office.save}
          </button>
          {form.isDirty && <span class="quiet">{office.unsaved}</span>}
        </div>
      </form>
    </Part>
  );
}
