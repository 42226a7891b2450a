import type { Board } from "@waiter/contracts";
import {
  listRequestTypes,
  listStaff,
  listTables,
  type Database,
  type TenantTransaction,
} from "@waiter/database";
import { fail } from "@waiter/errors";
import { sql } from "kysely";
import { selectRequests, toRequest, type RequestRow } from "./request-row.ts";

/** The snapshot that a staff client starts from: position and rows of one moment (REPEATABLE READ). Open requests, oldest first.
 * `readMore` adds parts of the same snapshot. */
export const readBoard = (
  database: Database,
  tenantId: string,
  readMore: (tx: TenantTransaction) => Promise<Partial<Board>> = () => Promise.resolve({}),
): Promise<Board> =>
  database.inTenant(
    tenantId,
    async (tx) => {
      const { rows: heads } = await sql<{ epoch: string; seq: number; now: Date }>`
        select epoch, seq, clock_timestamp() as now from tenant_counter where tenant_id = ${tenantId}`.execute(
        tx,
      );
      const head = heads[0] ?? fail("tenant_unknown");
      const { rows } = await sql<RequestRow>`${selectRequests("request")}
        where r.tenant_id = ${tenantId} and r.state in ('new', 'claimed') order by r.created_at, r.id`.execute(
        tx,
      );
      return {
        ...head,
        now: head.now.toISOString(),
        requests: rows.map(toRequest),
        tables: (await listTables(tx)).map(({ token: _token, ...table }) => table),
        staff: await listStaff(tx),
        requestTypes: await listRequestTypes(tx),
        ...(await readMore(tx)),
      };
    },
    { readOnly: true, isolation: "repeatable read" },
  );
