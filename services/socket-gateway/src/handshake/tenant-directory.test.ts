import { afterEach, expect, jest, test } from "@jest/globals";
import { LRUCache } from "lru-cache";
import { TenantDirectory } from "./tenant-directory.ts";

afterEach(() => void jest.restoreAllMocks());

/** An api where the id of `s1` is `id of s1`; `ids` are other ids of slugs. */
function setUp(max: number) {
  const asked: string[] = [];
  const ids = new Map<string, string>();
  const call = async ({ path }: { readonly path: string }) => {
    const slug = path.split("/").at(-1) ?? "";
    asked.push(slug);
    return { id: ids.get(slug) ?? `id of ${slug}` };
  };
  const directory = new TenantDirectory({ call } as never, { max });
  return { directory, asked, ids };
}

test("a tenant that ended is asked for again, without a look at the others", async () => {
  const { directory, asked } = setUp(100);
  const slugs = Array.from({ length: 100 }, (_, index) => `s${index}`);
  for (const slug of slugs) await directory.exists(slug);
  const walk = jest.spyOn(LRUCache.prototype, "entries");
  directory.forget("id of s7");
  expect(walk).not.toHaveBeenCalled();
  asked.length = 0;
  for (const slug of slugs) await directory.exists(slug);
  expect(asked).toEqual(["s7"]);
});

test("a tenant whose slug another one has does not forget it", async () => {
  const { directory, asked, ids } = setUp(100);
  await directory.exists("s1");
  ids.set("s1", "successor");
  expect(await directory.isOf("s1", "successor")).toBe(true);
  asked.length = 0;
  directory.forget("id of s1");
  await directory.exists("s1");
  expect(asked).toEqual([]);
  directory.forget("successor");
  await directory.exists("s1");
  expect(asked).toEqual(["s1"]);
});

test("a tenant that is known again after it was dropped is forgotten", async () => {
  const { directory, asked } = setUp(1);
  for (const slug of ["s1", "s2", "s1"]) await directory.exists(slug);
  asked.length = 0;
  directory.forget("id of s1");
  await directory.exists("s1");
  expect(asked).toEqual(["s1"]);
});
