import { expect, test } from "@jest/globals";
import { mergeMetrics } from "./merge-metrics.ts";

test("a family is described once, and each sample says whose it is", () => {
  const one =
    '# HELP up Whether it is.\n# TYPE up gauge\nup 1\n\n# HELP hits Hits.\n# TYPE hits counter\nhits{path="/a b"} 2\n';
  const other = "# HELP up Whether it is.\n# TYPE up gauge\nup 0\n";
  expect(
    mergeMetrics([
      { process: "api-1", text: one },
      { process: "worker", text: other },
    ])
      .split("\n")
      .filter(Boolean),
  ).toEqual([
    "# HELP up Whether it is.",
    "# TYPE up gauge",
    'up{process="api-1"} 1',
    'up{process="worker"} 0',
    "# HELP hits Hits.",
    "# TYPE hits counter",
    'hits{process="api-1",path="/a b"} 2',
  ]);
});

test("samples of a histogram stay with their family", () => {
  const text = '# HELP t Time.\n# TYPE t histogram\nt_bucket{le="1"} 1\nt_sum 0.5\nt_count 1\n';
  const merged = mergeMetrics([
    { process: "a", text },
    { process: "b", text },
  ])
    .split("\n")
    .filter(Boolean);
  expect(merged.slice(2).map((line) => line.split("{")[0])).toEqual([
    "t_bucket",
    "t_sum",
    "t_count",
    "t_bucket",
    "t_sum",
    "t_count",
  ]);
});
