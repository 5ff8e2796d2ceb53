/** Chance. Secrets and ids come from `hex`, jitter from `fraction`. */
export interface Random {
  /** `bytes` unpredictable bytes as lower-case hex. */
  hex(bytes: number): string;
  /** A number in [0, 1). Not for secrets. */
  fraction(): number;
}
