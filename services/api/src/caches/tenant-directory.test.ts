import { expect, test } from "@jest/globals";
import { TenantDirectory } from "./tenant-directory.ts";

/** Tenants of every slug that does not begin with `no`; `reads` are those of their ids. */
function setUp(max: number) {
  const counts = { asked: 0, reads: 0 };
  const directory = new TenantDirectory(
    {
      findTenant: async (slug) => {
        counts.asked += 1;
        if (slug.startsWith("no")) return undefined;
        const id = `id of ${slug}`;
        return {
          slug,
          suspended: false,
          get id() {
            counts.reads += 1;
            return id;
          },
        } as never;
      },
    },
    { max },
  );
  return { directory, counts };
}

test("an invalidation looks at its own tenant alone", async () => {
  const { directory, counts } = setUp(2_000);
  for (let index = 0; index < 1_000; index += 1) await directory.find(`s${index}`);
  counts.reads = 0;
  directory.forget("id of s7");
  expect(counts.reads).toBeLessThan(10);
  counts.asked = 0;
  for (const slug of ["s6", "s7", "s8"]) await directory.find(slug);
  expect(counts.asked).toBe(1);
});

test("an invalidation forgets every slug without a tenant", async () => {
  const { directory, counts } = setUp(10);
  for (const slug of ["no1", "no2", "s1"]) await directory.find(slug);
  directory.forget("id of another");
  counts.asked = 0;
  for (const slug of ["no1", "no2", "s1"]) await directory.find(slug);
  expect(counts.asked).toBe(2);
});

test("a tenant that is cached again after it was dropped is forgotten", async () => {
  const { directory, counts } = setUp(1);
  for (const slug of ["s1", "s2", "s1"]) await directory.find(slug);
  directory.forget("id of s1");
  counts.asked = 0;
  await directory.find("s1");
  expect(counts.asked).toBe(1);
});
