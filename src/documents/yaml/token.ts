export type TokenKind =
  | "alias"
  | "anchor"
  | "block-end"
  | "block-entry"
  | "block-mapping-start"
  | "block-sequence-start"
  | "document-end"
  | "document-start"
  | "flow-entry"
  | "flow-mapping-end"
  | "flow-mapping-start"
  | "flow-sequence-end"
  | "flow-sequence-start"
  | "key"
  | "plain-scalar"
  | "problem"
  | "scalar"
  | "stream-end"
  | "tag"
  | "value";

export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  /** The scalar's text, the anchor's name, the tag in full; else empty. */
  readonly text: string;
}
