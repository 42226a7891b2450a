import { useOfficeTexts } from "../../i18n/office-texts.ts";

/** Stands where a list will be; says so when the api cannot be reached. */
export function Loading({ failed }: { readonly failed: boolean }) {
  const { common, problems } = useOfficeTexts();
  return (
    <p class={failed ? "banner warn" : "quiet"} role="status" aria-busy={!failed}>
      {failed ? problems.network : common.loading}
    </p>
  );
}
