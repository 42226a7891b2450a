import { afterAll, beforeAll } from "@jest/globals";
import {
  createRestaurant,
  loginAs,
  startTestApi,
  type Restaurant,
  type TestApi,
} from "./start-test-api.ts";

/** What the tests of a file share, from their start on. */
export interface OpenRestaurant {
  readonly api: TestApi;
  readonly pizza: Restaurant;
  /** The access token of the restaurant's owner. */
  readonly owner: string;
}

/** Starts an api with one restaurant before the tests of a file, and stops it after them. */
export function openRestaurant(): OpenRestaurant {
  const shared: Partial<{ -readonly [Name in keyof OpenRestaurant]: OpenRestaurant[Name] }> = {};
  beforeAll(async () => {
    const api = await startTestApi();
    const pizza = await createRestaurant(api);
    Object.assign(shared, { api, pizza, owner: await loginAs(api, pizza) });
  });
  afterAll(async () => {
    await shared.api?.[Symbol.asyncDispose]();
  });
  return shared as OpenRestaurant;
}
