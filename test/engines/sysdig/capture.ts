/** The start of a program, as the kernel tells of it. */
export interface Start {
  readonly pid: number;
  readonly parent: number;
  /** Cut to 15 characters, as the kernel has it. */
  readonly name: string;
  readonly path: string;
  readonly arguments: readonly string[];
  /** The whole id; undefined on the node. */
  readonly container?: string;
  /** The device number of the terminal; 0 for none. */
  readonly terminal: number;
  readonly user: number;
}

/** A container as the runtime describes it. */
export interface Container {
  readonly id: string;
  readonly name: string;
  readonly repository: string;
  readonly tag: string;
  readonly privileged: boolean;
}

/**
 * A capture that sysdig reads: containers first, then starts of programs, a millisecond apart.
 * (Source: falcosecurity/libs 0.2, userspace/libscap/scap-int.h and driver/event_table.c, the events PPME_SYSCALL_EXECVE_19_X and
 * PPME_CONTAINER_JSON_E of pcapng-like files.)
 */
export function capture(containers: readonly Container[], starts: readonly Start[]): Buffer {
  let time = 1_700_000_000n * 1_000_000_000n;
  const next = (): bigint => (time += 1_000_000n);
  const machine = Buffer.concat([u32(2), u64(8n << 30n), u64(32768n), padded("node", 128), u64(time), u64(0n), u64(0n), u64(0n)]);
  return Buffer.concat([
    block(0x0a0d0d0a, Buffer.concat([u32(0x1a2b3c4d), u16(1), u16(2), u64(2n ** 64n - 1n)])),
    block(0x201, machine),
    ...containers.map((container) => event(next(), -1n, 324, [text(JSON.stringify(describe(container)))], true)),
    ...starts.map((start) => event(next(), BigInt(start.pid), 293, execve(start), false)),
  ]);
}

/** The parameters of execve's exit, in the order of the event table. */
function execve({ arguments: given, container, name, parent, path, pid, terminal, user }: Start): readonly Buffer[] {
  const group = container === undefined ? "/" : `/docker/${container}`;
  const id = i64(BigInt(pid));
  const [all, none] = [u64(0x1ff_ffff_ffffn), u64(0n)];
  return [
    i64(0n), text(path.slice(path.lastIndexOf("/") + 1)), Buffer.concat(given.map(text)), id, id, i64(BigInt(parent)), text("/"), u64(1024n), none, none, u32(0), u32(0), u32(0), text(name.slice(0, 15)),
    Buffer.concat(["cpuset", "cpu", "memory"].map((subsystem) => text(`${subsystem}=${group}`))), Buffer.alloc(0), u32(terminal), id, u32(0xffff_ffff), u32(0), none, all, all,
    u64(1n), none, none, u32(user), text(path), id, u32(user), text(path),
  ];
}

const describe = ({ id, name, privileged, repository, tag }: Container): unknown => ({
  container: { type: 0, id: id.slice(0, 12), full_id: id, name, image: `${repository}:${tag}`, imagerepo: repository, imagetag: tag, imageid: "", imagedigest: "", privileged, is_pod_sandbox: false, labels: {}, Mounts: [], port_mappings: [], ip: "0.0.0.0", cni_json: "", env: [], User: "root", lookup_state: 1, metadata_deadline: 0 },
});

function event(time: bigint, thread: bigint, type: number, parameters: readonly Buffer[], isLarge: boolean): Buffer {
  const lengths = Buffer.concat(parameters.map(({ length }) => (isLarge ? u32(length) : u16(length))));
  const data = Buffer.concat(parameters);
  const header = Buffer.concat([u64(time), u64(BigInt.asUintN(64, thread)), u32(26 + lengths.length + data.length), u16(type), u32(parameters.length)]);
  return block(isLarge ? 0x221 : 0x216, Buffer.concat([u16(0), header, lengths, data]));
}

function block(type: number, body: Buffer): Buffer {
  const whole = Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)]);
  return Buffer.concat([u32(type), u32(whole.length + 12), whole, u32(whole.length + 12)]);
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

const i64 = (value: bigint): Buffer => u64(BigInt.asUintN(64, value));
const text = (value: string): Buffer => Buffer.from(`${value}\0`);
const padded = (value: string, length: number): Buffer => Buffer.concat([Buffer.from(value), Buffer.alloc(length - value.length)]);
