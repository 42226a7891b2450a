/** The code in the address; a damaged one is sent as it is, and refused like any other wrong one. */
export function tableTokenOf(path: string): string {
  const match = /^\/t\/([^/]+)/.exec(path);
  const token = match === null ? "" : (match[1] ?? "");
  try {
    return decodeURIComponent(token);
  } catch {
    return token;
  }
}
