import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { Adapter } from "socket.io-adapter";
import type { EngineConnection } from "../engine/ws-internals.ts";
import { LocalRecipients } from "./local-recipients.ts";

const rooms = ["crowd", "small", "other"];
const anyRoom = fc.constantFrom(...rooms);
const anyId = fc.nat({ max: 89 }).map(String);
const step = fc.oneof(
  fc.record({ do: fc.constant("join" as const), id: anyId, room: anyRoom }),
  fc.record({ do: fc.constant("leave" as const), id: anyId, room: anyRoom }),
  fc.record({ do: fc.constant("end" as const), id: anyId }),
  fc.record({
    do: fc.constant("send" as const),
    rooms: fc.uniqueArray(anyRoom),
    except: fc.uniqueArray(fc.oneof(anyRoom, anyId), { maxLength: 2 }),
  }),
  fc.record({
    do: fc.constant("send" as const),
    rooms: fc.tuple(anyRoom),
    except: fc.constant<string[]>([]),
  }),
);

test("each broadcast reaches the current members of its rooms exactly once", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
      const sockets = new Map<string, { id: string; conn: EngineConnection }>();
      const adapter = new Adapter({ sockets, server: { encoder: {}, of: () => undefined } });
      const recipients = new LocalRecipients(adapter, sockets);
      const join = (id: string, room: string): void => {
        if (!sockets.has(id)) sockets.set(id, { id, conn: { id } as unknown as EngineConnection });
        void adapter.addAll(id, new Set([room]));
      };
      // Large enough to be kept.
      for (let index = 0; index < 80; index += 1) join(String(index), "crowd");
      const rounds: { got: string[]; expected: string[] }[] = [];
      for (const action of steps) {
        if (action.do === "join") join(action.id, action.room);
        else if (action.do === "leave") void adapter.del(action.id, action.room);
        else if (action.do === "end") {
          adapter.delAll(action.id);
          sockets.delete(action.id);
        } else {
          const options = { rooms: new Set(action.rooms), except: new Set(action.except) };
          // Socket.IO's own answer; an id is no room of its own here.
          const own = await adapter.sockets(options.rooms);
          const excepted = new Set(
            [...options.except].flatMap((name) => [name, ...(adapter.rooms.get(name) ?? [])]),
          );
          const expected = [...own].filter((id) => !excepted.has(id)).toSorted();
          const got = recipients.of(options).map(({ id }) => id);
          rounds.push({ got: got.toSorted(), expected });
        }
      }
      expect(rounds.map(({ got }) => got)).toEqual(rounds.map(({ expected }) => expected));
    }),
    { numRuns: 200 },
  );
});

test("a member that connects later is found after it connected", () => {
  const sockets = new Map<string, { conn: EngineConnection }>();
  const adapter = new Adapter({ sockets, server: { encoder: {} } });
  const recipients = new LocalRecipients(adapter, sockets);
  for (let index = 0; index < 100; index += 1) {
    void adapter.addAll(String(index), new Set(["crowd"]));
    if (index > 0) sockets.set(String(index), { conn: {} as EngineConnection });
  }
  const options = { rooms: new Set(["crowd"]), except: new Set<string>() };
  expect(recipients.of(options)).toHaveLength(99);
  sockets.set("0", { conn: {} as EngineConnection });
  expect(recipients.of(options)).toHaveLength(100);
});
