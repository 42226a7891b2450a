import { join } from "node:path";
import { Client } from "undici";
import type { HoldReport } from "./holds.ts";

/** The option of Node that loads the probe into a service. @param folder of the probe's socket. */
export const probeOption = (folder: string): string => {
  const url = new URL("probe.ts", import.meta.url);
  url.searchParams.set("folder", folder);
  return `--import=${url.href}`;
};

/** Holds of the event loop of a process that has the probe, while `work` runs. */
export async function watchHolds(
  folder: string,
  pid: number,
  work: () => Promise<unknown>,
): Promise<HoldReport> {
  const client = new Client("http://probe", { socketPath: join(folder, `${pid}.sock`) });
  const send = async (path: string): Promise<unknown> =>
    (await client.request({ method: "GET", path })).body.json();
  try {
    await send("/start");
    await work();
    return (await send("/stop")) as HoldReport;
  } finally {
    await client.close();
  }
}
