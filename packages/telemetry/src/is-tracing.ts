let tracing = false;

/** Whether the SDK is installed; without it no span is ever recorded. */
export const isTracing = (): boolean => tracing;

/** Called by what installs and removes the SDK. */
export function setTracing(on: boolean): void {
  tracing = on;
}
