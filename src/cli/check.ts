import { Command, InvalidArgumentError, Option } from "commander";
import { severities } from "../dsl/control.ts";
import { profiles } from "../profiles/profiles.ts";
import { formats } from "../report/index.ts";
import type { CheckFlags } from "./check-flags.ts";
import { engines } from "./engines.ts";
import { type Io, processIo } from "./io.ts";

/** `portcullis check`: judges manifests. */
export function checkCommand(io: Io = processIo()): Command {
  return new Command("check")
    .description("judge manifests (files, folders, or - for standard input), or audit logs of the API server")
    .argument("<path...>", "files and folders to read; - reads standard input")
    .option("-e, --events", "the paths are audit logs: JSON lines, plain or gzip, judged by the detections over the audit log")
    .option("-p, --profile <names>", `profiles to run, joined by commas (${profiles.map(({ name }) => name).join(", ")}); default all`, names)
    .option("-c, --control <ids>", "controls to run, joined by commas, beside those of the profiles", names)
    .option("-t, --target <file>", "target file with the controls, their parameters and exemptions; --profile and --control replace its choice")
    .option("-n, --namespace <name>", "namespace of objects that name none, for the target's exemptions and for controls that look at other objects", namespaceName)
    .option("--complete", "say that the objects are all that there are, so that what is not among them does not exist")
    .option("-k, --kubernetes <version>", "Kubernetes that verdicts are for, such as 1.37 (default: the target's, else the newest)", kubernetesMinor)
    .addOption(new Option("-f, --format <format>", "form of the report").choices(formats).default("text"))
    .addOption(new Option("--fail-on <severity>", "exit 1 only for violations of this severity or worse").choices(severities).default("info"))
    .addOption(new Option("--engine <engine>", "what judges").choices(Object.keys(engines)).default("wasm"))
    .option("-b, --bundle <dir>", "folder of a built opa target to judge with (default: the standard controls)")
    .option("-o, --output <file>", "write the report to a file instead of standard output")
    .addHelpText("after", "\nExit codes: 0 no violations, 1 violations, 2 bad usage or input that cannot be read or judged.\n\nExamples:\n  $ portcullis check ./manifests --profile pss-restricted\n  $ portcullis check --events /var/log/kubernetes/audit.log* --fail-on high\n  $ helm template ./chart | portcullis check - --format sarif --output report.sarif\n")
    .action(async (paths: readonly string[], flags: CheckFlags, command: Command) => {
      if (flags.events === true) {
        const idle = ["namespace", "kubernetes", "engine", "bundle"].filter((name) => command.getOptionValueSource(name) === "cli");
        const { runCheckEvents } = await import("./run-check-events.ts");
        await runCheckEvents(io, paths, flags, idle);
        return;
      }
      const { runCheck } = await import("./run-check.ts");
      await runCheck(io, paths, flags);
    });
}

/** Reads `a,b`, given once or more often. */
function names(text: string, before: readonly string[] = []): readonly string[] {
  const words = text.split(",").map((word) => word.trim());
  if (words.includes("")) throw new InvalidArgumentError("Names are joined by commas: a,b.");
  return [...before, ...words];
}

/** A name as the API server takes it for a namespace: an RFC 1123 label. */
function namespaceName(text: string): string {
  if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(text)) throw new InvalidArgumentError("A namespace's name holds lower-case letters, digits and dashes inside.");
  return text;
}

function kubernetesMinor(text: string): number {
  const digits = /^v?1\.(\d{1,3})$/.exec(text)?.[1];
  if (digits === undefined) throw new InvalidArgumentError("Write it like 1.37.");
  return Number(digits);
}
