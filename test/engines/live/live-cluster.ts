import { afterAll, beforeAll, type RunnerTestSuite } from "vitest";
import { type Cluster, startCluster } from "./cluster.ts";

/**
 * The cluster of a test file, started before its tests and prepared once. Its logs are kept, and their folder is printed, where
 * a test failed or `PORTCULLIS_KEEP_LOGS` is set.
 */
export function liveCluster<Prepared>(prepare: (cluster: Cluster) => Promise<Prepared>): () => Cluster & { readonly prepared: Prepared } {
  let running: Cluster | undefined;
  let made: { readonly value: Prepared } | undefined;
  beforeAll(async () => {
    running = await startCluster();
    made = { value: await prepare(running) };
  });
  afterAll(async ({}, suite) => {
    await running?.stop(made === undefined || process.env["PORTCULLIS_KEEP_LOGS"] !== undefined || hasFailed(suite as RunnerTestSuite));
  });
  return () => {
    if (running === undefined || made === undefined) throw new Error("the cluster is there once the tests run");
    return { ...running, prepared: made.value };
  };
}

const hasFailed = (suite: RunnerTestSuite): boolean => suite.tasks.some((task) => (task.type === "suite" ? hasFailed(task) : task.result?.state === "fail"));
