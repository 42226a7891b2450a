import { run } from "./kube.ts";

/**
 * WAITER_PROMETHEUS: address, on this machine, of a Prometheus with its operator in the namespace
 * `monitoring`. Empty: none.
 */
export const prometheus = process.env["WAITER_PROMETHEUS"] ?? "";
/** The same as pods reach it, WAITER_PROMETHEUS_INSIDE. */
export const prometheusInside =
  process.env["WAITER_PROMETHEUS_INSIDE"] ?? "http://prometheus.monitoring.svc:9090";

/** Values with which that Prometheus may scrape the release's pods. */
export const scraped = [
  "networkPolicy.prometheus[0].namespaceSelector.matchLabels.kubernetes\\.io/metadata\\.name=monitoring",
];

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}
interface Answer<T> {
  readonly status: string;
  readonly error?: string;
  readonly data: T;
}

/** @throws {Error} with what Prometheus refused. */
function ask<T>(path: string, parameters: Readonly<Record<string, string>> = {}): T {
  const query = Object.entries(parameters).flatMap(([name, value]) => [
    "--data-urlencode",
    `${name}=${value}`,
  ]);
  const text = run("curl", ["--silent", "--get", `${prometheus}/api/v1/${path}`, ...query]);
  const { status, error, data } = JSON.parse(text) as Answer<T>;
  if (status !== "success") throw new Error(`${parameters["query"] ?? path}: ${error}`);
  return data;
}

/** The series of an instant query. */
export const query = (promql: string): readonly Series[] =>
  ask<{ result: Series[] }>("query", { query: promql }).result;

/** Names of the alerts of a namespace that fire. */
export const firing = (namespace: string): string[] =>
  query(`ALERTS{alertstate="firing",namespace="${namespace}"}`).map(
    ({ metric }) => metric["alertname"] ?? "",
  );

interface Rule {
  readonly name: string;
  readonly health: string;
  readonly lastError?: string;
}
/** The rules that Prometheus has loaded from a namespace's PrometheusRules. */
export const loadedRules = (namespace: string): Rule[] =>
  ask<{ groups: { file: string; rules: Rule[] }[] }>("rules")
    .groups.filter(({ file }) => file.includes(`/${namespace}-`))
    .flatMap(({ rules }) => rules);

/** `up` of each pod of a namespace. */
export const targets = (namespace: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    query(`up{namespace="${namespace}"}`).map(({ metric, value }) => [
      metric["pod"] ?? "",
      value[1],
    ]),
  );
