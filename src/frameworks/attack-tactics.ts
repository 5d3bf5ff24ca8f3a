/** The tactics of MITRE ATT&CK (Enterprise) that a technique serves, as Falco's tags call them. */
const tactics: Readonly<Record<string, readonly string[]>> = {
  T1003: ["credential_access"],
  T1014: ["defense_evasion"],
  T1021: ["lateral_movement"],
  T1036: ["defense_evasion"],
  T1040: ["credential_access", "discovery"],
  T1041: ["exfiltration"],
  T1046: ["discovery"],
  T1048: ["exfiltration"],
  T1055: ["defense_evasion", "privilege_escalation"],
  T1059: ["execution"],
  T1070: ["defense_evasion"],
  T1071: ["command_and_control"],
  T1072: ["execution", "lateral_movement"],
  T1078: ["defense_evasion", "persistence", "privilege_escalation", "initial_access"],
  T1095: ["command_and_control"],
  T1098: ["persistence", "privilege_escalation"],
  T1105: ["command_and_control"],
  T1133: ["persistence", "initial_access"],
  T1190: ["initial_access"],
  T1204: ["execution"],
  T1496: ["impact"],
  T1528: ["credential_access"],
  T1543: ["persistence", "privilege_escalation"],
  T1547: ["persistence", "privilege_escalation"],
  T1548: ["privilege_escalation", "defense_evasion"],
  T1550: ["defense_evasion", "lateral_movement"],
  T1552: ["credential_access"],
  T1554: ["persistence"],
  T1557: ["credential_access", "collection"],
  T1562: ["defense_evasion"],
  T1609: ["execution"],
  T1610: ["defense_evasion", "execution"],
  T1611: ["privilege_escalation"],
  T1613: ["discovery"],
  T1620: ["defense_evasion"],
  T1649: ["credential_access"],
};

/** The tactics of techniques such as `T1059.004`, each once, in the order of the techniques. None for a technique that is not in the table. */
export function tacticsOf(techniques: readonly string[]): readonly string[] {
  return [...new Set(techniques.flatMap((technique) => tactics[technique.split(".")[0] ?? ""] ?? []))];
}
