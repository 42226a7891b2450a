import { networkInterfaces } from "node:os";
import qrcode from "qrcode";
import type { LocalFile } from "./local-file.ts";
import type { Options } from "./options.ts";

/** Tells the person at the terminal where everything is, with the guest link as a QR code. */
export async function announce(
  file: LocalFile,
  { lan, port }: Options,
  logFolder: string,
): Promise<void> {
  const address = lan ? lanAddress() : undefined;
  const phone = (url: string): string =>
    address === undefined ? url : url.replace(file.tenantOrigin, `http://${address}:${port}`);
  const guest = phone(file.guestUrl);
  console.log(
    await qrcode.toString(guest, { type: "terminal", small: true, errorCorrectionLevel: "L" }),
  );
  const logins = file.staffMembers.map(({ email, role }) => `${email} (${role})`).join(", ");
  console.log(`  Guest    ${guest}`);
  console.log(`  Board    ${phone(file.boardUrl)}`);
  console.log(`  Login    ${file.staff.email}`);
  console.log(`  Password ${file.staff.password}`);
  console.log(`  Also     ${logins}`);
  console.log(
    `  Health   ${file.origin}/api/health/comprehensive   API ${file.tenantOrigin}/api/docs   Logs ${logFolder}`,
  );
  if (lan)
    console.log(
      `  Network  every machine on this network can reach ${address ?? "this machine"}:${port}; development only`,
    );
  console.log("\nWaiter is ready. Ctrl-C stops all of it.\n");
}

/** This machine's own IPv4 address on its network. */
function lanAddress(): string | undefined {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === "IPv4" && !internal)?.address;
}
