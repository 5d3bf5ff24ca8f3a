/**
 * The functions that the compiler itself knows; everything else that a control imports is written in the language.
 * Each backend maps every one of them or refuses it by name.
 */
export const intrinsics = {
  /** Upper-case ASCII letters become lower-case; other characters stay. */
  lowerAscii: { parameters: ["string"], returns: "string" },
  /** The number of Unicode code points of a string. */
  characters: { parameters: ["string"], returns: "number" },
  /** The number that a string of decimal digits with an optional sign and fraction denotes (callers test the form first). */
  decimal: { parameters: ["string"], returns: "number" },
  /** Whether the IP address or CIDR block lies inside the CIDR block; false when either is malformed. */
  cidrContains: { parameters: ["string", "string"], returns: "boolean" },
} as const satisfies Record<string, { parameters: readonly ("string" | "number")[]; returns: "string" | "number" | "boolean" }>;

export type IntrinsicName = keyof typeof intrinsics;
