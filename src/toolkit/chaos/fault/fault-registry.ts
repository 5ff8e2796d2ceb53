import { blackhole } from '../faults/blackhole.ts';
import { kill } from '../faults/kill.ts';
import { pause } from '../faults/pause.ts';
import type { ChaosFault } from './chaos-fault.ts';

/** Every fault, by the name that experiments use. docs/chaos.md says how to add one: its file, and its line here. */
const all: readonly ChaosFault[] = [blackhole, kill, pause];

export const chaosFaults: ReadonlyMap<string, ChaosFault> = new Map(all.map((fault) => [fault.name, fault]));
