/** A JSON value of any shape: what the Kubernetes API calls a raw extension, or a schema's default. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object of any shape. */
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** A port, a percentage or a count: `80`, `"http"`, `"25%"`. */
export type IntOrString = number | string;

/** An amount such as `"500m"`, `"1Gi"` or `2`: the API server takes plain numbers too. */
export type Quantity = number | string;

/** A moment by RFC 3339, to the second. */
export type Time = string;

/** A moment by RFC 3339, to the microsecond. */
export type MicroTime = string;

/** An API object inside another, which need not say its apiVersion and kind. */
export type Embedded<T extends { readonly apiVersion: string; readonly kind: string }> = Omit<T, "apiVersion" | "kind"> & {
  readonly apiVersion?: T["apiVersion"] | undefined;
  readonly kind?: T["kind"] | undefined;
};
