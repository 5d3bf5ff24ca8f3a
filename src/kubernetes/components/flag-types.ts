/**
 * How the components read the values of flags, from the calls that declare them in Kubernetes 1.25 to 1.37 (cmd/, pkg/, k8s.io/apiserver,
 * k8s.io/component-base, k8s.io/controller-manager) and in etcd 3.6 (embed/config.go). No name is a boolean in one component and
 * something else in another, so one table serves all.
 */

/** Flags that are true when they stand alone, and that never take the next argument. */
export const booleanFlags: readonly string[] = [
  "add-dir-header", "aggregator-reject-forwarding-redirect", "allocate-node-cidrs", "allow-privileged",
  "allow-untagged-cloud", "alsologtostderr", "anonymous-auth", "audit-log-batch-throttle-enable", "audit-log-compress",
  "audit-log-truncate-enabled", "audit-webhook-batch-throttle-enable", "audit-webhook-truncate-enabled",
  "authentication-skip-lookup", "authentication-token-webhook", "authentication-tolerate-lookup-failure", "auto-tls",
  "bind-address-hard-fail", "cgroups-per-qos", "cleanup", "client-cert-auth", "configure-cloud-routes",
  "conntrack-tcp-be-liberal", "contention-profiling", "cpu-cfs-quota", "debug", "disable-attach-detach-reconcile-sync",
  "disable-force-detach-on-timeout", "disable-http2-serving", "discovery-insecure-skip-tls-verify",
  "discovery-insecure-transport", "emulation-forward-compatible", "enable-aggregator-routing", "enable-bootstrap-token-auth",
  "enable-controller-attach-detach", "enable-debugging-handlers", "enable-distributed-tracing", "enable-dsr",
  "enable-dynamic-provisioning", "enable-garbage-collector", "enable-grpc-gateway", "enable-hostpath-provisioner",
  "enable-leader-migration", "enable-log-rotation", "enable-logs-handler", "enable-pprof", "enable-priority-and-fairness",
  "enable-server", "enable-taint-manager", "enable-v2", "encryption-provider-config-automatic-reload",
  "exit-on-lock-contention", "experimental-allocatable-ignore-eviction", "experimental-compact-hash-check-enabled",
  "experimental-enable-distributed-tracing", "experimental-enable-lease-checkpoint",
  "experimental-enable-lease-checkpoint-persist", "experimental-initial-corrupt-check", "experimental-memory-mlock",
  "experimental-peer-skip-client-san-verification", "experimental-stop-grpc-service-on-defrag",
  "experimental-txn-mode-write-with-shared-buffer", "fail-cgroupv1", "fail-swap-on", "force-new-cluster",
  "forward-healthcheck-vip", "help", "init-only", "initial-election-tick-advance", "iptables-localhost-nodeports",
  "ipvs-strict-arp", "keep-terminated-pod-volumes", "kernel-memcg-notification", "leader-elect",
  "local-storage-capacity-isolation", "log-json-split-stream", "log-text-split-stream", "logtostderr",
  "make-iptables-util-chains", "masquerade-all", "memory-mlock", "one-output", "peer-auto-tls", "peer-client-cert-auth",
  "peer-skip-client-san-verification", "permit-address-sharing", "permit-port-sharing", "pre-vote", "profiling",
  "protect-kernel-defaults", "register-node", "register-schedulable", "rotate-certificates", "rotate-server-certificates",
  "runonce", "runtime-config-emulation-forward-compatible", "seccomp-default", "serialize-image-pulls",
  "service-account-extend-token-expiration", "service-account-lookup", "shutdown-send-retry-after", "skip-headers",
  "skip-log-headers", "socket-reuse-address", "socket-reuse-port", "strict-reconfig-check", "unsafe-no-fsync",
  "use-host-image-service", "use-real-proxier", "use-service-account-credentials", "volume-host-allow-local-loopback",
  "watch-cache", "webhook-disable-http2-serving", "windows-service",
];

/** Flags that gather the values of every time that they are given. Of all others the last value counts. */
export const listFlags: readonly string[] = [
  "admission-control", "allow-metric-labels", "allowed-unsafe-sysctls", "api-audiences", "authorization-always-allow-paths",
  "authorization-mode", "cluster-dns", "controllers", "cors-allowed-origins", "cpu-manager-policy-options",
  "disable-admission-plugins", "disabled-metrics", "emulated-version", "enable-admission-plugins", "enforce-node-allocatable",
  "etcd-servers", "etcd-servers-overrides", "eviction-hard", "eviction-minimum-reclaim", "eviction-soft",
  "eviction-soft-grace-period", "feature-gates", "ipvs-exclude-cidrs", "kube-reserved", "kubelet-preferred-address-types",
  "manifest-url-header", "min-compatibility-version", "node-labels", "nodeport-addresses", "oidc-required-claim",
  "oidc-signing-algs", "qos-reserved", "register-with-taints", "requestheader-allowed-names",
  "requestheader-extra-headers-prefix", "requestheader-group-headers", "requestheader-uid-headers",
  "requestheader-username-headers", "runtime-config", "strict-transport-security-directives", "system-reserved",
  "tls-cipher-suites", "tls-curve-preferences", "tls-sni-cert-key", "topology-manager-policy-options", "vmodule",
  "volume-host-cidr-denylist", "watch-cache-sizes", "webhook-tls-cipher-suites", "webhook-tls-curve-preferences",
  "webhook-tls-sni-cert-key", "webhooks",
];
