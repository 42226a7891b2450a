import { describe, expect, test } from "@jest/globals";
import { PasswordQueue, type Ticket } from "./password-queue.ts";

const ticket = (
  tenantId: string,
  block: string,
  account: string,
  isKnownDevice = false,
): Ticket => ({
  tenantId,
  block,
  account,
  isKnownDevice,
});

/** A queue of one hash at a time whose hashes end when told. */
function startQueue(maxWaiting = 64) {
  const started: string[] = [];
  const refused: string[] = [];
  const ends: (() => void)[] = [];
  const queue = new PasswordQueue({
    concurrency: 1,
    maxWaiting,
    maxPerAccount: 2,
    maxWaitMs: 60_000,
    onRefused: ({ account }) => void refused.push(account),
  });
  const attempt = (one: Ticket): Promise<unknown> =>
    queue
      .run(one, () => {
        started.push(one.account);
        return new Promise<void>((resolve) => ends.push(resolve));
      })
      .catch((error: unknown) => (error as { code: string }).code);
  const endAll = async (attempts: readonly Promise<unknown>[]): Promise<void> => {
    const all = Promise.all(attempts);
    let isDone = false;
    void all.then(() => (isDone = true));
    while (!isDone) {
      ends.shift()?.();
      await new Promise(setImmediate);
    }
  };
  return { attempt, endAll, started, refused };
}

describe("the password queue", () => {
  test("a crowd from many addresses against one tenant lets another tenant's login pass", async () => {
    const { attempt, endAll, started } = startQueue();
    const crowd = Array.from({ length: 40 }, (_, i) =>
      attempt(ticket("a", `block${i}`, `crowd${i}`)),
    );
    const owner = attempt(ticket("b", "home", "owner"));
    await endAll([...crowd, owner]);
    expect(started.indexOf("owner")).toBeLessThanOrEqual(2);
  });

  test("one address that tries many tenants does not hold up their logins from elsewhere", async () => {
    const { attempt, endAll, started } = startQueue();
    const crowd = Array.from({ length: 40 }, (_, i) =>
      attempt(ticket(`t${i}`, "bad", `crowd${i}`)),
    );
    const owner = attempt(ticket("t20", "home", "owner"));
    await endAll([...crowd, owner]);
    expect(started.indexOf("owner")).toBeLessThanOrEqual(3);
  });

  test("a known device goes before all others", async () => {
    const { attempt, endAll, started } = startQueue();
    const others = Array.from({ length: 10 }, (_, i) =>
      attempt(ticket("a", `block${i}`, `other${i}`)),
    );
    const known = attempt(ticket("a", "block0", "known", true));
    await endAll([...others, known]);
    expect(started[1]).toBe("known");
  });

  test("attempts of one account and address block run one after another, a few of them", async () => {
    const { attempt, endAll, started } = startQueue();
    const first = attempt(ticket("a", "block", "anna"));
    const second = attempt(ticket("a", "block", "anna"));
    await expect(attempt(ticket("a", "block", "anna"))).resolves.toBe("rate_limited");
    expect(started).toEqual(["anna"]);
    await endAll([first, second]);
    await expect(second).resolves.toBeUndefined();
    const again = attempt(ticket("a", "block", "anna"));
    await endAll([again]);
    await expect(again).resolves.toBeUndefined();
  });

  test("a full queue refuses the attempt that ranks last, not the newcomer", async () => {
    const { attempt, endAll, refused } = startQueue(5);
    const crowd = Array.from({ length: 6 }, (_, i) => attempt(ticket("a", "bad", `crowd${i}`)));
    const owner = attempt(ticket("b", "home", "owner"));
    await new Promise(setImmediate);
    expect(refused).toEqual(["crowd5"]);
    await endAll([...crowd, owner]);
    await expect(owner).resolves.toBeUndefined();
    await expect(crowd[5]).resolves.toBe("overloaded");
  });
});
