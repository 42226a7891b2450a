import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { randomUUID } from "node:crypto";
import type { Envelope } from "@waiter/contracts";

export interface FakeTenant {
  readonly id: string;
  readonly slug: string;
  epoch: string;
  events: Envelope[];
  revoked: string[];
  /** Requests that guests of the tenant read. */
  guestRequests: object[];
  suspended?: boolean;
  /** Which way reaches the staff without a screen; undefined: not known now. */
  reach?: { reach: string; tables: { table: string; reach: string }[] };
}
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
}

/** In-memory api for gateway tests: tenants with events, and a log of all calls. */
export class FakeApi implements AsyncDisposable {
  readonly tenants = new Map<string, FakeTenant>();
  readonly calls: Call[] = [];
  /** Next calls of a path that fail with 503. */
  readonly failing = new Map<string, number>();
  /** Answers "what changed since?" of heads, as an api after 0.2 does. */
  tellsChanges = false;
  /** The tenant of each event, in order of commits. */
  readonly #log: string[] = [];
  /** Answers commands; default: 200 with an empty request. */
  command: (call: Call) => { status: number; body: object } = () => ({
    status: 200,
    body: { request: {} },
  });
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  static async start(): Promise<FakeApi> {
    const api = new FakeApi();
    api.#server.listen(0, "127.0.0.1");
    await once(api.#server, "listening");
    return api;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  addTenant(slug: string): FakeTenant {
    const tenant: FakeTenant = {
      id: randomUUID(),
      slug,
      epoch: randomUUID(),
      events: [],
      revoked: [],
      guestRequests: [],
    };
    this.tenants.set(tenant.id, tenant);
    return tenant;
  }

  /** Stores an event, as Postgres would after COMMIT. */
  commit(tenant: FakeTenant, data: object = {}): Envelope {
    const event: Envelope = {
      epoch: tenant.epoch,
      seq: tenant.events.length + 1,
      id: randomUUID(),
      type: "request.created",
      at: new Date().toISOString(),
      data: { ...data },
    };
    tenant.events.push(event);
    this.#log.push(tenant.id);
    return event;
  }

  asked(path: string): Call[] {
    return this.calls.filter((call) => call.path.startsWith(path));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = request.method === "POST" ? await json(request).catch(() => undefined) : undefined;
    const call: Call = {
      method: request.method ?? "",
      path: request.url ?? "",
      headers: request.headers,
      body,
    };
    this.calls.push(call);
    const { status, body: answer } = this.#route(call);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
  }

  #route(call: Call): { status: number; body: object } {
    const url = new URL(call.path, "http://api");
    const failures = this.failing.get(url.pathname) ?? 0;
    this.failing.set(url.pathname, Math.max(0, failures - 1));
    if (failures > 0) return problem(503, "unavailable");
    if (url.pathname === "/internal/heads")
      return { status: 200, body: this.#heads(call.body as { tenants: string[]; since?: string }) };
    if (url.pathname === "/internal/changes")
      return { status: 200, body: this.#changes(call.body) };
    if (url.pathname === "/internal/reach") return { status: 200, body: this.#reach(call.body) };
    if (url.pathname === "/internal/seen") return { status: 200, body: {} };
    if (url.pathname.startsWith("/internal/tenants/"))
      return this.#tenant(url.pathname.split("/").at(-1));
    const tenant = [...this.tenants.values()].find(({ slug }) =>
      call.headers.host?.startsWith(`${slug}.`),
    );
    if (tenant === undefined) return problem(404, "tenant_unknown");
    if (url.pathname === "/api/events") return this.#events(tenant, url.searchParams);
    if (url.pathname === "/api/guest/requests" && call.method === "GET")
      return {
        status: 200,
        body: {
          requests: tenant.guestRequests,
          now: new Date().toISOString(),
          staffOnline: true,
          epoch: tenant.epoch,
          seq: tenant.events.length,
        },
      };
    return this.command(call);
  }

  #heads({ tenants, since }: { tenants: string[]; since?: string }): object {
    const next = String(this.#log.length);
    const told = since !== undefined && this.tellsChanges ? { next } : {};
    if (since === "" && this.tellsChanges)
      return { heads: [], ...told, void: true, now: new Date().toISOString() };
    const changed = "next" in told ? new Set(this.#log.slice(Number(since))) : [];
    const known = [...tenants, ...changed].flatMap((id) => this.tenants.get(id) ?? []);
    const heads = known.map(({ id, epoch, events, revoked }) => ({
      tenant: id,
      epoch,
      seq: events.length,
      revoked,
    }));
    return { heads, ...told, now: new Date().toISOString() };
  }

  #reach(body: unknown): object {
    const { tenants } = body as { tenants: string[] };
    const known = tenants.flatMap((tenant) => {
      const reach = this.tenants.get(tenant)?.reach;
      return reach === undefined ? [] : [{ tenant, ...reach }];
    });
    return { tenants: known };
  }

  #changes(body: unknown): object {
    const { tenants } = body as { tenants: { tenant: string; epoch: string; seq: number }[] };
    const changes = tenants.flatMap(({ tenant: id, epoch, seq }) => {
      const tenant = this.tenants.get(id);
      if (tenant === undefined) return [];
      const last = new Map<string, number>();
      for (const event of tenant.events.slice(seq)) {
        const { request } = event.data as { request?: { table: { id: string } } };
        if (request !== undefined) last.set(request.table.id, event.seq);
      }
      const tables = [...last].map(([table, at]) => ({ table, seq: at }));
      return [
        {
          tenant: id,
          epoch: tenant.epoch,
          seq: tenant.events.length,
          tables: epoch === tenant.epoch ? tables : null,
        },
      ];
    });
    return { changes };
  }

  #tenant(slug: string | undefined): { status: number; body: object } {
    const tenant = [...this.tenants.values()].find((candidate) => candidate.slug === slug);
    if (tenant?.suspended === true) return problem(403, "tenant_suspended");
    return tenant === undefined
      ? problem(404, "tenant_unknown")
      : { status: 200, body: { id: tenant.id, slug: tenant.slug } };
  }

  #events(tenant: FakeTenant, query: URLSearchParams): { status: number; body: object } {
    const since = Number(query.get("since"));
    const epoch = query.get("epoch") ?? tenant.epoch;
    if (epoch !== tenant.epoch || since > tenant.events.length)
      return problem(410, "reset_required");
    const events = tenant.events.slice(since, since + 1_000);
    return { status: 200, body: { epoch, events, head: tenant.events.length } };
  }
}

export const problem = (
  status: number,
  code: string,
  extra: object = {},
): { status: number; body: object } => ({
  status,
  body: { type: "about:blank", title: code, status, code, requestId: randomUUID(), ...extra },
});
