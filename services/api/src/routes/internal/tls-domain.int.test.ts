import { expect, test } from "@jest/globals";
import { freePort } from "@waiter/testkit";
import { createRestaurant, internalToken, startTestApi } from "../../testing/start-test-api.ts";

test("only the ops port answers which hosts may have a certificate", async () => {
  const port = await freePort();
  await using api = await startTestApi({ env: { OPS_PORT: `${port}` } });
  const { slug } = await createRestaurant(api);
  const ask = async (query: string) =>
    (await fetch(`http://127.0.0.1:${port}/internal/tls${query}`)).status;
  expect(await ask("?domain=localhost")).toBe(200);
  expect(await ask(`?domain=${slug}.localhost`)).toBe(200);
  expect(await ask(`?domain=${slug.toUpperCase()}.LOCALHOST`)).toBe(200);
  for (const query of [
    "",
    "?domain=",
    "?domain=unknown.localhost",
    `?domain=deeper.${slug}.localhost`,
    `?domain=${slug}.localhost.attacker.example`,
    `?domain=${slug}.localhost&domain=other`,
    "?domain=127.0.0.1",
  ])
    expect(await ask(query)).toBe(404);
  for (const headers of [{}, { authorization: `Internal ${internalToken}` }])
    expect((await api.call(undefined, "/internal/tls?domain=localhost", { headers })).status).toBe(
      404,
    );
});
