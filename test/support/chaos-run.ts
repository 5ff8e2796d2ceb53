import type { ChildProcess } from 'node:child_process';
import { stackParts } from '../../src/compose-stack.ts';
import type { ChaosFault, FaultContext, FaultTarget, UndoTools } from '../../src/toolkit/chaos/fault/chaos-fault.ts';
import { chaosFaults } from '../../src/toolkit/chaos/fault/fault-registry.ts';
import type { ChaosPart, ChaosSystem, PartKind } from '../../src/toolkit/chaos/system/chaos-system.ts';

const { identityOf } = stackParts;

export function faultNamed(name: string): ChaosFault {
  const fault = chaosFaults.get(name);
  if (fault === undefined) throw new Error(`there is no fault ${name}`);
  return fault;
}

/** A part of a system under test: a child of this process, or a service of a stack. */
export function aPart(use: {
  readonly kind: PartKind;
  readonly name: string;
  readonly child?: ChildProcess;
  readonly stackDir?: string;
  readonly containerId?: string;
}): ChaosPart {
  const pid = use.child?.pid;
  const identity = pid === undefined ? undefined : identityOf(pid);
  return {
    kind: use.kind,
    name: use.name,
    ref: { name: use.name, stackDir: use.stackDir ?? null },
    process: () => (pid === undefined || identity === undefined ? null : { pid, identity }),
    containerId: () => use.containerId ?? null,
    logPath: null,
    leaveDown: () => {},
    start: async () => true,
  };
}

export interface FaultRun {
  (parameters: Readonly<Record<string, unknown>>): FaultContext<unknown, FaultTarget>;
  /** Closes what faults kept, the last first, as a runner does before the undo. */
  closeKept(): Promise<void>;
}

/** What a runner gives to a fault. */
export function aRun(use: {
  readonly target: FaultTarget;
  readonly workDir?: string;
  readonly saleId?: string;
}): FaultRun {
  const kept: (() => unknown)[] = [];
  const system: ChaosSystem = {
    capabilities: new Set(),
    workDir: use.workDir ?? '/nowhere',
    servers: [],
    workers: [],
    parts: use.target.kind === 'link' ? [] : [use.target],
    links: [],
    services: () => [],
    controller: async () => null,
    saleId: use.saleId ?? 'sale',
    identityOf,
    env: {},
  };
  const run = (parameters: Readonly<Record<string, unknown>>) => ({
    parameters,
    target: use.target,
    system,
    chance: () => 0,
    keep: (close: () => unknown) => void kept.push(close),
  });
  return Object.assign(run, {
    async closeKept() {
      for (let close = kept.pop(); close !== undefined; close = kept.pop()) await close();
    },
  });
}

export function undoTools(use: { readonly sameRunner?: boolean; readonly startAgain?: UndoTools['startAgain'] } = {}) {
  return { sameRunner: use.sameRunner ?? true, identityOf, startAgain: use.startAgain ?? (async () => {}) };
}
