/** The oldest Kubernetes minor that verdicts can be asked for: 25 for 1.25. Pod Security as it stands today began there. */
export const oldestMinor = 25;

/** The newest Kubernetes minor that the controls know, and the one that verdicts are for unless another is asked. */
export const newestMinor = 37;
