import { expect, it } from "vitest";
import { baselineChecks, profiles } from "../../src/profiles/profiles.ts";
import { selectControls, type SelectionRequest } from "../../src/profiles/selection.ts";
import { settingsFor } from "../../src/bundle/settings.ts";
import { engine } from "./fixture.ts";

const { controls } = engine.catalogue;
const select = (request: Partial<SelectionRequest>) => selectControls(controls, { kubernetesMinor: 37, ...request });
const ids = (request: Partial<SelectionRequest>): string[] => select(request).controls.map(({ id }) => id);

it("runs every control where nothing is asked, but those that another replaces", () => {
  expect(ids({})).toEqual(controls.map(({ id }) => id).filter((id) => id !== "host-path-volumes" && id !== "host-probes"));
});

it("leaves out what is right for some clusters only, unless it is named or its framework is", () => {
  const offered = controls.map((control) => (control.id === "allowed-registries" ? { ...control, optIn: true as const } : control));
  const runs = (request: Partial<SelectionRequest>): boolean => selectControls(offered, { kubernetesMinor: 37, ...request }).controls.some(({ id }) => id === "allowed-registries");
  expect([{}, { profiles: ["all"] }, { profiles: ["all"], controls: ["allowed-registries"] }, { controls: ["allowed-registries"] }, { profiles: ["cis-1.12"] }].map(runs)).toEqual([false, false, true, true, true]);
});

it("makes each profile from what the controls say of their frameworks", () => {
  expect(ids({ profiles: ["pss-baseline"] })).toEqual(["host-namespaces", "host-path-volumes", "host-probes", "privileged-containers"]);
  expect(ids({ profiles: ["pss-restricted"] })).toEqual(["host-namespaces", "privileged-containers", "restricted-volumes"]);
  expect(ids({ profiles: ["nsa-cisa-1.2"] })).toEqual(["dangling-bindings", "host-namespaces"]);
  expect(ids({ profiles: ["cis-1.12"] })).toEqual(["allowed-registries", "host-namespaces", "privileged-containers"]);
  expect(ids({ profiles: ["owasp-2022"] })).toEqual(["allowed-registries", "privileged-containers"]);
  expect(ids({ profiles: ["owasp-2025", "seed"] })).toEqual(["privileged-containers"]);
  expect(profiles.map(({ name }) => name)).toEqual(["pss-baseline", "pss-restricted", "nsa-cisa-1.2", "cis-1.12", "owasp-2022", "owasp-2025", "seed", "all"]);
  expect(baselineChecks).toHaveLength(12);
});

it("lets a control be replaced only where its replacement runs, and only from its minor on", () => {
  expect(ids({ profiles: ["pss-restricted"], kubernetesMinor: 34 })).toContain("host-probes");
  expect(ids({ profiles: ["pss-restricted"], exclude: ["restricted-volumes"] })).toContain("host-path-volumes");
});

it("runs a control that is named, even one that another replaces", () => {
  expect(ids({ controls: ["host-path-volumes"] })).toEqual(["host-path-volumes"]);
  expect(ids({ profiles: ["pss-restricted"], controls: ["host-path-volumes"] })).toContain("host-path-volumes");
});

it("reports each name that nothing has, with what was probably meant", () => {
  expect(select({ profiles: ["all", "pss-baselin"], controls: ["privileged-container"], exclude: ["zzz"] }).faults).toEqual([
    { field: "profiles", index: 1, message: 'There is no profile "pss-baselin". Did you mean "pss-baseline"?' },
    { field: "controls", index: 0, message: 'There is no control "privileged-container". Did you mean "privileged-containers"?' },
    { field: "exclude", index: 0, message: 'There is no control "zzz".' },
  ]);
});

it("reports a choice that leaves nothing to run", () => {
  expect(select({ controls: ["broken"], exclude: ["broken"] }).faults).toEqual([{ field: "controls", index: 0, message: "This selects no control, so nothing would be checked." }]);
});

it("tells the engine the selected controls, and every parameter with its default or what a target sets", () => {
  const chosen = controls.filter(({ id }) => id === "broken");
  expect(settingsFor(engine.catalogue, chosen, 30, { "allowed-registries": { mode: "lenient" } })).toEqual({
    kubernetesMinor: 30,
    controls: { broken: true },
    parameters: { "allowed-registries": { registries: ["registry.k8s.io/"], mode: "lenient" } },
  });
});

it("lets a profile set a parameter where its framework asks for another value, and a target go before it", () => {
  const chosen = controls.filter(({ id }) => id === "broken");
  const ofProfile = { "allowed-registries": { mode: "lenient", unheardOf: true }, absent: { mode: "strict" } };
  const parametersOf = (...given: readonly Parameters<typeof settingsFor>[3][]) => settingsFor(engine.catalogue, chosen, 30, ...given).parameters;
  expect(parametersOf({}, ofProfile)).toEqual({ "allowed-registries": { registries: ["registry.k8s.io/"], mode: "lenient" } });
  expect(parametersOf({ "allowed-registries": { mode: "strict" } }, ofProfile)).toEqual({ "allowed-registries": { registries: ["registry.k8s.io/"], mode: "strict" } });
  expect(select({ profiles: ["nsa-cisa-1.2", "cis-1.12"] }).parameters).toMatchObject({ "container-resources": { cpuLimit: "required" }, "etcd-data-directory": { owners: ["etcd:etcd"] } });
  expect(select({ profiles: ["owasp-2025"] }).parameters).toEqual({});
});

it("has no two profiles that set the same parameter, so that their order means nothing", () => {
  const set = profiles.flatMap(({ parameters = {} }) => Object.entries(parameters).flatMap(([id, values]) => Object.keys(values).map((name) => `${id} ${name}`)));
  expect(set.filter((each, index) => set.indexOf(each) !== index)).toEqual([]);
});
