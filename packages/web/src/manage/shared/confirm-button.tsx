import {
  ConfirmButton as Button,
  type ConfirmButtonProps,
} from "../../components/confirm-button.tsx";
import { useOfficeTexts } from "../../i18n/office-texts.ts";

/** A button of /manage whose work cannot be undone: it asks once more. */
export function ConfirmButton(props: Omit<ConfirmButtonProps, "keep">) {
  const { office } = useOfficeTexts();
  return <Button {...props} keep={office.keep} />;
}
