/** Words and phrases that plain technical English does without, and what to write. */
export const words: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [
    /(?<![="'`])\b(?:nobody(?![:."'`])|somebody|everybody(?!["'])|anybody|whoever|whomever|someone else)\b/i,
    "name the actor: api, gateway, client, Redis",
  ],
  [/\b(?:anew|afresh)\b/i, "again"],
  [/\bfarewell\b/i, "name the message"],
  [
    /\b(?:is|are|was|were|be|been|being) told\b|\btells? (?:nobody|everyone|them)\b/i,
    "receives, is notified",
  ],
  [/\bin words\b/i, "as text, as a message"],
  [/\bfor ever\b/i, "forever, without a limit"],
  [/\b(?:lest|thereof|forthwith|hitherto|whence|whither|thief|bygone)\b/i, "a plain word"],
  [/\b(?:of )?long ago\b/i, "old, earlier"],
  [/\bis no news\b/i, "is ignored"],
  [/\b[Oo]ne that\b/, "name the thing"],
  [/\b(?:at the end of its life|gives? up the ghost|is content\b)/i, "ends, succeeds"],
];
