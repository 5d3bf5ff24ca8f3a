import type { ApiAnswer } from "../../../src/verify/live/client.ts";

/** Which ValidatingAdmissionPolicy refused a request, and what it said; undefined where none did. A client is told of one alone. */
export function denialOf({ body, status }: ApiAnswer): { readonly policy: string; readonly message: string } | undefined {
  const [, policy, message] = /ValidatingAdmissionPolicy '([^']+)' with binding '[^']+' denied request: ([^]*)$/.exec(body.message ?? "") ?? [];
  return status < 300 || policy === undefined || message === undefined ? undefined : { policy, message };
}
