import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AuditLog, auditPolicy } from "./audit-log.ts";
import { type ApiClient, apiClient } from "./client.ts";
import { servesCustomKinds } from "./custom-kinds.ts";
import { type EngineProcess, freePorts, startProcess, until } from "./process.ts";

/** A real API server on the loopback interface. There are no nodes and no controllers: pods are stored, and never run. */
export interface Cluster {
  /** The administrator's client. It may act for anybody. */
  readonly client: ApiClient;
  readonly audit: AuditLog;
  /** What kubectl and controllers are told. */
  readonly kubeconfig: string;
  /** Everything that the cluster writes: logs, and the certificate for 127.0.0.1 that others may serve with too. */
  readonly folder: string;
  readonly certificate: { readonly certificate: string; readonly key: string };
  readonly processes: readonly EngineProcess[];
  /** Runs one more process, which ends with the cluster. */
  readonly run: (name: string, binary: string, args: readonly string[], env?: Readonly<Record<string, string>>) => EngineProcess;
  /** Ends all processes. The folder stays if `keep` says so. */
  readonly stop: (keep: boolean) => Promise<void>;
}

/** Starts etcd and the API server from these binaries, and waits until it is ready, which takes a few seconds. Rejects with the end of a log. */
export async function startCluster({ apiserver, etcd }: { readonly etcd: string; readonly apiserver: string }): Promise<Cluster> {
  const [clientPort = 0, peerPort = 0, port = 0] = await freePorts(3);
  const folder = mkdtempSync(join(tmpdir(), "portcullis-live-"));
  const at = (name: string): string => join(folder, name);
  const processes: EngineProcess[] = [];
  const run: Cluster["run"] = (name, binary, args, env) => {
    const started = startProcess(name, binary, args, at(`${name}.log`), env);
    processes.push(started);
    return started;
  };
  const clients: ApiClient[] = [];
  const stop: Cluster["stop"] = async (keep) => {
    for (const client of clients) client.close();
    await Promise.all(processes.map((each) => each.stop()));
    if (keep) console.log(`The logs of the cluster are in ${folder}`);
    else rmSync(folder, { recursive: true, force: true });
  };

  try {
    run("etcd", etcd, [`--data-dir=${at("etcd")}`, `--listen-client-urls=http://127.0.0.1:${clientPort}`, `--advertise-client-urls=http://127.0.0.1:${clientPort}`, `--listen-peer-urls=http://127.0.0.1:${peerPort}`, `--initial-advertise-peer-urls=http://127.0.0.1:${peerPort}`, `--initial-cluster=default=http://127.0.0.1:${peerPort}`, "--unsafe-no-fsync"]);

    const token = randomBytes(16).toString("hex");
    writeFileSync(at("tokens.csv"), `${token},admin,admin,system:masters\n`);
    writeFileSync(at("audit-policy.json"), JSON.stringify(auditPolicy));
    writeFileSync(at("service-account.key"), generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs8", format: "pem" }));
    run("kube-apiserver", apiserver, [
      `--etcd-servers=http://127.0.0.1:${clientPort}`,
      "--bind-address=127.0.0.1",
      `--secure-port=${port}`,
      // An address for documentation: nothing may need a network, and nobody asks the `kubernetes` Service.
      "--advertise-address=192.0.2.1",
      "--endpoint-reconciler-type=none",
      `--cert-dir=${folder}`,
      "--service-account-issuer=https://kubernetes.default.svc",
      `--service-account-key-file=${at("service-account.key")}`,
      `--service-account-signing-key-file=${at("service-account.key")}`,
      `--token-auth-file=${at("tokens.csv")}`,
      // What is judged here is admission; who may ask is not.
      "--authorization-mode=AlwaysAllow",
      // No controller makes accounts or keeps the status of quotas here, and no node has a runtime that a class could name.
      "--disable-admission-plugins=LimitRanger,ResourceQuota,RuntimeClass,ServiceAccount",
      "--allow-privileged",
      "--service-cluster-ip-range=10.0.0.0/24",
      `--audit-policy-file=${at("audit-policy.json")}`,
      `--audit-log-path=${at("audit.log")}`,
    ]);

    // The API server signs a certificate for its address by itself, in a file with its authority behind it; the key comes last.
    const certificate = { certificate: at("apiserver.crt"), key: at("apiserver.key") };
    const url = `https://127.0.0.1:${port}`;
    await until("the API server's certificate", async () => existsSync(certificate.key) || undefined, processes);
    const authority = readFileSync(certificate.certificate, "utf8");
    const client = apiClient(url, authority, token);
    clients.push(client);
    await until("the API server is ready", async () => {
      const { body, status } = await client.get("/readyz");
      if (status !== 200) throw new Error(body.message);
      return true;
    }, processes);
    await until("the namespace default", async () => (await client.get("/api/v1/namespaces/default")).status === 200 || undefined, processes);

    await until("the kinds of meshes", async () => (await servesCustomKinds(client)) || undefined, processes);

    const kubeconfig = at("kubeconfig.json");
    writeFileSync(kubeconfig, JSON.stringify(kubeconfigOf(url, authority, token)));
    return { client, audit: new AuditLog(at("audit.log")), kubeconfig, folder, certificate, processes, run, stop };
  } catch (error) {
    await stop(true);
    throw error;
  }
}

const kubeconfigOf = (server: string, authority: string, token: string): unknown => ({
  apiVersion: "v1",
  kind: "Config",
  clusters: [{ name: "live", cluster: { server, "certificate-authority-data": Buffer.from(authority).toString("base64") } }],
  users: [{ name: "admin", user: { token } }],
  contexts: [{ name: "live", context: { cluster: "live", user: "admin" } }],
  "current-context": "live",
});
