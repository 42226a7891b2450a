/** The parts of /manage, each behind its own `#` address. */
export const tabs = ["setup", "floor", "types", "requests", "team", "settings", "codes"] as const;
export type Tab = (typeof tabs)[number];

/** The tab of an address; undefined where it names none. */
export const tabOf = (hash: string): Tab | undefined => tabs.find((tab) => `#${tab}` === hash);
