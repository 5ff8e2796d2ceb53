import type { EngineParts } from '../../src/engine/create-engine.ts';
import type { Plant } from '../../src/toolkit/simulate/world/simulated-process.ts';

type Port = 'gate' | 'ledger' | 'orderLog';

/** A defect of how a process asks one port: what `change` does not name stays sound. `parts` are the sound ones of the process. */
export function inPort<Name extends Port>(
  name: Name,
  change: (parts: EngineParts, at: Parameters<Plant>[1]) => Partial<EngineParts[Name]>,
): Plant {
  return (parts, at) => ({ ...parts, [name]: { ...parts[name], ...change(parts, at) } });
}
