/**
 * Line icons on a 24 grid, as the `d` of a path; each page loads those that it names. Request types
 * have the owner's own emoji.
 */
export const bell = "M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 21h4";
export const mute = "M6 16V11a6 6 0 0 1 9-5.2M18 11v5l1.5 2h-11M10 21h4M4 4l16 16";
export const check = "M5 12.5l4.5 4.5L19 7.5";
export const close = "M6 6l12 12M18 6L6 18";
export const menu = "M4 7h16M4 12h16M4 17h16";
export const more = "M4.5 12h1M11.5 12h1M18.5 12h1";
export const globe =
  "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18zM3 12h18M12 3c3 3 3 15 0 18c-3-3-3-15 0-18";
export const wifi = "M3 9.5a13 13 0 0 1 18 0M6.5 13a8 8 0 0 1 11 0M12 17.5h.01";
export const undo = "M4 9h10a5 5 0 0 1 0 10H9M4 9l4-4M4 9l4 4";
export const card = "M3 6h18v12H3zM3 10h18M7 15h4";
export const cash = "M3 7h18v10H3zM12 9.5a2.5 2.5 0 1 0 0 5a2.5 2.5 0 0 0 0-5M6 10v4M18 10v4";
export const walk = "M13 4.5h.01M8 21l3-6-2-3 2-5 3 3 3 1M11 12l3 3v6";
export const pencil = "M4 20l1-5L16 4l4 4L9 19zM14 6l4 4";
export const grip = "M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01";
export const screen = "M3 5h18v11H3zM8 20h8M12 16v4";
export const offline =
  "M12 17.5h.01M6.5 13a8 8 0 0 1 5.5-2.2M3 9.5a13 13 0 0 1 6-3.2M13 6a13 13 0 0 1 8 3.5M4 4l16 16";
