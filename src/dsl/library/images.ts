import { lowerAscii } from "../intrinsics.ts";

/**
 * Image references as container runtimes read them: `nginx` is `docker.io/library/nginx:latest`. `defaultRegistry` is where
 * a reference without a host leads; `docker.io` when left out. Source: the reference grammar of the distribution project.
 */

/** The registry of an image: host and port, in lower case. */
export function imageRegistry(reference: string, defaultRegistry?: string): string {
  const host = explicitHost(reference) ?? lowerAscii(defaultRegistry ?? "docker.io");
  return host === "index.docker.io" ? "docker.io" : host;
}

/** The path of an image on its registry: `library/nginx`, `team/app`. */
export function imageRepository(reference: string, defaultRegistry?: string): string {
  const repository = pathWithTag(reference).split(":")[0] ?? "";
  return imageRegistry(reference, defaultRegistry) === "docker.io" && !repository.includes("/") ? `library/${repository}` : repository;
}

/** The tag of an image; `latest` when it has neither tag nor digest, absent when it has only a digest. */
export function imageTag(reference: string): string | undefined {
  return pathWithTag(reference).split(":")[1] ?? (reference.includes("@") ? undefined : "latest");
}

/** The digest of an image, such as `sha256:…`; absent when it has none. */
export function imageDigest(reference: string): string | undefined {
  return reference.split("@")[1];
}

/** An image reference with all that is usually left out: `docker.io/library/nginx:latest`. */
export function normalisedImage(reference: string, defaultRegistry?: string): string {
  const tag = imageTag(reference);
  const digest = imageDigest(reference);
  const name = `${imageRegistry(reference, defaultRegistry)}/${imageRepository(reference, defaultRegistry)}`;
  return `${name}${tag === undefined ? "" : `:${tag}`}${digest === undefined ? "" : `@${digest}`}`;
}

/**
 * Whether a normalised reference lies under a prefix. A prefix is a host, with path parts, tag or digest where wanted, and
 * ends where a part ends: `registry.example.com` does not stand for `registry.example.com.evil.io`.
 */
export function imageIsUnder(image: string, prefix: string): boolean {
  const start = withLowerHost(prefix);
  return image === start || image.startsWith(start.endsWith("/") ? start : `${start}/`) || image.startsWith(`${start}:`) || image.startsWith(`${start}@`);
}

/** The first part of a reference when it is a host: it has a dot, a colon or an upper-case letter, or is localhost. */
function explicitHost(reference: string): string | undefined {
  const first = reference.split("/")[0] ?? "";
  return reference.includes("/") && (first === "localhost" || /[.:A-Z]/.test(first)) ? lowerAscii(first) : undefined;
}

/** A reference without its host and digest. */
function pathWithTag(reference: string): string {
  const name = reference.split("@")[0] ?? "";
  const parts = name.split("/");
  return explicitHost(reference) === undefined ? name : parts.filter((_part, index) => index > 0).join("/");
}

function withLowerHost(prefix: string): string {
  return prefix.split("/").map((part, index) => (index === 0 ? lowerAscii(part) : part)).join("/");
}
