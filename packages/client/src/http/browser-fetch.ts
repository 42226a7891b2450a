/** The platform's fetch, looked up at each call so that a page may replace it. */
export const defaultFetch: typeof fetch = (input, init) => globalThis.fetch(input, init);
