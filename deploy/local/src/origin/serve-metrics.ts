import type { ServerResponse } from "node:http";
import { mergeMetrics } from "./merge-metrics.ts";

/** Answers with the metrics of all processes; a process that does not answer is left out. */
export async function serveMetrics(
  sources: ReadonlyMap<string, string>,
  response: ServerResponse,
): Promise<void> {
  const expositions = await Promise.all(
    [...sources].map(async ([process, origin]) => {
      const answer = await fetch(`${origin}/metrics`, { signal: AbortSignal.timeout(3_000) }).catch(
        () => undefined,
      );
      return { process, text: answer?.ok === true ? await answer.text() : "" };
    }),
  );
  response.writeHead(200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
  response.end(mergeMetrics(expositions));
}
