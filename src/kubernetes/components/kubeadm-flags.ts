import type { ComponentName } from "./names.ts";

/**
 * What kubeadm writes on the command lines of the components, beside what a ClusterConfiguration says. Addresses that only the
 * node knows are the loopback. Source: cmd/kubeadm/app/phases/controlplane/manifests.go and phases/etcd/local.go of Kubernetes
 * 1.25 to 1.37, which differ in nothing that is here but etcd's flags of experiments, which are left out.
 */
export const kubeadmFlags: Readonly<Partial<Record<ComponentName, Readonly<Record<string, string>>>>> = {
  "kube-apiserver": {
    "allow-privileged": "true",
    "authorization-mode": "Node,RBAC",
    "client-ca-file": "/etc/kubernetes/pki/ca.crt",
    "enable-admission-plugins": "NodeRestriction",
    "enable-bootstrap-token-auth": "true",
    "etcd-cafile": "/etc/kubernetes/pki/etcd/ca.crt",
    "etcd-certfile": "/etc/kubernetes/pki/apiserver-etcd-client.crt",
    "etcd-keyfile": "/etc/kubernetes/pki/apiserver-etcd-client.key",
    "etcd-servers": "https://127.0.0.1:2379",
    "kubelet-client-certificate": "/etc/kubernetes/pki/apiserver-kubelet-client.crt",
    "kubelet-client-key": "/etc/kubernetes/pki/apiserver-kubelet-client.key",
    "kubelet-preferred-address-types": "InternalIP,ExternalIP,Hostname",
    "proxy-client-cert-file": "/etc/kubernetes/pki/front-proxy-client.crt",
    "proxy-client-key-file": "/etc/kubernetes/pki/front-proxy-client.key",
    "requestheader-allowed-names": "front-proxy-client",
    "requestheader-client-ca-file": "/etc/kubernetes/pki/front-proxy-ca.crt",
    "secure-port": "6443",
    "service-account-issuer": "https://kubernetes.default.svc.cluster.local",
    "service-account-key-file": "/etc/kubernetes/pki/sa.pub",
    "service-account-signing-key-file": "/etc/kubernetes/pki/sa.key",
    "tls-cert-file": "/etc/kubernetes/pki/apiserver.crt",
    "tls-private-key-file": "/etc/kubernetes/pki/apiserver.key",
  },
  "kube-controller-manager": {
    "bind-address": "127.0.0.1",
    "client-ca-file": "/etc/kubernetes/pki/ca.crt",
    "cluster-signing-cert-file": "/etc/kubernetes/pki/ca.crt",
    "cluster-signing-key-file": "/etc/kubernetes/pki/ca.key",
    controllers: "*,bootstrapsigner,tokencleaner",
    "leader-elect": "true",
    "requestheader-client-ca-file": "/etc/kubernetes/pki/front-proxy-ca.crt",
    "root-ca-file": "/etc/kubernetes/pki/ca.crt",
    "service-account-private-key-file": "/etc/kubernetes/pki/sa.key",
    "use-service-account-credentials": "true",
  },
  "kube-scheduler": { "bind-address": "127.0.0.1", "leader-elect": "true" },
  etcd: {
    "advertise-client-urls": "https://127.0.0.1:2379",
    "cert-file": "/etc/kubernetes/pki/etcd/server.crt",
    "client-cert-auth": "true",
    "data-dir": "/var/lib/etcd",
    "initial-advertise-peer-urls": "https://127.0.0.1:2380",
    "key-file": "/etc/kubernetes/pki/etcd/server.key",
    "listen-client-urls": "https://127.0.0.1:2379",
    "listen-metrics-urls": "http://127.0.0.1:2381",
    "listen-peer-urls": "https://127.0.0.1:2380",
    "peer-cert-file": "/etc/kubernetes/pki/etcd/peer.crt",
    "peer-client-cert-auth": "true",
    "peer-key-file": "/etc/kubernetes/pki/etcd/peer.key",
    "peer-trusted-ca-file": "/etc/kubernetes/pki/etcd/ca.crt",
    "trusted-ca-file": "/etc/kubernetes/pki/etcd/ca.crt",
  },
};

/** The flags of the API server that a ClusterConfiguration with an external etcd says by itself, each by its field under `etcd.external`. */
export const externalEtcdFlags = { "etcd-servers": "endpoints", "etcd-cafile": "caFile", "etcd-certfile": "certFile", "etcd-keyfile": "keyFile" } as const;
