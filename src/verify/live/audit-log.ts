import { readFileSync } from "node:fs";

/** What an admission policy found, as it stands in the audit log. */
export interface AuditedFailure {
  readonly policy: string;
  readonly binding: string;
  readonly message: string;
  readonly validationActions: readonly string[];
}

/** What the audit log says of one request. */
export interface AuditEvent {
  readonly auditID: string;
  readonly verb: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Logs what every request changes, without its body: annotations alone are read. */
export const auditPolicy = {
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["RequestReceived"],
  rules: [{ level: "None", verbs: ["get", "list", "watch"], resources: [{ group: "" }, { group: "*" }] }, { level: "None", nonResourceURLs: ["*"] }, { level: "Metadata" }],
};

/** Reads the audit log of an API server as it grows. */
export class AuditLog {
  readonly #file: string;
  readonly #events = new Map<string, AuditEvent>();
  #read = 0;

  constructor(file: string) {
    this.#file = file;
  }

  /** The event of a request, once it is written, which may be a moment after the answer. */
  async eventOf(auditId: string): Promise<AuditEvent> {
    for (let tries = 0; tries < 200; tries += 1) {
      const event = this.#events.get(auditId) ?? (this.#readOn(), this.#events.get(auditId));
      if (event !== undefined) return event;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`the audit log has no event ${auditId}`);
  }

  /** What the policies that audit found in a request: all of them, up to the fifty that the API server writes down. */
  async failuresOf(auditId: string): Promise<readonly AuditedFailure[]> {
    const { annotations } = await this.eventOf(auditId);
    const found = annotations["validation.policy.admission.k8s.io/validation_failure"];
    return found === undefined ? [] : (JSON.parse(found) as AuditedFailure[]);
  }

  #readOn(): void {
    const text = readFileSync(this.#file).subarray(this.#read);
    const end = text.lastIndexOf(10) + 1;
    this.#read += end;
    for (const line of text.subarray(0, end).toString("utf8").split("\n")) {
      if (line === "") continue;
      const event = JSON.parse(line) as Partial<AuditEvent> & { auditID: string; verb: string };
      this.#events.set(event.auditID, { ...event, annotations: event.annotations ?? {} });
    }
  }
}
