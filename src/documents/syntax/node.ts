/** The syntax tree of one YAML or JSON document: what is written, where, before any value is made of it. */
export type Node = ScalarNode | SequenceNode | MappingNode | AliasNode;

interface NodeBase {
  /** UTF-16 offset of the node's first character (of its anchor or tag, if it has one). */
  readonly start: number;
}

export interface ScalarNode extends NodeBase {
  readonly kind: "scalar";
  /** The text after quotes, escapes and folding. */
  readonly text: string;
  /** Written without quotes, so that `12` is a number. */
  readonly plain: boolean;
  /** In full, `tag:yaml.org,2002:str`; absent when none is written. */
  readonly tag: string | undefined;
}

/** A tag on a collection means nothing to kubectl, so none is kept. */
export interface SequenceNode extends NodeBase {
  readonly kind: "sequence";
  readonly items: Node[];
}

export interface MappingNode extends NodeBase {
  readonly kind: "mapping";
  /** Key, value, key, value, in the order of the text. */
  readonly pairs: Node[];
}

export interface AliasNode extends NodeBase {
  readonly kind: "alias";
  readonly name: string;
  readonly target: ScalarNode | SequenceNode | MappingNode;
}

/** Deepest nesting that is read. Kubernetes objects stay under 100; parsers and engines recurse. */
export const maximumDepth = 500;
