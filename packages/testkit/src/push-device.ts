import { createDecipheriv, createECDH, hkdfSync, randomBytes } from "node:crypto";

/** A browser's half of Web Push: its subscription keys, and how it decrypts (RFC 8188, RFC 8291). */
export class PushDevice {
  readonly #pair = createECDH("prime256v1");
  readonly #auth = randomBytes(16);

  constructor() {
    this.#pair.generateKeys();
  }

  get keys(): { readonly p256dh: string; readonly auth: string } {
    return {
      p256dh: this.#pair.getPublicKey("base64url"),
      auth: this.#auth.toString("base64url"),
    };
  }

  /** Throws for a body that was not encrypted for this device. */
  decrypt(body: Buffer): string {
    const salt = body.subarray(0, 16);
    const senderKey = body.subarray(21, 21 + body.readUInt8(20));
    const record = body.subarray(21 + senderKey.length);
    const info = Buffer.concat([
      Buffer.from("WebPush: info\0"),
      this.#pair.getPublicKey(),
      senderKey,
    ]);
    const secret = this.#pair.computeSecret(senderKey);
    const key = hkdfSync("sha256", secret, this.#auth, info, 32);
    const derive = (label: string, bytes: number): Buffer =>
      Buffer.from(
        hkdfSync("sha256", Buffer.from(key), salt, `Content-Encoding: ${label}\0`, bytes),
      );
    const decipher = createDecipheriv("aes-128-gcm", derive("aes128gcm", 16), derive("nonce", 12));
    decipher.setAuthTag(record.subarray(-16));
    const padded = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
    // The last record ends with 2 and zeros.
    return padded.subarray(0, padded.lastIndexOf(2)).toString();
  }
}
