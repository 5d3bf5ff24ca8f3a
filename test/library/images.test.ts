import * as fc from "fast-check";
import { imageDigest, imageIsUnder, imageRegistry, imageRepository, imageTag, normalisedImage } from "portcullis";
import { expect, it } from "vitest";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;

it.each([
  ["nginx", "docker.io/library/nginx:latest"],
  ["nginx:1.27", "docker.io/library/nginx:1.27"],
  ["team/app", "docker.io/team/app:latest"],
  ["docker.io/nginx", "docker.io/library/nginx:latest"],
  ["index.docker.io/library/nginx:1.27", "docker.io/library/nginx:1.27"],
  ["registry.example.com/app", "registry.example.com/app:latest"],
  ["registry.example.com:5000/team/app:1", "registry.example.com:5000/team/app:1"],
  ["Registry.Example.COM/app:V1", "registry.example.com/app:V1"],
  ["REGISTRY/app", "registry/app:latest"],
  ["localhost/app", "localhost/app:latest"],
  ["localhost:5000", "docker.io/library/localhost:5000"],
  [`nginx@${digest}`, `docker.io/library/nginx@${digest}`],
  [`registry.example.com:5000/app:1@${digest}`, `registry.example.com:5000/app:1@${digest}`],
])("reads %s as %s", (reference, normalised) => expect(normalisedImage(reference)).toBe(normalised));

it("sends a reference without a host to the default registry, where only docker.io has a library", () => {
  expect(normalisedImage("nginx", "mirror.example.com")).toBe("mirror.example.com/nginx:latest");
  expect(normalisedImage("registry.example.com/app", "mirror.example.com")).toBe("registry.example.com/app:latest");
});

it("has no tag where only a digest is given", () => {
  expect(imageTag(`nginx@${digest}`)).toBeUndefined();
  expect(imageTag(`nginx:1@${digest}`)).toBe("1");
  expect(imageDigest(`nginx:1@${digest}`)).toBe(digest);
  expect(imageDigest("nginx:1")).toBeUndefined();
});

it("takes any reference apart into the parts it was made of, and leaves a normalised one as it is", () => {
  const word = fc.stringMatching(/^[a-z0-9]{1,8}$/);
  const host = fc.oneof(fc.stringMatching(/^[a-z0-9]{1,6}\.[a-z]{2,4}$/), fc.stringMatching(/^[a-z0-9]{1,6}:[0-9]{2,5}$/), fc.constant("localhost"));
  const tag = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,8}$/);
  fc.assert(
    fc.property(host, fc.array(word, { minLength: 1, maxLength: 3 }), fc.option(tag, { nil: undefined }), fc.boolean(), (registry, path, ofTag, pinned) => {
      const reference = `${registry}/${path.join("/")}${ofTag === undefined ? "" : `:${ofTag}`}${pinned ? `@${digest}` : ""}`;
      expect(imageRegistry(reference)).toBe(registry);
      expect(imageRepository(reference)).toBe(path.join("/"));
      expect(imageTag(reference)).toBe(ofTag ?? (pinned ? undefined : "latest"));
      expect(normalisedImage(normalisedImage(reference))).toBe(normalisedImage(reference));
      expect(imageIsUnder(normalisedImage(reference), registry.toUpperCase())).toBe(true);
      expect(imageIsUnder(normalisedImage(reference), `${registry}/${path[0] ?? ""}`)).toBe(true);
      expect(imageIsUnder(normalisedImage(reference), `${registry}x`)).toBe(false);
    }),
  );
});

it("ends a prefix where a part ends", () => {
  const under = (reference: string, prefix: string) => imageIsUnder(normalisedImage(reference), prefix);
  expect(under("registry.example.com.evil.io/app", "registry.example.com")).toBe(false);
  expect(under("registry.example.com/team-evil/app", "registry.example.com/team")).toBe(false);
  expect(under("registry.example.com/team/app", "registry.example.com/team/")).toBe(true);
  expect(under("registry.example.com/team", "registry.example.com/team/")).toBe(false);
  expect(under("registry.example.com/team/app:1", "registry.example.com/team/app")).toBe(true);
  expect(under(`registry.example.com/team/app@${digest}`, "registry.example.com/team/app")).toBe(true);
  expect(under("nginx", "docker.io/library/nginx:latest")).toBe(true);
  expect(under("nginx", "")).toBe(false);
});
