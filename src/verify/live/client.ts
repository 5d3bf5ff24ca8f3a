import { Agent, request as sendRequest } from "node:https";

/** An object of the API, as JSON. */
export interface ApiObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name?: string; readonly generateName?: string; readonly namespace?: string; readonly labels?: Readonly<Record<string, string>>; readonly annotations?: Readonly<Record<string, string>>; readonly [key: string]: unknown };
  readonly [key: string]: unknown;
}

/** What the API server answers. */
export interface ApiAnswer {
  /** The status of HTTP: 200 or 201 where the request was granted, 403 or 422 where admission or validation refused it. */
  readonly status: number;
  /** The object as the API server has it, or a Status that says what is wrong. */
  readonly body: ApiObject & { readonly message?: string; readonly reason?: string };
  /** The texts of the `Warning` headers, in their order. */
  readonly warnings: readonly string[];
  /** What finds the request in the audit log. */
  readonly auditId: string;
}

/** How a request is made. */
export interface RequestOptions {
  /** Whether everything happens but the storing. */
  readonly dryRun?: boolean;
  /** Who asks, if not the administrator. */
  readonly as?: { readonly name: string; readonly groups?: readonly string[] };
  /** What becomes of fields that the API does not know. The API server's own default is to warn. */
  readonly fieldValidation?: "Strict" | "Warn" | "Ignore";
}

/** A client of one API server. Answers are given, refusals among them; it rejects only where there is no answer. */
export interface ApiClient {
  readonly get: (path: string) => Promise<ApiAnswer>;
  readonly create: (object: ApiObject, options?: RequestOptions) => Promise<ApiAnswer>;
  /** Puts an object in the place of the one of its name, or of one of its subresources. */
  readonly update: (object: ApiObject, options?: RequestOptions & { readonly subresource?: string }) => Promise<ApiAnswer>;
  /** Merges a part into an object (`object` names it), or into one of its subresources. */
  readonly patch: (object: ApiObject, part: unknown, options?: RequestOptions & { readonly subresource?: string }) => Promise<ApiAnswer>;
  /** Server-side apply: makes the object, or makes it so. */
  readonly apply: (object: ApiObject, options?: RequestOptions) => Promise<ApiAnswer>;
  readonly remove: (object: ApiObject, options?: RequestOptions) => Promise<ApiAnswer>;
  /** Posts to a path below an object: a binding, an eviction, a scale. */
  readonly post: (object: ApiObject, subresource: string, body: unknown, options?: RequestOptions) => Promise<ApiAnswer>;
  /** Where an object is, or would be, among those of its kind: `/api/v1/namespaces/shop/pods`. */
  readonly collectionOf: (object: ApiObject) => Promise<string>;
  readonly close: () => void;
}

/** A client of the API server at a URL, which shows a certificate of this authority and knows this token. */
export function apiClient(url: string, authority: string, token: string): ApiClient {
  const agent = new Agent({ keepAlive: true, ca: authority, maxSockets: 8 });
  const kinds = new Map<string, Promise<{ readonly name: string; readonly namespaced: boolean }>>();

  const send = (method: string, path: string, body?: unknown, options: RequestOptions = {}, type = "application/json"): Promise<ApiAnswer> =>
    new Promise((resolve, reject) => {
      const query = [options.dryRun === true ? "dryRun=All" : "", options.fieldValidation === undefined ? "" : `fieldValidation=${options.fieldValidation}`].filter((part) => part !== "").join("&");
      const content = body === undefined ? undefined : JSON.stringify(body);
      const headers = {
        authorization: `Bearer ${token}`,
        accept: "application/json",
        ...(content === undefined ? {} : { "content-type": type, "content-length": Buffer.byteLength(content) }),
        ...(options.as === undefined ? {} : { "impersonate-user": options.as.name, ...(options.as.groups === undefined ? {} : { "impersonate-group": [...options.as.groups] }) }),
      };
      const sent = sendRequest(`${url}${path}${query === "" ? "" : `${path.includes("?") ? "&" : "?"}${query}`}`, { method, agent, headers, timeout: 60_000 }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          const body = (text.startsWith("{") ? JSON.parse(text) : { message: text }) as ApiAnswer["body"];
          resolve({ status: response.statusCode ?? 0, body, warnings: warningsOf(response.rawHeaders), auditId: String(response.headers["audit-id"] ?? "") });
        });
      });
      sent.on("timeout", () => sent.destroy(new Error(`no answer to ${method} ${path} within a minute`)));
      sent.on("error", reject);
      sent.end(content);
    });

  const resourceOf = (apiVersion: string, kind: string) => {
    const key = `${apiVersion}/${kind}`;
    const asked = kinds.get(key) ?? findResource(apiVersion, kind);
    kinds.set(key, asked);
    asked.catch(() => kinds.delete(key));
    return asked;
  };

  async function findResource(apiVersion: string, kind: string): Promise<{ readonly name: string; readonly namespaced: boolean }> {
    const { body, status } = await send("GET", `${rootOf(apiVersion)}`);
    const resources = status === 200 ? (body["resources"] as { name: string; kind: string; namespaced: boolean }[]) : [];
    const found = resources.find((each) => each.kind === kind && !each.name.includes("/"));
    if (found === undefined) throw new Error(`the API server serves no ${apiVersion} ${kind}`);
    return found;
  }

  const collectionOf = async ({ apiVersion, kind, metadata }: ApiObject): Promise<string> => {
    const { name, namespaced } = await resourceOf(apiVersion, kind);
    return `${rootOf(apiVersion)}${namespaced ? `/namespaces/${metadata.namespace ?? "default"}` : ""}/${name}`;
  };
  const placeOf = async (object: ApiObject, subresource?: string): Promise<string> => `${await collectionOf(object)}/${encodeURIComponent(String(object.metadata.name))}${subresource === undefined ? "" : `/${subresource}`}`;

  return {
    get: (path) => send("GET", path),
    create: async (object, options) => send("POST", await collectionOf(object), object, options),
    update: async (object, options) => send("PUT", await placeOf(object, options?.subresource), object, options),
    patch: async (object, part, options) => send("PATCH", await placeOf(object, options?.subresource), part, options, "application/strategic-merge-patch+json"),
    apply: async (object, options) => send("PATCH", `${await placeOf(object)}?fieldManager=live&force=true`, object, options, "application/apply-patch+yaml"),
    remove: async (object, options) => send("DELETE", `${await placeOf(object)}?gracePeriodSeconds=0`, undefined, options),
    post: async (object, subresource, body, options) => send("POST", await placeOf(object, subresource), body, options),
    collectionOf,
    close: () => agent.destroy(),
  };
}

const rootOf = (apiVersion: string): string => (apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`);

/** `Warning: 299 - "text"`, one header each; a quoted text escapes quotes and backslashes (RFC 7234 §5.5). */
function warningsOf(rawHeaders: readonly string[]): string[] {
  const values = rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === "warning");
  return values.flatMap((value) => [...Buffer.from(value, "latin1").toString("utf8").matchAll(/\b299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text = ""]) => text.replace(/\\(.)/g, "$1")));
}
