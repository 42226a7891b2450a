import { expect, test } from "@jest/globals";
import { closeServer, createHttpServer, listen } from "@waiter/lifecycle";
import { waitFor } from "@waiter/testkit";
import express from "express";
import type { Context } from "../../context.ts";
import { tlsDomain } from "./tls-domain.ts";

test("eight questions wait for Postgres at a time; a further one is refused at once", async () => {
  const { promise: found, resolve: find } = Promise.withResolvers<undefined>();
  let asked = 0;
  const context = {
    config: { DOMAIN_URL: "http://localhost:3000" },
    tenants: {
      find: () => {
        asked += 1;
        return found;
      },
    },
  } as unknown as Pick<Context, "config" | "tenants">;
  const server = createHttpServer(express().use(tlsDomain(context)), { keepAliveMs: 5_000 });
  const port = await listen(server, 0, "127.0.0.1");
  const ask = async (slug: string) =>
    (await fetch(`http://127.0.0.1:${port}/internal/tls?domain=${slug}.localhost`)).status;
  const eight = Array.from({ length: 8 }, (_, index) => ask(`unknown${index}`));
  await waitFor(() => asked === 8);
  expect(await ask("another")).toBe(503);
  find(undefined);
  expect(await Promise.all(eight)).toEqual(Array<number>(8).fill(404));
  expect(await ask("another")).toBe(404);
  await closeServer(server);
});
