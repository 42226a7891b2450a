import { randomUUID } from "node:crypto";
import { Writable } from "node:stream";
import { afterAll, beforeAll, beforeEach, expect, jest, test } from "@jest/globals";
import { createLogger } from "@waiter/logger";
import { runCommand } from "../cli/run-command.ts";
import { startTestApi, type TestApi } from "../testing/start-test-api.ts";

let api: TestApi;
let lines: Record<string, unknown>[] = [];
const collect = (text: string): void => {
  for (const line of text.split("\n"))
    if (line.startsWith("{")) lines.push(JSON.parse(line) as Record<string, unknown>);
};
/** Event and actor of each line of the security log. */
const noted = (): unknown[][] =>
  lines.filter(({ log }) => log === "security").map(({ event, by }) => [event, by]);

beforeAll(async () => {
  const stream = new Writable({
    write(line, _encoding, done) {
      collect(String(line));
      done();
    },
  });
  api = await startTestApi({
    logger: createLogger({ service: "api", stream }),
    env: { PLATFORM_ADMIN_TOKEN: "anna:token-of-anna-0001,deploy:token-of-deploy-02" },
  });
}, 60_000);
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});
beforeEach(() => {
  lines = [];
});

const platform = (token: string, method: string, path = "", body?: object) =>
  api.call(undefined, `/api/platform/tenants${path}`, { method, token, ...(body && { body }) });
const owner = { name: "Olga", email: "olga@example.com", password: "a long enough password" };

test("each platform token works, and the log names it with what it did", async () => {
  const anna = "token-of-anna-0001";
  const deploy = "token-of-deploy-02";
  expect((await platform(deploy, "POST", "", { slug: "named", name: "Named", owner })).status).toBe(
    201,
  );
  expect((await platform(anna, "PATCH", "/named", { suspended: true })).status).toBe(200);
  expect((await platform(anna, "PATCH", "/named", { suspended: false })).status).toBe(200);
  const invited = await platform(deploy, "POST", "/named/invitation", {});
  expect(invited).toMatchObject({ status: 201, body: { staff: { name: "Olga", role: "owner" } } });
  expect((await platform(anna, "DELETE", "/named")).status).toBe(204);
  expect((await platform(`anna:${anna}`, "GET")).status).toBe(401);
  expect((await platform("deploy", "GET")).status).toBe(401);
  const told = noted().filter(([event]) => /^(tenant_|invitation_made)/.test(String(event)));
  expect(told).toEqual([
    ["tenant_created", "deploy"],
    ["tenant_suspended", "anna"],
    ["tenant_resumed", "anna"],
    ["invitation_made", "deploy"],
    ["tenant_deleted", "anna"],
  ]);
  expect(JSON.stringify(lines)).not.toContain("token-of-");
}, 60_000);

test("an owner who lost every device joins by an invitation of the platform", async () => {
  const token = "token-of-anna-0001";
  const made = await platform(token, "POST", "", { slug: "lost", name: "Lost", owner });
  const { id } = made.body["owner"] as { id: string };
  const invite = (body: object) => platform(token, "POST", "/lost/invitation", body);
  const named = await invite({ staffId: id });
  const { invitation } = named.body as { invitation: { url: string } };
  const joined = await api.call("lost", "/api/auth/join", {
    method: "POST",
    body: { invitation: new URL(invitation.url).hash.slice(1) },
  });
  expect([joined.status, joined.body["staff"]]).toEqual([200, expect.objectContaining({ id })]);
  expect((await invite({ staffId: randomUUID() })).status).toBe(404);
  expect((await invite({ staffId: "Olga" })).body["code"]).toBe("validation_failed");
  expect((await platform(token, "POST", "/unknown-name/invitation", {})).status).toBe(404);
}, 60_000);

test("commands write the same lines to standard error with the operator's name", async () => {
  const spies = [
    jest.spyOn(console, "log").mockImplementation(() => undefined),
    jest.spyOn(console, "error").mockImplementation(() => undefined),
    jest.spyOn(process.stdout, "write").mockImplementation(() => true),
    jest.spyOn(process.stderr, "write").mockImplementation((text) => {
      collect(String(text));
      return true;
    }),
  ];
  process.env["WAITER_OPERATOR"] = "anna";
  const { DATABASE_URL, DOMAIN_URL } = api.context.config;
  const run = (...args: string[]) => runCommand("tenant", args, { DATABASE_URL, DOMAIN_URL });
  try {
    expect(await run("create", "--slug", "commanded", "--name", "Commanded")).toBe(0);
    expect(await run("suspend", "commanded")).toBe(0);
    expect(await run("suspend", "commanded")).toBe(0);
    expect(await run("resume", "commanded")).toBe(0);
    expect(await run("export", "commanded")).toBe(0);
    expect(await run("delete", "commanded", "--yes")).toBe(0);
  } finally {
    delete process.env["WAITER_OPERATOR"];
    for (const spy of spies) spy.mockRestore();
  }
  expect(noted()).toEqual(
    ["created", "suspended", "resumed", "exported", "deleted"].map((done) => [
      `tenant_${done}`,
      "command anna",
    ]),
  );
}, 60_000);
