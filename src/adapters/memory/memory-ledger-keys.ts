import { addMs } from '../../engine/domain/time.ts';
import type {
  LedgerKeys,
  RemoveKeyResult,
  RotateKey,
  RotateKeyResult,
  SigningKey,
} from '../../engine/ports/ledger-keys.ts';
import type { LedgerState } from './memory-ledger-state.ts';

/** The memory ledger's part of signing keys. */
export function memoryLedgerKeys(state: LedgerState): LedgerKeys {
  return {
    async signingKeys(newSecret) {
      if (state.signingKeys.length === 0) addKey(state, newSecret, 0);
      return [...keysThatSign(state), ...state.signingKeys.filter(({ signsFrom }) => signsFrom > state.clock.now())];
    },
    rotateSigningKey: async (rotate) => rotateKey(state, rotate),
    removeSigningKey: async (keyId) => removeKey(state, keyId),
  };
}

/** Newest first. */
function keysThatSign(state: LedgerState): readonly SigningKey[] {
  return state.signingKeys.filter(({ signsFrom }) => signsFrom <= state.clock.now()).toReversed();
}

function addKey(state: LedgerState, secret: string, announceMs: number): SigningKey {
  const number = Math.max(0, ...state.signingKeys.map(({ keyId }) => Number(keyId.slice(1)))) + 1;
  const key = { keyId: `k${number}`, secret, signsFrom: addMs(state.clock.now(), announceMs) };
  state.signingKeys = [...state.signingKeys, key];
  return key;
}

function rotateKey(state: LedgerState, { newSecret, announceMs, keepMs }: RotateKey): RotateKeyResult {
  const now = state.clock.now();
  const pending = state.signingKeys.find(({ signsFrom }) => signsFrom > now);
  if (pending !== undefined) return { kind: 'pending', keyId: pending.keyId, signsFrom: pending.signsFrom };
  const before = state.signingKeys;
  const outlived = before.filter((key) =>
    before.some(({ signsFrom }) => signsFrom > key.signsFrom && signsFrom <= now - keepMs),
  );
  state.signingKeys = before.filter((key) => !outlived.includes(key));
  const { keyId, signsFrom } = addKey(state, newSecret, before.length === 0 ? 0 : announceMs);
  return { kind: 'announced', keyId, signsFrom, removed: outlived.map((key) => key.keyId) };
}

function removeKey(state: LedgerState, keyId: string): RemoveKeyResult {
  if (!state.signingKeys.some((key) => key.keyId === keyId)) return { kind: 'unknown_key' };
  if (keysThatSign(state)[0]?.keyId === keyId) return { kind: 'signs' };
  state.signingKeys = state.signingKeys.filter((key) => key.keyId !== keyId);
  return { kind: 'removed' };
}
