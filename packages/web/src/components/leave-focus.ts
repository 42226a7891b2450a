/**
 * For a control that its own press removes: by the keyboard it leaves the focus to the nearest
 * ancestor with `tabindex="-1"`, so that the focus does not fall to the top of the page.
 */
export function leaveFocus({ detail, currentTarget }: MouseEvent): void {
  if (detail === 0) (currentTarget as Element).closest<HTMLElement>("[tabindex='-1']")?.focus();
}
