/** The bits and numbers behind the texts of arguments, as Linux has them on every architecture that Tetragon runs on. */

export const openFlags: Readonly<Record<string, number>> = { O_TRUNC: 0o1000 };

export const fileModes: Readonly<Record<string, number>> = { read: 1, write: 2 };

export const permissionBits: Readonly<Record<string, number>> = {
  S_ISUID: 0o4000, S_ISGID: 0o2000, S_ISVTX: 0o1000,
  S_IRUSR: 0o400, S_IWUSR: 0o200, S_IXUSR: 0o100, S_IRGRP: 0o40, S_IWGRP: 0o20, S_IXGRP: 0o10, S_IROTH: 0o4, S_IWOTH: 0o2, S_IXOTH: 0o1,
};

export const cloneFlags: Readonly<Record<string, number>> = {
  CLONE_FS: 0x200, CLONE_FILES: 0x400, CLONE_NEWNS: 0x20000, CLONE_NEWCGROUP: 0x2000000, CLONE_NEWUTS: 0x4000000, CLONE_NEWIPC: 0x8000000,
  CLONE_NEWUSER: 0x10000000, CLONE_NEWPID: 0x20000000, CLONE_NEWNET: 0x40000000,
};

/** PTRACE_SETREGS is a request of x86 alone; elsewhere no process asks for 13. */
export const traceRequests: Readonly<Record<string, number>> = {
  PTRACE_TRACEME: 0, PTRACE_PEEKTEXT: 1, PTRACE_PEEKDATA: 2, PTRACE_PEEKUSR: 3, PTRACE_POKETEXT: 4, PTRACE_POKEDATA: 5, PTRACE_POKEUSR: 6, PTRACE_CONT: 7, PTRACE_KILL: 8,
  PTRACE_SINGLESTEP: 9, PTRACE_GETREGS: 12, PTRACE_SETREGS: 13, PTRACE_ATTACH: 16, PTRACE_DETACH: 17, PTRACE_SYSCALL: 24, PTRACE_SETOPTIONS: 0x4200, PTRACE_GETEVENTMSG: 0x4201,
  PTRACE_GETSIGINFO: 0x4202, PTRACE_SETSIGINFO: 0x4203, PTRACE_GETREGSET: 0x4204, PTRACE_SETREGSET: 0x4205, PTRACE_SEIZE: 0x4206, PTRACE_INTERRUPT: 0x4207, PTRACE_LISTEN: 0x4208,
};

export const bpfCommands: Readonly<Record<string, number>> = { BPF_MAP_CREATE: 0, BPF_MAP_LOOKUP_ELEM: 1, BPF_MAP_UPDATE_ELEM: 2, BPF_MAP_DELETE_ELEM: 3, BPF_PROG_LOAD: 5, BPF_OBJ_PIN: 6, BPF_OBJ_GET: 7, BPF_PROG_ATTACH: 8 };

export const socketDomains: Readonly<Record<string, number>> = { AF_UNIX: 1, AF_INET: 2, AF_INET6: 10, AF_NETLINK: 16, AF_PACKET: 17, AF_VSOCK: 40 };

export const protocols: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17 };

/** The types of addresses by what `fd.typechar` and `fd.type` call them. */
export const families: Readonly<Record<string, string>> = { "4": "AF_INET", ipv4: "AF_INET", "6": "AF_INET6", ipv6: "AF_INET6", u: "AF_UNIX", unix: "AF_UNIX" };

/** Capabilities, by the numbers of their bits. */
export const capabilities = [
  "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID", "CAP_SETUID", "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE",
  "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_IPC_LOCK", "CAP_IPC_OWNER", "CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_CHROOT", "CAP_SYS_PTRACE",
  "CAP_SYS_PACCT", "CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_NICE", "CAP_SYS_RESOURCE", "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE", "CAP_AUDIT_WRITE",
  "CAP_AUDIT_CONTROL", "CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM", "CAP_BLOCK_SUSPEND", "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE",
] as const;
