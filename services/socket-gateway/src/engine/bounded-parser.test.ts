import { describe, expect, test } from "@jest/globals";
import { PacketType } from "socket.io-parser";
import { createBoundedParser } from "./bounded-parser.ts";

const limits = { depth: 3, values: 10 };

describe("the bounded parser", () => {
  const { Decoder } = createBoundedParser(limits);
  const decode = (text: string): unknown => {
    const decoder = new Decoder();
    let packet: unknown;
    decoder.on("decoded", (decoded) => (packet = decoded));
    decoder.add(text);
    return packet;
  };

  test("packets within the limits are decoded as before", () => {
    expect(decode('2/staff,7["sync",{"since":0}]')).toMatchObject({
      type: PacketType.EVENT,
      nsp: "/staff",
      id: 7,
      data: ["sync", { since: 0 }],
    });
  });

  test.each([
    ['0/guest,{"token":"x","a":[[[1]]]}'],
    // A quote in the namespace must not hide the JSON behind it.
    ['0/gu"est,{"token":"x","a":[[[1]]]}'],
    [`2/staff,["x",[${"1,".repeat(10)}1]]`],
    [`2/staff,["x",${"[".repeat(100_000)}`],
    ["2/staff,[not JSON]"],
    ['51-/staff,["x",{"_placeholder":true,"num":0}]'],
  ])("%s is refused", (text) => {
    expect(() => decode(text)).toThrow();
  });
});
