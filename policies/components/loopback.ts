import { cidrContains } from "portcullis";

/** Whether an IP address leads to its own node only. */
export function isLoopback(address: string): boolean {
  return cidrContains("127.0.0.0/8", address) || cidrContains("::1/128", address);
}
