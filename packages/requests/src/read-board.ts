import type { Board } from "@waiter/contracts";
import { listRequestTypes, listStaff, listTables, type Database } from "@waiter/database";
import { fail } from "@waiter/errors";
import { sql } from "kysely";
import { selectRequests, toRequest, type RequestRow } from "./request-row.ts";

/** The snapshot that a staff client starts from: position and rows of one moment (REPEATABLE READ). Open requests, oldest first. */
export const readBoard = (database: Database, tenantId: string): Promise<Board> =>
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
        tables: (await listTables(tx)).map(({ id, label, zone }) => ({
          id,
          label,
          ...(zone !== undefined && { zone }),
        })),
        staff: await listStaff(tx),
        requestTypes: await listRequestTypes(tx),
      };
    },
    { readOnly: true, isolation: "repeatable read" },
  );
