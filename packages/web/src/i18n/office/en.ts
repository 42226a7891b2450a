/** Texts of /join. */
export const office = {
  join: {
    title: "Join",
    reading: "Reading your invitation…",
    welcome: (name: string) => `Welcome, ${name}`,
    restaurant: (name: string) => `You are joining ${name} on this device.`,
    replaces: (name: string) =>
      `${name} is signed in on this device. If you join here, that ends. Is the invitation for somebody else? Open it on their phone.`,
    device: "Name of this device (optional)",
    password: "Password (optional, at least 8 characters)",
    submit: "Join",
    options: "Device name or password (optional)",
    install: "To be woken by requests, put this page on your Home Screen first:",
    installSteps: [
      "Tap Share (the square with the arrow).",
      "Choose “Add to Home Screen”.",
      "Open it there: it continues by itself.",
    ],
    useBrowser: "Use it in the browser; this phone will not ring",
    next: {
      used: "Each invitation signs in one device, once. If that was you, sign in on that device.",
      expired:
        "Invitations are good for 24 hours. An owner or a manager makes a new one under Team.",
      replaced: "Only the newest invitation is good. Ask the person who invited you.",
      unknown: "Scan the code again, or open the whole link.",
      limited: "Then load this page again.",
    },
    problems: {
      used: "This invitation has been used. Ask for a new one.",
      expired: "This invitation has expired. Ask for a new one.",
      replaced: "A newer invitation replaced this one. Use the newer one.",
      unknown: "This invitation is not valid. Check the link, or ask for a new one.",
      limited: "Too many attempts. Please wait a minute.",
      password: "At least 8 characters, please.",
      network: "The server cannot be reached. Trying again…",
    },
  },
};
