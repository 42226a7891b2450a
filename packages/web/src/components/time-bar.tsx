/** How much of the time until a request counts as late is used up. The words beside it say the same. */
export function TimeBar({ part, level }: { readonly part: number; readonly level: number }) {
  const width = Math.min(100, Math.max(2, Math.round(part * 100)));
  return (
    <div class={`time-bar at-${Math.min(level, 2)}`} aria-hidden="true">
      <span style={{ width: `${width}%` }} />
    </div>
  );
}
