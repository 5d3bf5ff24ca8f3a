import { expectTypeOf, it } from "vitest";
import type {
  apiextensionsv1,
  apiserverv1,
  appsv1,
  autoscalingv2,
  batchv1,
  corev1,
  IntOrString,
  Kinds,
  metav1,
  Quantity,
  rbacv1,
} from "../../src/kubernetes/index.ts";
import type { PodBearingKind } from "../../src/kubernetes/pod-bearing.ts";
import type { resources } from "../../src/kubernetes/generated/resources.ts";

it("types a top-level kind by its apiVersion and kind", () => {
  expectTypeOf<Kinds["v1/Pod"]>().toEqualTypeOf<corev1.Pod>();
  expectTypeOf<Kinds["apps/v1/Deployment"]>().toEqualTypeOf<appsv1.Deployment>();
  expectTypeOf<Kinds["rbac.authorization.k8s.io/v1/Role"]>().toEqualTypeOf<rbacv1.Role>();
  expectTypeOf<appsv1.Deployment["kind"]>().toEqualTypeOf<"Deployment">();
  expectTypeOf<appsv1.Deployment["apiVersion"]>().toEqualTypeOf<"apps/v1">();
  // @ts-expect-error a Deployment must say its kind
  ({ apiVersion: "apps/v1" }) satisfies appsv1.Deployment;
});

it("knows no kind that only lists others, and no kind that is not judged", () => {
  expectTypeOf<Extract<keyof Kinds, "v1/PodList" | "v1/Status" | "v1/DeleteOptions">>().toBeNever();
});

it("types an optional field as possibly undefined, and a required one as present", () => {
  expectTypeOf<corev1.Container["securityContext"]>().toEqualTypeOf<corev1.SecurityContext | undefined>();
  expectTypeOf<corev1.Container["name"]>().toEqualTypeOf<string>();
  ({ name: "web", image: undefined }) satisfies corev1.Container;
  // @ts-expect-error a container must have a name
  ({ image: "nginx" }) satisfies corev1.Container;
});

it("types closed sets, lists, maps and the scalars that take several forms", () => {
  expectTypeOf<corev1.Container["imagePullPolicy"]>().toEqualTypeOf<"Always" | "IfNotPresent" | "Never" | undefined>();
  expectTypeOf<corev1.Container["command"]>().toEqualTypeOf<readonly string[] | undefined>();
  expectTypeOf<NonNullable<corev1.ResourceRequirements["limits"]>[string]>().toEqualTypeOf<Quantity>();
  expectTypeOf<corev1.ServicePort["targetPort"]>().toEqualTypeOf<IntOrString | undefined>();
  expectTypeOf<corev1.PersistentVolumeClaimSpec["accessModes"]>().toEqualTypeOf<
    readonly ("ReadOnlyMany" | "ReadWriteMany" | "ReadWriteOnce" | "ReadWriteOncePod")[] | undefined
  >();
});

it("lets the claims of a StatefulSet leave out their kind, but not lie about it", () => {
  type Claim = NonNullable<NonNullable<appsv1.StatefulSet["spec"]>["volumeClaimTemplates"]>[number];
  ({ metadata: { name: "data" } }) satisfies Claim;
  // @ts-expect-error another kind cannot stand there
  ({ kind: "Pod" }) satisfies Claim;
});

it("types recursive schemas", () => {
  ({ type: "object", properties: { a: { type: "array", items: { not: { type: "string" } } } }, additionalProperties: false }) satisfies apiextensionsv1.JSONSchemaProps;
});

it("types the configuration of encryption, which has no metadata", () => {
  expectTypeOf<Kinds["apiserver.config.k8s.io/v1/EncryptionConfiguration"]>().toEqualTypeOf<apiserverv1.EncryptionConfiguration>();
  expectTypeOf<apiserverv1.EncryptionConfiguration>().not.toHaveProperty("metadata");
  expectTypeOf<apiserverv1.ProviderConfiguration["aescbc"]>().toEqualTypeOf<apiserverv1.AESConfiguration | undefined>();
});

it("gives types to every alias that controls use", () => {
  expectTypeOf<metav1.ObjectMeta["labels"]>().toEqualTypeOf<{ readonly [key: string]: string } | undefined>();
  expectTypeOf<batchv1.CronJob["kind"]>().toEqualTypeOf<"CronJob">();
  expectTypeOf<autoscalingv2.HorizontalPodAutoscaler["apiVersion"]>().toEqualTypeOf<"autoscaling/v2">();
});

it("has a type and a resource for every pod-bearing kind", () => {
  type Names = PodBearingKind extends infer Row ? (Row extends { apiVersion: infer V extends string; kind: infer K extends string } ? `${V}/${K}` : never) : never;
  expectTypeOf<Exclude<Names, keyof Kinds>>().toBeNever();
  expectTypeOf<Exclude<Names, keyof typeof resources>>().toBeNever();
});
