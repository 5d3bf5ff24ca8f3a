import type { portcullisv1 } from "portcullis";

type Role = portcullisv1.FileFacts["role"];

/** What was found out about the files of a node. */
export const nodeFacts = (...files: readonly portcullisv1.FileFacts[]): portcullisv1.NodeFacts => ({ apiVersion: "portcullis.dev/v1", kind: "NodeFacts", metadata: { name: "control-1" }, files });

/** A file that root owns, unless a case says more. */
export const file = (role: Role, path: string, mode: string, owner = "root", group = "root"): portcullisv1.FileFacts => ({ role, path, exists: true, mode, owner, group });

/** A file that is not there. */
export const missing = (role: Role, path: string): portcullisv1.FileFacts => ({ role, path, exists: false });
