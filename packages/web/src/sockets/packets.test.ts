import { expect, test } from "@jest/globals";
import { parse } from "./address.ts";
import { decodePacket, encodePacket, type Packet } from "./packets.ts";

const encoded = (packet: Packet): string => {
  let text = "";
  encodePacket(packet, true, (given) => (text = given));
  return text;
};

test.each([
  [{ type: "open", data: '{"sid":"a"}' }, '0{"sid":"a"}'],
  [{ type: "ping" }, "2"],
  [{ type: "pong", data: "probe" }, "3probe"],
  [{ type: "message", data: "2/guest,[1]" }, "42/guest,[1]"],
])("a packet is one text, written and read alike: %j", (packet, text) => {
  expect(encoded(packet)).toBe(text);
  expect(decodePacket(text)).toEqual(packet);
});

test.each([[""], ["9x"], [" x"], [new ArrayBuffer(4)], [undefined]])(
  "a message that is no packet is an error: %p",
  (message) => {
    expect(decodePacket(message)).toEqual({ type: "error", data: "parser error" });
  },
);

test.each([
  ["https://demo.example.com/guest", "https", "demo.example.com", "", "/guest"],
  ["http://127.0.0.1:8080", "http", "127.0.0.1", "8080", "/"],
  ["http://[::1]:8080/staff", "http", "::1", "8080", "/staff"],
])("the address %s has its parts", (source, protocol, host, port, path) => {
  expect(parse(source)).toEqual({ source, protocol, host, port, path, query: "" });
});
