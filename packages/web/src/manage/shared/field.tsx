import type { ComponentChildren, InputHTMLAttributes } from "preact";
import { useId } from "preact/hooks";

export interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  readonly type?: "text" | "email" | "password" | "date" | "url" | "number" | "time";
  readonly maxLength?: number;
  readonly required?: boolean;
  readonly list?: string;
  readonly more?: Pick<
    InputHTMLAttributes<HTMLInputElement>,
    "autocomplete" | "inputMode" | "placeholder" | "min" | "max" | "minLength" | "dir"
  >;
}

/** A text with its label, hint and fault. */
export function TextField(props: TextFieldProps) {
  const {
    label,
    value,
    onValue,
    hint,
    error,
    type = "text",
    maxLength,
    required,
    list,
    more,
  } = props;
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        {...({ type } as { type: "text" })}
        dir={type === "text" ? "auto" : undefined}
        autocomplete="off"
        {...more}
        list={list}
        maxLength={maxLength}
        required={required}
        value={value}
        aria-invalid={error !== undefined}
        aria-describedby={hint === undefined && error === undefined ? undefined : `${id}-more`}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
      {(hint !== undefined || error !== undefined) && (
        <p id={`${id}-more`} class={error === undefined ? "quiet" : "field-error"}>
          {error ?? hint}
        </p>
      )}
    </div>
  );
}

export interface SelectFieldProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (readonly [T, string])[];
  readonly onValue: (value: T) => void;
  readonly hint?: string | undefined;
}

export function SelectField<T extends string>(props: SelectFieldProps<T>) {
  const { label, value, options, onValue, hint } = props;
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        value={value}
        aria-describedby={hint === undefined ? undefined : `${id}-more`}
        onChange={(event) => onValue(event.currentTarget.value as T)}
      >
        {options.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
      {hint !== undefined && (
        <p id={`${id}-more`} class="quiet">
          {hint}
        </p>
      )}
    </div>
  );
}

export function CheckField({
  label,
  checked,
  onChecked,
}: {
  readonly label: ComponentChildren;
  readonly checked: boolean;
  readonly onChecked: (checked: boolean) => void;
}) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={checked}
        onChange={(event) => onChecked(event.currentTarget.checked)}
      />
      <span>{label}</span>
    </label>
  );
}
