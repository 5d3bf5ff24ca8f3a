import fc from "fast-check";
import { absent, type Care, listOf, objectOf, usually, usuallyFrom } from "./members.ts";
import { hostileTexts, securityContexts } from "./security-contexts.ts";

/** Lists of `minLength` to `maxLength` containers; what differs between init, main and ephemeral ones no check reads. */
export function containers(care: Care, minLength: number, maxLength: number): fc.Arbitrary<unknown> {
  const probe = handlers(care, { periodSeconds: fc.constantFrom(absent, 10) });
  const hook = handlers(care, { sleep: fc.constantFrom(absent, null, { seconds: 1 }) });
  const container = objectOf({
    name: usually(care, ["web", "setup", "proxy"], [absent, null, "", ...hostileTexts]),
    image: fc.constantFrom(absent, "registry.k8s.io/pause:3.10"),
    securityContext: securityContexts(care),
    ports: usuallyFrom(1, fc.constantFrom(absent, absent, null, []), listOf(port(care), 1, 2)),
    livenessProbe: probe,
    readinessProbe: probe,
    startupProbe: probe,
    lifecycle: usuallyFrom(1, fc.constantFrom(absent, absent, null, {}), objectOf({ postStart: hook, preStop: hook, stopSignal: fc.constantFrom(absent, "SIGTERM") })),
    restartPolicy: fc.constantFrom(absent, absent, "Always"),
  });
  return listOf(container, minLength, maxLength);
}

const port = (care: Care): fc.Arbitrary<unknown> =>
  objectOf({
    containerPort: fc.constantFrom(absent, 0, 80, 65_535),
    hostPort: usually(care, [absent, absent, null, 0], [1, 80, 65_535, -1, 2 ** 31 - 1]),
    hostIP: fc.constantFrom(absent, null, "", "127.0.0.1"),
    hostport: usually(care, [absent], [80]),
  });

/** What a probe or a lifecycle hook does, with the members that only one of them has. */
function handlers(care: Care, own: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<unknown> {
  const host = usually(care, [absent, null, ""], ["127.0.0.1", "::1", "localhost", "example.com", " ", ...hostileTexts]);
  const httpGet = objectOf({ host, port: fc.constantFrom(absent, 80, "http"), path: fc.constantFrom(absent, "/"), Host: usually(care, [absent], ["example.com"]) });
  const tcpSocket = objectOf({ host, port: fc.constantFrom(absent, 80, "http") });
  const action = objectOf({
    httpGet: usuallyFrom(1, fc.constantFrom(absent, null, {}), httpGet),
    tcpSocket: usuallyFrom(2, fc.constantFrom(absent, null, {}), tcpSocket),
    exec: fc.constantFrom(absent, absent, null, { command: ["true"] }),
    grpc: fc.constantFrom(absent, absent, null, { port: 80, service: "example.com" }),
    ...own,
  });
  return usuallyFrom(3, fc.constantFrom(absent, absent, absent, null, {}), action);
}
