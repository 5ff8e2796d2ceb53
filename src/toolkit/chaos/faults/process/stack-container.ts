import { FluxError } from '../../../../engine/domain/flux-error.ts';
import { requireDocker } from '../../../stack/docker/docker-daemon.ts';

export interface ContainerState {
  readonly running: boolean;
  readonly paused: boolean;
  /** 0 is no limit. */
  readonly memoryBytes: number;
}

/** A container of a stack, as faults take hold of it. All throw FluxError `fault` with what the daemon said. */
export interface StackContainer {
  state(): Promise<ContainerState>;
  kill(): Promise<void>;
  /** In order, within that many seconds; then by force. */
  stop(patienceS: number): Promise<void>;
  pause(): Promise<void>;
  /** Nothing where it is not paused, or has gone. */
  unpause(): Promise<void>;
  limitMemory(bytes: number): Promise<void>;
}

/** @throws FluxError `program_missing` where no daemon answers */
export async function stackContainer(id: string): Promise<StackContainer> {
  const docker = await requireDocker();
  const container = docker.container.getById(id);
  const state = async (): Promise<ContainerState> => {
    const { State, HostConfig } = await container.inspect();
    return { running: State.Running, paused: State.Paused, memoryBytes: HostConfig.Memory ?? 0 };
  };
  const told = async (what: string, doing: Promise<unknown>): Promise<void> => {
    try {
      await doing;
    } catch (cause) {
      throw new FluxError('fault', `Docker could not ${what} container ${id.slice(0, 12)}: ${cause}`, { cause });
    }
  };
  return {
    state,
    kill: () => told('kill', container.kill()),
    stop: (patienceS) => told('stop', container.stop({ t: patienceS })),
    pause: () => told('pause', container.pause()),
    async unpause() {
      const is = await state().catch(() => null);
      if (is?.paused) await told('unpause', container.unpause());
    },
    // swap is no way out of it
    limitMemory: (bytes) => told('limit', container.update({ Memory: bytes, MemorySwap: bytes })),
  };
}
