import { type Cluster, startCluster as start } from "../../../src/verify/live/cluster.ts";
import { engineBinary } from "../engine.ts";

export type { Cluster } from "../../../src/verify/live/cluster.ts";

/** Starts etcd and the API server that the tests build. */
export const startCluster = async (): Promise<Cluster> => start({ etcd: await engineBinary("etcd"), apiserver: await engineBinary("kube-apiserver") });
