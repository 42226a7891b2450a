import { beforeAll } from "@jest/globals";
import { shareApi } from "./share-api.ts";
import { createRestaurant, loginAs, type Restaurant, type TestApi } from "./start-test-api.ts";

/** What the tests of a file share, from their start on. */
export interface OpenRestaurant {
  readonly api: TestApi;
  readonly pizza: Restaurant;
  /** The access token of the restaurant's owner. */
  readonly owner: string;
}

/** Starts an api with one restaurant before the tests of a file, and stops it after them. */
export function openRestaurant(): OpenRestaurant {
  const api = shareApi();
  const shared: Partial<{ -readonly [Name in keyof OpenRestaurant]: OpenRestaurant[Name] }> = {
    api,
  };
  beforeAll(async () => {
    const pizza = await createRestaurant(api);
    Object.assign(shared, { pizza, owner: await loginAs(api, pizza) });
  });
  return shared as OpenRestaurant;
}
