import { expect, test } from "@jest/globals";
import { changeOf } from "./watch-sources.ts";

test("a service's own source concerns that service only", () => {
  expect(changeOf(["services/socket-gateway/src/main.ts"])).toEqual({
    web: false,
    services: new Set(["gateway"]),
  });
});

test("a shared package concerns every service, the pages only the web app's build", () => {
  expect(changeOf(["packages/events/src/relay.ts"])).toEqual({
    web: false,
    services: new Set(["api", "gateway", "worker"]),
  });
  expect(changeOf(["packages/web/src/app.tsx", "packages/client/src/connection/link.ts"])).toEqual({
    web: true,
    services: new Set(),
  });
});

test("the contracts concern everything", () => {
  expect(changeOf(["packages/contracts/src/shapes.ts"])).toEqual({
    web: true,
    services: new Set(["api", "gateway", "worker"]),
  });
});
