/**
 * Fault points, for tests only (configuration refuses them in production): `api:after-commit` ends
 * the process between COMMIT and publish, as a crash at the worst moment would.
 */
export const faultPoint =
  (wanted: string | undefined, kill: () => void) =>
  (name: "api:after-commit"): void => {
    if (wanted === name) kill();
  };
