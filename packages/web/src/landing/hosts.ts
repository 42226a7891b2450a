/** Whether a host has no restaurant's name before the domain: `localhost`, an address, or two labels. */
export const isApexHost = (hostname: string): boolean =>
  hostname === "localhost" ||
  /^[\d.]+$/u.test(hostname) ||
  (hostname.split(".").length <= 2 && !hostname.endsWith(".localhost"));
