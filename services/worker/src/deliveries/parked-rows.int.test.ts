import { expect, test } from "@jest/globals";
import { waitFor } from "@waiter/testkit";
import { setDeliveryStage } from "../testing/delivery-stage.ts";

test("a claim ends the row of a dead host in its own transaction, not when the row comes back", async () => {
  await using stage = await setDeliveryStage({
    OUTBOUND_BREAK_AFTER: "1",
    OUTBOUND_HALF_OPEN_AFTER: "10m",
  });
  const service = await stage.pushService();
  await stage.subscribe(service.subscribe());
  service.behave((_request, response) => void response.writeHead(500).end());
  const first = await stage.ring({ ttlS: 3_600 });
  await waitFor(() => service.calls() === 1, 60_000, "the failure that opens the circuit");
  const parked = await stage.ring({ ttlS: 3_600 });
  await waitFor(async () => (await stage.putOff()) === 2, 60_000, "both rows being put off");

  for (const { id, requestId } of [parked, first]) {
    expect(await stage.outcome(id)).toMatchObject({ state: "due" });
    await stage.claim(requestId, stage.staffId);
    expect(await stage.outcome(id)).toMatchObject({ state: "superseded", reason: "taken" });
  }
  // The row that was never sent has no try; neither was sent since.
  expect([await stage.outcome(first.id), await stage.outcome(parked.id)]).toMatchObject([
    { attempts: 1 },
    { attempts: 0 },
  ]);
  expect(service.calls()).toBe(1);
}, 240_000);
