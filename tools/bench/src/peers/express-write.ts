/**
 * The write path as one would write it first: Express, one pg transaction (idempotency key, request
 * row, event with the tenant's next number) and an emit through the classic Redis adapter. Frozen:
 * the scenario prints this file's hash, so that results of different days compare.
 */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdapter } from "@socket.io/redis-adapter";
import express from "express";
import { Redis } from "ioredis";
import pg from "pg";
import { Server } from "socket.io";
import { servePeer } from "./peer.ts";

const redisUrl = process.env.PEER_REDIS_URL ?? "redis://127.0.0.1:6379";
const named = process.env.PEER_NAMED === "true";
const pool = new pg.Pool({ connectionString: process.env.PEER_DATABASE_URL, max: 10 });
await pool.query(`
  create schema if not exists peer;
  create table if not exists peer.counter (tenant uuid primary key, seq bigint not null);
  create table if not exists peer.request (tenant uuid, id uuid, table_id text not null,
    type text not null, state text not null, created_at timestamptz not null default now(),
    primary key (tenant, id));
  create table if not exists peer.event (tenant uuid, seq bigint, body text not null,
    primary key (tenant, seq));
  create table if not exists peer.answer (tenant uuid, key text, body text not null,
    primary key (tenant, key))`);

const [publisher, subscriber] = [new Redis(redisUrl), new Redis(redisUrl)];
await Promise.all([once(publisher, "ready"), once(subscriber, "ready")]);
const app = express().use(express.json());
const http = createServer(app);
const io = new Server(http, { adapter: createAdapter(publisher, subscriber) });

type Run = (name: string, text: string, values: unknown[]) => Promise<pg.QueryResult>;

/** One command: replays the stored answer of its key, or changes the row and stores answer and event. */
async function command(
  tenant: string,
  key: string,
  type: string,
  change: (run: Run) => Promise<object>,
): Promise<object> {
  const client = await pool.connect();
  const run: Run = (name, text, values) =>
    client.query(named ? { name, text, values } : { text, values });
  try {
    await client.query("begin");
    const known = await run(
      "known",
      "select body from peer.answer where tenant = $1 and key = $2",
      [tenant, key],
    );
    if (known.rows[0] !== undefined) {
      await client.query("rollback");
      return JSON.parse(String(known.rows[0].body)) as object;
    }
    const request = await change(run);
    const body = JSON.stringify({ request });
    await run("answer", "insert into peer.answer (tenant, key, body) values ($1, $2, $3)", [
      tenant,
      key,
      body,
    ]);
    const { rows } = await run(
      "count",
      "insert into peer.counter as c (tenant, seq) values ($1, 1) on conflict (tenant) do update set seq = c.seq + 1 returning seq",
      [tenant],
    );
    const event = { seq: Number(rows[0]?.seq), type, data: { request } };
    await run("event", "insert into peer.event (tenant, seq, body) values ($1, $2, $3)", [
      tenant,
      event.seq,
      JSON.stringify(event),
    ]);
    await client.query("commit");
    io.to(`restaurant-${tenant}`).emit("event", event);
    return { request };
  } catch (error) {
    await client.query("rollback");
    throw error;
  } finally {
    client.release();
  }
}

app.post("/requests", async (req, res) => {
  const { tenant, table, type } = req.body as { tenant: string; table: string; type: string };
  const key = String(req.headers["idempotency-key"]);
  const answer = await command(tenant, key, "request.created", async (run) => {
    const { rows } = await run(
      "create",
      "insert into peer.request (tenant, id, table_id, type, state) values ($1, $2, $3, $4, 'new') returning id, table_id, type, state, created_at",
      [tenant, randomUUID(), table, type],
    );
    return rows[0] as object;
  });
  res.status(201).json(answer);
});
app.post("/requests/:id/cancel", async (req, res) => {
  const { tenant } = req.body as { tenant: string };
  const key = String(req.headers["idempotency-key"]);
  const answer = await command(tenant, key, "request.cancelled", async (run) => {
    const { rows } = await run(
      "cancel",
      "update peer.request set state = 'cancelled' where tenant = $1 and id = $2 and state = 'new' returning id, table_id, type, state, created_at",
      [tenant, req.params.id],
    );
    return rows[0] as object;
  });
  res.json(answer);
});
http.listen(0, "127.0.0.1", () =>
  servePeer((http.address() as AddressInfo).port, (payload) => io.emit("event", payload)),
);
