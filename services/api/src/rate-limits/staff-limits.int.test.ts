import { randomBytes } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { shareApi } from "../testing/share-api.ts";
import {
  createRestaurant,
  loginAs,
  type Restaurant,
  type TestAnswer,
} from "../testing/start-test-api.ts";

const api = shareApi({ env: { RATE_LIMIT_COSTLY: "2", RATE_LIMIT_AUTH: "2" } });

const codesOf = (answers: readonly TestAnswer[]) => answers.map(({ body }) => body["code"]);

describe("staff", () => {
  test("of one restaurant share a rate of test messages, logos and pictures", async () => {
    const restaurant = await createRestaurant(api);
    const token = await loginAs(api, restaurant);
    const call = ({ slug }: Restaurant, method: string, path: string, session: string) =>
      api.call(slug, path, { method, token: session, body: {} });
    expect(
      codesOf([
        await call(restaurant, "PUT", "/api/settings/logo", token),
        await call(restaurant, "POST", "/api/push/test", token),
        await call(restaurant, "POST", "/api/second-channel/test", token),
        await api.call(restaurant.slug, `/api/tables/${restaurant.tables[0]?.id}/qr.png`, {
          token,
        }),
        await call(restaurant, "POST", "/api/push/test", await loginAs(api, restaurant)),
      ]),
    ).toEqual(["validation_failed", "push_off", ...Array<string>(3).fill("rate_limited")]);
    const other = await createRestaurant(api);
    const answer = await call(other, "POST", "/api/push/test", await loginAs(api, other));
    expect(answer.body["code"]).toBe("push_off");
  });

  test("of one restaurant share a rate of long bodies, which become long events", async () => {
    const restaurant = await createRestaurant(api);
    const token = await loginAs(api, restaurant);
    const statuses: number[] = [];
    for (const blanks of [0, 9_000, 9_000, 9_000, 0]) {
      const tables = [restaurant.tables[0]?.id];
      const body = `${JSON.stringify({ tables })}${" ".repeat(blanks)}`;
      const put = { method: "PUT", token, body };
      statuses.push((await api.call(restaurant.slug, "/api/duty", put)).status);
    }
    expect(statuses).toEqual([200, 200, 200, 429, 200]);
  });

  test("guess their own password at the rate of one person", async () => {
    const [one, other] = [await createRestaurant(api), await createRestaurant(api)];
    const guess = (restaurant: Restaurant, token: string, current: string) =>
      api.call(restaurant.slug, "/api/me/password", {
        method: "POST",
        token,
        body: { current, next: "another password" },
      });
    const token = await loginAs(api, one);
    const answers = [await guess(one, token, "a"), await guess(one, token, "b")];
    const again = await guess(one, await loginAs(api, one), "c");
    expect(codesOf([...answers, again])).toEqual([
      "validation_failed",
      "validation_failed",
      "rate_limited",
    ]);
    expect(Number(again.headers.get("retry-after"))).toBeGreaterThan(0);
    const changed = await guess(other, await loginAs(api, other), other.owner.password);
    expect(changed.status).toBe(204);
  });
});

describe("a stranger", () => {
  test.each(["/api/auth/invitation", "/api/auth/join"])(
    "who guesses invitations at %s is limited as one who guesses passwords",
    async (path) => {
      const { slug } = await createRestaurant(api);
      const answers: TestAnswer[] = [];
      for (let tried = 0; tried < 22; tried++) {
        const invitation = randomBytes(32).toString("base64url");
        answers.push(await api.call(slug, path, { method: "POST", body: { invitation } }));
      }
      expect(codesOf(answers)).toEqual([
        ...Array<string>(20).fill("not_found"),
        "rate_limited",
        "rate_limited",
      ]);
    },
  );
});
