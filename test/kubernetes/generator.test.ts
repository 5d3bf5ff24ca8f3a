import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { resources } from "../../src/kubernetes/generated/resources.ts";
import { createSchemaValidator } from "../../src/kubernetes/schema-validator.ts";
import { kubernetesSchemas, type SchemaSet } from "../../src/kubernetes/schema-store.ts";

interface Sources {
  version: string;
  swagger: object;
  defaults: Map<string, unknown>;
  enums: Map<string, string[]>;
  configurations: { origin: string; text: string }[];
  components: { source: string; package: string; apiVersion: string; module: string; kinds: string[]; required?: { except: string[] } }[];
  packageFolder: (path: string, from: string) => string;
  crds: { origin: string; text: string; kinds?: string[] }[];
  removed: Record<string, string[]>;
}

/** The generator is plain JavaScript, so that it runs before anything is built; its types are stated here. */
async function script<Exports>(name: string): Promise<Exports> {
  return (await import(new URL(`../../scripts/kubernetes/${name}`, import.meta.url).href)) as Exports;
}

const { generate } = await script<{ generate: (sources: Sources) => Map<string, string> }>("generate.mjs");
const { readGoEnums } = await script<{ readGoEnums: (source: string) => Map<string, string[]> }>("go-enums.mjs");
const { shortened } = await script<{ shortened: (description: string) => string }>("description.mjs");

const generated = new URL("../../src/kubernetes/generated/", import.meta.url);
const string = { type: "string" };

const swagger = {
  paths: {
    "/api/v1/pandas": { get: { "x-kubernetes-group-version-kind": { group: "", version: "v1", kind: "Panda" } } },
    "/api/v1/namespaces/{namespace}/pandas": { get: { "x-kubernetes-group-version-kind": { group: "", version: "v1", kind: "Panda" } } },
  },
  definitions: {
    "io.k8s.api.core.v1.Panda": {
      description: "Panda eats.\n\nAnd sleeps.",
      type: "object",
      properties: {
        apiVersion: string,
        kind: string,
        metadata: { $ref: "#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta" },
        mood: { type: "string", description: "How it feels." },
        stock: { type: "object", additionalProperties: { $ref: "#/definitions/io.k8s.apimachinery.pkg.api.resource.Quantity" } },
        status: { $ref: "#/definitions/io.k8s.api.core.v1.PandaStatus" },
      },
      required: ["mood"],
      "x-kubernetes-group-version-kind": [{ group: "", version: "v1", kind: "Panda" }],
    },
    "io.k8s.api.core.v1.PandaStatus": { type: "object", properties: { full: { type: "boolean" } }, required: ["full"] },
    "io.k8s.api.core.v1.PandaList": {
      type: "object",
      properties: { apiVersion: string, kind: string, metadata: {}, items: { type: "array", items: { $ref: "#/definitions/io.k8s.api.core.v1.Panda" } } },
      "x-kubernetes-group-version-kind": [{ group: "", version: "v1", kind: "PandaList" }],
    },
    "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta": { type: "object", properties: { name: string } },
    "io.k8s.apimachinery.pkg.api.resource.Quantity": string,
  },
};

const crd = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
spec:
  group: zoo.example.com
  scope: Cluster
  names: { kind: Cage, plural: cages }
  versions:
    - name: v1alpha1
      served: false
    - name: v1
      served: true
      schema:
        openAPIV3Schema:
          type: object
          description: Where a panda lives.
          properties:
            apiVersion: { type: string }
            kind: { type: string }
            metadata: { type: object }
            spec:
              type: object
              required: [size]
              properties:
                size: { type: integer, format: int32, default: 3 }
                door: { type: string, enum: [open, shut] }
                port: { x-kubernetes-int-or-string: true, anyOf: [{ type: integer }, { type: string }] }
                free: { type: object, x-kubernetes-preserve-unknown-fields: true }
                bars:
                  type: array
                  items: { type: object, properties: { made-of: { type: string } } }
                half:
                  type: object
                  x-kubernetes-preserve-unknown-fields: true
                  properties: { known: { type: string } }
`;

const sources = (): Sources => ({
  version: "1.99",
  swagger,
  defaults: new Map([["io.k8s.api.core.v1.Panda/mood", "calm"]]),
  enums: new Map([["io.k8s.api.core.v1.Panda/mood", ["angry", "calm"]]]),
  configurations: [],
  components: [],
  packageFolder: (path) => {
    throw new Error(`nothing should be read from ${path}`);
  },
  crds: [{ origin: "zoo.example.com@v1 cages.yaml", text: crd }],
  removed: {},
});

function textOf(name: string, from = generate(sources())): string {
  const text = from.get(name);
  if (text === undefined) throw new Error(`the generator wrote no ${name}, but ${[...from.keys()].join(", ")}`);
  return text;
}

it("prints the same bytes each time", () => {
  expect([...generate(sources())]).toEqual([...generate(sources())]);
});

it("prints a kind of Kubernetes as a documented interface", () => {
  expect(textOf("core-v1.ts")).toBe(`// Generated by scripts/generate-kubernetes.mjs from Kubernetes 1.99; do not edit.
// Field descriptions: that API's own, by its authors, under Apache-2.0.

import type * as metav1 from "./meta-v1.ts";
import type { Quantity } from "../scalars.ts";

/** Panda eats. */
export interface Panda {
  readonly apiVersion: "v1";
  readonly kind: "Panda";
  readonly metadata?: metav1.ObjectMeta | undefined;
  /** How it feels. Default: "calm". */
  readonly mood: "angry" | "calm";
  readonly stock?: { readonly [key: string]: Quantity } | undefined;
  readonly status?: PandaStatus | undefined;
}

export interface PandaStatus {
  readonly full?: boolean | undefined;
}
`);
});

it("prints a custom resource in the same form, in a package named after its group", () => {
  expect(textOf("examplezoo-v1.ts")).toBe(`// Generated by scripts/generate-kubernetes.mjs from zoo.example.com@v1 cages.yaml; do not edit.
// Field descriptions: that API's own, by its authors, under Apache-2.0.

import type * as metav1 from "./meta-v1.ts";
import type { IntOrString, JsonObject } from "../scalars.ts";

/** Where a panda lives. */
export interface Cage {
  readonly apiVersion: "zoo.example.com/v1";
  readonly kind: "Cage";
  /** Standard object's metadata. */
  readonly metadata?: metav1.ObjectMeta | undefined;
  readonly spec?: CageSpec | undefined;
}

export interface CageSpec {
  /** Default: 3. */
  readonly size: number;
  readonly door?: "open" | "shut" | undefined;
  readonly port?: IntOrString | undefined;
  readonly free?: JsonObject | undefined;
  readonly bars?: readonly CageSpecBars[] | undefined;
  readonly half?: CageSpecHalf | undefined;
}

export interface CageSpecBars {
  readonly "made-of"?: string | undefined;
}

export interface CageSpecHalf {
  readonly known?: string | undefined;
  readonly [field: string]: unknown;
}
`);
});

it("lists kinds, packages and resources of both", () => {
  expect(textOf("kinds.ts")).toContain('  "v1/Panda": corev1.Panda;\n  "zoo.example.com/v1/Cage": examplezoov1.Cage;\n');
  expect(textOf("index.ts")).toContain('export type * as examplezoov1 from "./examplezoo-v1.ts";\n');
  expect(textOf("resources.ts")).toContain('  "v1/Panda": { plural: "pandas", scope: "Namespaced" },\n  "zoo.example.com/v1/Cage": { plural: "cages", scope: "Cluster" },\n');
});

it("names the kinds that are not served any more, apart from those that are", () => {
  const definition = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
  const own = sources();
  const files = generate({ ...own, swagger: { ...own.swagger, definitions: { [definition]: { type: "object", properties: {} }, ...(own.swagger as { readonly definitions: object }).definitions } } as never, removed: { "v1alpha1/old": [], "zoo.example.com/v1beta1": ["Cage"] } });
  expect(textOf("kinds.ts", files)).toContain('  "zoo.example.com/v1beta1/Cage": removed.ZooExampleComV1beta1Cage;\n');
  expect(textOf("removed.ts", files)).toContain('readonly apiVersion: "zoo.example.com/v1beta1";\n  readonly kind: "Cage";\n');
  const schemas = JSON.parse(textOf("schemas.json", files)) as { readonly kinds: object; readonly removed: object; readonly scopes: object };
  expect(schemas.removed).toEqual({ "zoo.example.com/v1beta1/Cage": "removed.ZooExampleComV1beta1Cage" });
  expect(Object.keys({ ...schemas.kinds, ...schemas.scopes })).not.toContain("zoo.example.com/v1beta1/Cage");
});

it("adds only the custom resources that are asked for", () => {
  const [one] = sources().crds;
  const files = generate({ ...sources(), crds: [{ origin: "", text: crd, ...one, kinds: ["zoo.example.com/v1/Keeper"] }] });
  expect(textOf("kinds.ts", files)).not.toContain("Cage");
});

const keeper = `package v1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// KeeperConfiguration says how a keeper works.
// +k8s:deepcopy-gen=true
type KeeperConfiguration struct {
	metav1.TypeMeta \`json:",inline"\`

	// Shift is how long it works.
	//
	// It takes a break.
	// +optional
	Shift metav1.Duration \`json:"shift,omitempty"\`
	// Tools are at hand.
	Tools map[string]Tool \`json:"tools"\`
	Moods []MoodType \`json:"moods"\`
	secret string
	Extras \`json:",inline"\`
}

type MoodType string

type Extras struct {
	Lamp *bool \`json:"lamp,omitempty"\`
}

type Tool struct{}
`;

it("prints what a component decodes from a file, from the Go types", () => {
  const folder = mkdtempSync(join(tmpdir(), "portcullis-go-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "types.go"), keeper);
  const pin = { source: "example.com/keeper@v1.2.3", package: "config/v1", apiVersion: "keeper.config.example.com/v1", module: "keeper-v1", kinds: ["KeeperConfiguration"], required: { except: ["KeeperConfiguration/moods"] } };
  const files = generate({ ...sources(), components: [pin], packageFolder: () => folder });
  expect(textOf("keeper-v1.ts", files)).toBe(`// Generated by scripts/generate-kubernetes.mjs from example.com/keeper/config/v1@v1.2.3; do not edit.
// Field descriptions: that API's own, by its authors, under Apache-2.0.

/** KeeperConfiguration says how a keeper works. */
export interface KeeperConfiguration {
  readonly apiVersion: "keeper.config.example.com/v1";
  readonly kind: "KeeperConfiguration";
  /** Shift is how long it works. */
  readonly shift?: string | undefined;
  /** Tools are at hand. */
  readonly tools: { readonly [key: string]: Tool };
  readonly moods?: readonly string[] | undefined;
  readonly lamp?: boolean | undefined;
}

export interface Tool {}
`);
});

it("writes schemas that judge a custom resource like any other kind", () => {
  const validator = createSchemaValidator(JSON.parse(textOf("schemas.json")) as SchemaSet);
  const judge = (spec: object) => {
    const result = validator.validate("zoo.example.com/v1", "Cage", { apiVersion: "zoo.example.com/v1", kind: "Cage", metadata: { name: "a" }, spec });
    return result.known ? result.errors.map((error) => error.message) : result;
  };
  expect(judge({ size: 1, door: "open", port: "http", free: { any: [null] }, bars: [{ "made-of": "steel" }], half: { known: "a", other: 1 } })).toEqual([]);
  expect(judge({ door: "ajar", half: { known: 1 }, bars: [{ of: "wood" }] })).toEqual([
    '"ajar" is not one of open, shut',
    "expected string, found number 1",
    'unknown field "of"',
    'required field "size" is missing',
  ]);
  expect(validator.isList("zoo.example.com/v1", "CageList")).toBe(true);
  expect(validator.scopeOf("zoo.example.com/v1", "Cage")).toBe("Cluster");
  expect(validator.validate("v1", "Panda", { mood: "calm", status: {} })).toEqual({ known: true, errors: [] });
});

it("reads closed sets of values from Kubernetes' Go code", () => {
  const go = [
    "package openapi",
    "import (",
    '\tcorev1 "k8s.io/api/core/v1"',
    ")",
    "\t\tcorev1.Panda{}.OpenAPIModelName():  schema_core_v1_Panda(ref),",
    "func schema_core_v1_Panda(ref common.ReferenceCallback) common.OpenAPIDefinition {",
    '\t\t\t\t\t"name": {',
    '\t\t\t\t\t"mood": {',
    '\t\t\t\t\t\t\tEnum: []interface{}{"angry", "calm"},',
    "}",
  ].join("\n");
  expect([...readGoEnums(go)]).toEqual([["io.k8s.api.core.v1.Panda/mood", ["angry", "calm"]]]);
});

it("shortens descriptions to whole sentences and drops links to more", () => {
  expect(shortened("One thing. More info: https://example.com/a\n\nAnother.")).toBe("One thing.");
  expect(shortened(`${"It is long. ".repeat(40)}`)).toMatch(/^(It is long\. ?){20,25}$/);
  expect(shortened("word ".repeat(100))).toMatch(/ …$/);
  expect(shortened("ends */ here")).toBe("ends *\\/ here");
});

it("is what wrote every committed file, for the version that the schemas name", () => {
  const { kubernetesVersion } = kubernetesSchemas();
  for (const name of readdirSync(generated)) {
    const [first = ""] = readFileSync(new URL(name, generated), "utf8").split("\n");
    if (name === "schemas.json") expect(first).toContain("Generated by scripts/generate-kubernetes.mjs; do not edit.");
    else expect(first, name).toMatch(/^\/\/ Generated by scripts\/generate-kubernetes\.mjs from .+; do not edit\.$/);
    if (name === "core-v1.ts") expect(first).toContain(`Kubernetes ${kubernetesVersion};`);
  }
});

it("wrote types, schemas and resources for the same kinds", () => {
  const { kinds, removed, scopes } = kubernetesSchemas();
  const typed = [...readFileSync(new URL("kinds.ts", generated), "utf8").matchAll(/^ {2}"([^"]+)":/gm)].map(([, name]) => name);
  expect(typed.length).toBeGreaterThan(90);
  expect([...Object.keys(kinds), ...Object.keys(removed)].sort()).toEqual(typed.toSorted());
  expect(Object.keys(removed).filter((name) => Object.hasOwn(resources, name))).toEqual([]);
  const scopesOfResources = Object.entries(resources).map(([name, { scope }]) => [name, scope]);
  expect(Object.entries(scopes)).toEqual(expect.arrayContaining(scopesOfResources));
});

it("leaves no definition dangling", () => {
  const { definitions, kinds } = kubernetesSchemas();
  const referred = [...JSON.stringify(definitions).matchAll(/#\/definitions\/([^"]+)"/g)].map(([, name = ""]) => name);
  expect([...referred, ...Object.values(kinds)].filter((name) => !Object.hasOwn(definitions, name))).toEqual([]);
});
