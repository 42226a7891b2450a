/** Line icons on a 24 grid, drawn with the text's colour. Request types have the owner's own emoji. */
const paths = {
  bell: "M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 21h4",
  mute: "M6 16V11a6 6 0 0 1 9-5.2M18 11v5l1.5 2h-11M10 21h4M4 4l16 16",
  check: "M5 12.5l4.5 4.5L19 7.5",
  close: "M6 6l12 12M18 6L6 18",
  menu: "M4 7h16M4 12h16M4 17h16",
  more: "M4.5 12h1M11.5 12h1M18.5 12h1",
  globe: "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18zM3 12h18M12 3c3 3 3 15 0 18c-3-3-3-15 0-18",
  wifi: "M3 9.5a13 13 0 0 1 18 0M6.5 13a8 8 0 0 1 11 0M12 17.5h.01",
  undo: "M4 9h10a5 5 0 0 1 0 10H9M4 9l4-4M4 9l4 4",
  card: "M3 6h18v12H3zM3 10h18M7 15h4",
  cash: "M3 7h18v10H3zM12 9.5a2.5 2.5 0 1 0 0 5a2.5 2.5 0 0 0 0-5M6 10v4M18 10v4",
  walk: "M13 4.5h.01M8 21l3-6-2-3 2-5 3 3 3 1M11 12l3 3v6",
  pencil: "M4 20l1-5L16 4l4 4L9 19zM14 6l4 4",
  grip: "M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01",
  screen: "M3 5h18v11H3zM8 20h8M12 16v4",
  offline:
    "M12 17.5h.01M6.5 13a8 8 0 0 1 5.5-2.2M3 9.5a13 13 0 0 1 6-3.2M13 6a13 13 0 0 1 8 3.5M4 4l16 16",
} as const;
export type IconName = keyof typeof paths;
export const iconNames = Object.keys(paths) as IconName[];

export const Icon = ({ name }: { readonly name: IconName }) => (
  <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d={paths[name]} />
  </svg>
);
