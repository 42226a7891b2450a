import { openBrowser } from "../browser/open-browser.ts";
import { slowDown, watchTransfers } from "../browser/transfers.ts";
import { median, percentile, type Scenario } from "../scenario.ts";
import { LocalSystem } from "../system/local-system.ts";

/** A slow phone in a slow net: 400 kbit/s, 400 ms, a CPU six times slower than this machine's. */
const slowPhone = { latencyMs: 400, bytesPerSecond: 50_000, cpu: 6 };
const targetMs = 2_500;

interface Load {
  /** From the navigation to a button that takes a tap. */
  readonly ms: number;
  readonly firstPaintMs: number;
  /** On the wire by then, headers included. */
  readonly bytes: number;
}

/** The guest page's first load in Chromium's throttling, on an empty cache each time. */
export const firstLoad: Scenario = {
  name: "first-load",
  title: "The guest page's first load on a slow phone",
  options: { loads: 7 },
  async run({ progress, signal, option }) {
    await using system = await LocalSystem.start();
    const browser = await openBrowser();
    const { tenantOrigin, tables } = system.local();
    const url = `${tenantOrigin}/t/${tables[0]?.token ?? ""}`;
    const loads: Load[] = [];
    try {
      for (let load = 0; load < option("loads") && !signal.aborted; load++) {
        const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
        const page = await context.newPage();
        const transfers = await watchTransfers(page);
        await slowDown(page, slowPhone);
        await page.goto(url, { waitUntil: "commit" });
        await page.waitForSelector("[data-does='call:waiter']:not(:disabled)", { timeout: 60_000 });
        const [ms, firstPaintMs] = await page.evaluate(() => [
          performance.now(),
          performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN,
        ]);
        const bytes = transfers.reduce((sum, each) => sum + each.bytes, 0);
        loads.push({ ms: ms ?? Number.NaN, firstPaintMs: firstPaintMs ?? Number.NaN, bytes });
        await context.close();
        progress.update(`${Math.round(ms ?? 0)} ms`, load + 1, option("loads"));
      }
    } finally {
      await browser.close();
    }
    const times = loads.map(({ ms }) => ms);
    const value = median(times);
    return {
      figures: [
        {
          name: "ready for a tap, median",
          value,
          unit: "ms",
          target: { text: `at most ${targetMs} ms`, met: value <= targetMs },
        },
        { name: "ready for a tap, fastest", value: Math.min(...times), unit: "ms" },
        { name: "ready for a tap, p90", value: percentile(times, 90), unit: "ms" },
        {
          name: "first paint, median",
          value: median(loads.map((load) => load.firstPaintMs)),
          unit: "ms",
        },
        {
          name: "transferred until then, median",
          value: median(loads.map(({ bytes }) => bytes)),
          unit: "bytes",
        },
      ],
      samples: loads,
      bars: times.map((each, index) => ({ label: `load ${index + 1}`, value: each })),
      unit: "ms",
    };
  },
};
