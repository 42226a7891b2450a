import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { openBrowser } from "@waiter/bench";
import { startSystem } from "@waiter/testkit";
import { differenceOf } from "./pictures.ts";
import { prepareCast } from "./prepare.ts";
import { scenes } from "./scenes/index.ts";
import { Stage } from "./stage.ts";
import { settled, shoot } from "./take-pictures.ts";

const resources = new AsyncDisposableStack();
let stage: Stage;
let cast: Awaited<ReturnType<typeof prepareCast>>;

beforeAll(async () => {
  const system = resources.use(await startSystem());
  const browser = resources.adopt(await openBrowser(), (each) => each.close());
  cast = resources.use(await prepareCast(system));
  stage = resources.use(new Stage(browser, system, cast.data, "rtl"));
}, 120_000);

afterAll(() => resources.disposeAsync());

test.each(["guest-claimed", "board-busy", "manage-team", "join-used"])(
  "%s opens twice the same, and a colour that moves by one step shows",
  async (name) => {
    const first = await openScene(name);
    const before = await shoot(first);
    await stage.clear();
    const again = await openScene(name);
    expect(await differenceOf(before, await shoot(again))).toBeUndefined();

    await again.evaluate(() => {
      document.documentElement.style.setProperty("--ink", "#22262c");
    });
    await settled(again);
    const difference = await differenceOf(before, await shoot(again));
    expect(difference?.text).toMatch(/^\d+ pixels differ$/);
    await stage.clear();
  },
  60_000,
);

async function openScene(name: string) {
  const scene = scenes.find((each) => each.name === name);
  if (scene === undefined) throw new Error(`there is no scene ${name}`);
  const page = await scene.open({ stage, cast });
  await page.mouse.move(0, 0);
  await settled(page);
  return page;
}
