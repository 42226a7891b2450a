import { z } from "zod";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";

const jwk = z.object({
  kty: z.literal("EC"),
  crv: z.literal("P-256"),
  x: z.string(),
  y: z.string(),
  kid: z.string(),
  alg: z.literal("ES256"),
  use: z.literal("sig"),
});

export const getJwks = ({ tokens }: Pick<Context, "tokens">) =>
  defineRoute("GET /.well-known/jwks.json", {
    tag: "Auth",
    summary: "Get the public keys of access tokens",
    answers: {
      200: {
        description: "A JSON Web Key Set (RFC 7517)",
        schema: z.object({ keys: z.array(jwk) }),
      },
    },
    handle: () => ({
      status: 200,
      body: tokens.keys.jwks(),
      headers: { "Cache-Control": "public, max-age=300" },
    }),
  });
