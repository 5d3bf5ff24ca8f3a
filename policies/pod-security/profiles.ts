import type { corev1 } from "portcullis";

/** Whether a seccomp or AppArmor profile confines what runs under it. */
export function confines(profile: corev1.SeccompProfile | corev1.AppArmorProfile): boolean {
  return profile.type === "RuntimeDefault" || profile.type === "Localhost";
}
