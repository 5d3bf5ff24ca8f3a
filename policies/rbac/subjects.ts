import type { rbacv1 } from "portcullis";

/**
 * What a subject is called where exceptions are listed: its kind and its name, such as `Group/operators` or `User/alice`. A
 * service account goes by the user that it logs in as, by which it may be bound as well: `User/system:serviceaccount:shop:web`.
 */
export function subjectName({ kind, name, namespace }: rbacv1.Subject): string {
  return kind === "ServiceAccount" ? `User/system:serviceaccount:${namespace ?? ""}:${name}` : `${kind}/${name}`;
}
