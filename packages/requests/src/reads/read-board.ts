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
import { toRequest, type RequestRow } from "../state/request-row.ts";
import { selectRequests } from "../state/select-requests.ts";

/**
 * The snapshot of a staff client: position and rows of one moment (REPEATABLE READ). Open requests,
 * oldest first. `readMore` adds parts of the same snapshot.
 */
export const readBoard = (
  database: Database,
  tenantId: string,
  readMore: (tx: TenantTransaction) => Promise<Partial<Board>> = () => Promise.resolve({}),
): Promise<Board> =>
  database.inTenant(
    tenantId,
    async (tx) => {
      // Sent together: one round trip.
      const [heads, requests, tables, staff, requestTypes, more] = await Promise.all([
        sql<{ epoch: string; seq: number; now: Date }>`
          select epoch, seq, clock_timestamp() as now from tenant_counter where tenant_id =
            ${tenantId}`.execute(tx),
        sql<RequestRow>`${selectRequests("request")}
          where r.tenant_id = ${tenantId} and r.state in ('new', 'claimed') order by r.created_at,
            r.id`.execute(tx),
        listTables(tx),
        listStaff(tx),
        listRequestTypes(tx),
        readMore(tx),
      ]);
      const head = heads.rows[0] ?? fail("tenant_unknown");
      return {
        ...head,
        now: head.now.toISOString(),
        requests: requests.rows.map(toRequest),
        tables: tables.map(({ token: _token, ...table }) => table),
        staff,
        requestTypes,
        ...more,
      };
    },
    { readOnly: true, isolation: "repeatable read" },
  );
