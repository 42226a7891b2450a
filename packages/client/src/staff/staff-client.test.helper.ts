import { afterEach, beforeEach } from "@jest/globals";
import type { Envelope } from "@waiter/contracts";
import { StaffClient, type StaffClientOptions } from "../index.ts";
import { FakeWaiter, fast } from "../testing/fake-waiter.test.helper.ts";

/** A fake for each test of the file; its clients close after the test. */
export function useFake() {
  const now: { fake: FakeWaiter; readonly clients: StaffClient[] } = {
    fake: undefined as unknown as FakeWaiter,
    clients: [],
  };
  beforeEach(async () => {
    now.fake = await FakeWaiter.start();
  });
  afterEach(async () => {
    for (const client of now.clients.splice(0)) client.close();
    await now.fake.stop();
  });
  return now;
}

/** A connecting client with the events it applied and the errors it reported. */
export function connectTo(
  { fake, clients }: ReturnType<typeof useFake>,
  options: StaffClientOptions = {},
) {
  const seen: Envelope[] = [];
  const errors: unknown[] = [];
  const { timing, onEvent, ...others } = options;
  const client = new StaffClient({
    baseUrl: fake.url,
    headers: { host: "demo.localhost:3000" },
    session: fake.session(),
    refresh: "body",
    timing: { ...fast, ...timing },
    ...others,
    onEvent: (event) => {
      seen.push(event);
      onEvent?.(event);
    },
  });
  clients.push(client);
  client.on("error", (error) => errors.push(error));
  client.connect();
  return {
    client,
    errors,
    live: () => reached(client, "live"),
    seqs: () => seen.map(({ seq }) => seq),
  };
}

export const reached = async (client: StaffClient, state: string): Promise<void> => {
  if (client.state !== state) await client.once("state", (now) => now === state);
};
export const applied = async (client: StaffClient, seq: number): Promise<void> => {
  if ((client.position?.seq ?? 0) < seq)
    await client.once("change", () => (client.position?.seq ?? 0) >= seq);
};
