import { expect, test } from "@jest/globals";
import { waitFor } from "@waiter/testkit";
import type { ApiClient, ApiCall } from "../api/api-client.ts";
import type { AnySocket, StaffSession } from "../handshake/session.ts";
import { seen } from "./seen.ts";

const socket = {} as AnySocket;
const session = { tenantId: "t", staffId: "anna", sid: "s" } as StaffSession;

/** `seen` before an api that fails `failures` times; `told` are the positions it received. */
function watch(failures: number) {
  const told: number[] = [];
  let left = failures;
  const call = ({ body }: ApiCall<never>): Promise<never> => {
    told.push((body as { seq: number }).seq);
    left -= 1;
    return left >= 0 ? Promise.reject(new Error("away")) : Promise.resolve(undefined as never);
  };
  const errors: unknown[] = [];
  const event = seen({ call } as unknown as ApiClient, {
    intervalMs: 1,
    headOf: () => ({ epoch: "e", seq: 5 }),
    onError: (error) => errors.push(error),
  });
  return { told, errors, see: (seq: number): void => void event.handle(session, { seq }, socket) };
}

test("a failed report is retried, a confirmed one is not", async () => {
  const { told, errors, see } = watch(2);
  see(3);
  await waitFor(() => told.length === 3);
  see(3);
  see(5);
  await waitFor(() => told.length === 4);
  expect([told, errors.length]).toEqual([[3, 3, 3, 5], 2]);
});

test("retries end; the next position is reported again", async () => {
  const { told, errors, see } = watch(8);
  see(3);
  await waitFor(() => errors.length === 8);
  await waitFor(() => {
    see(4);
    return told.includes(4);
  });
  expect(told.filter((seq) => seq === 3)).toHaveLength(8);
});

test("what a screen says of itself is reported with its person, once until it changes", async () => {
  const bodies: unknown[] = [];
  const call = ({ body }: ApiCall<never>): Promise<never> => {
    bodies.push(body);
    return Promise.resolve(undefined as never);
  };
  const event = seen({ call } as unknown as ApiClient, {
    intervalMs: 1,
    headOf: () => ({ epoch: "e", seq: 5 }),
    onError: () => undefined,
  });
  const see = (more: object) =>
    void event.handle(session, { seq: 5, visible: true, ...more }, socket);
  see({ audible: true, idleS: 3 });
  await waitFor(() => bodies.length === 1);
  see({ audible: true, idleS: 4 });
  see({ audible: true, idleS: 121 });
  await waitFor(() => bodies.length === 2);
  const screen = { staff: "anna", session: "s", seq: 5, visible: true, audible: true };
  expect(bodies).toEqual([
    { tenant: "t", seq: 5, screens: [{ ...screen, idleS: 3 }] },
    { tenant: "t", seq: 5, screens: [{ ...screen, idleS: 121 }] },
  ]);
});
