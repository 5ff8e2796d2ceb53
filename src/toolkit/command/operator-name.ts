import { hostname, userInfo } from 'node:os';

/** Who sits here, as it is written down: `user@host`. A container's user may have no name; then it is its number. */
export function operatorName(): string {
  return `${userName()}@${hostname()}`;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
