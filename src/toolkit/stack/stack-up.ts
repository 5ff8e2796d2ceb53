import { publicImages } from '../../config/stack-schema.ts';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { type AskedShape, shapeAfter } from './asked-shape.ts';
import { chooseProvider } from './choose-provider.ts';
import { holdStack } from './hold-stack.ts';
import { inOrder, type ServiceName } from './service-name.ts';
import { removeFiles, removeIfEmpty } from './stack-down.ts';
import { readStackFile, type StackFile, type StackService, writeStackFile } from './stack-file.ts';
import type { HeldFolder, StackParts } from './stack-parts.ts';
import type { StackImages } from './stack-provider.ts';
import { providerOf } from './stack-providers.ts';
import { servicesOf } from './stack-shape.ts';
import { illnessOf } from './stack-status.ts';

export interface UpOptions {
  readonly stackDir: string;
  readonly cacheDir: string;
  readonly parts: StackParts;
  /** Of containers; default: the usual public ones. */
  readonly images?: StackImages;
  /** Default: what the stack is already; else one of each. */
  readonly asked?: AskedShape;
  readonly signal?: AbortSignal | undefined;
  /** Told what happens to which service. */
  readonly onProgress: (name: ServiceName, what: string) => void;
}

/**
 * Brings the stack up: what runs and answers stays as it is, what is ill or missing is started (on its old port where that
 * is free). Returns when every service answers. Where one does not, or the signal comes, all that this call started is
 * ended again, and a folder that it made is removed.
 *
 * @throws FluxError `usage`, `stack_differs`, `program_missing`, `stack_start_failed`, `stack_busy`, `interrupted` ...
 */
export async function stackUp(use: UpOptions): Promise<readonly StackService[]> {
  const folder = holdStack(use.stackDir, use.parts);
  let undo = async () => {};
  try {
    const remembered = readStackFile(folder.path);
    const asked = use.asked ?? asItIs;
    const chosen = remembered === null ? await chooseProvider(asked, use.cacheDir) : remembered.provider;
    const shape = shapeAfter(remembered, asked, use.stackDir, chosen);
    const provider = providerOf(shape.provider, use.parts);
    const former: StackFile = { ...shape, services: remembered?.services ?? [] };
    if (!provider.hasData(folder.path)) {
      undo = async () => {
        removeFiles(folder.path, false);
        await provider.removeData(folder.path);
      };
      // What belonged to a folder that was removed: its passwords went with it.
      await provider.removeData(folder.path);
      // Remembered also where this start is killed: what it leaves behind is of this shape.
      writeStackFile(folder.path, former);
    }
    const well = await wellOnes(former.services, use);
    const missing = servicesOf(former).filter((name) => !well.some((service) => service.name === name));
    if (missing.length === 0) return well;
    const started = await startMissing(missing, { ...use, folder, former, well });
    const services = inOrder([...well, ...started]);
    writeStackFile(folder.path, { ...former, services });
    return services;
  } catch (error) {
    await undo();
    throw error;
  } finally {
    folder.close();
    removeIfEmpty(folder.path);
  }
}

const asItIs: AskedShape = { variants: [], proxied: false };

async function wellOnes(former: readonly StackService[], use: UpOptions): Promise<readonly StackService[]> {
  const looked = await Promise.all(
    former.map(async (service) => {
      const why = await illnessOf(service, use.parts);
      use.onProgress(service.name, why === undefined ? 'runs already' : `starts again: ${why}`);
      return why === undefined ? [service] : [];
    }),
  );
  return looked.flat();
}

interface Starting extends UpOptions {
  readonly folder: HeldFolder;
  readonly former: StackFile;
  readonly well: readonly StackService[];
}

/** What is left of them is ended first, and all of them where one does not start. */
async function startMissing(names: readonly ServiceName[], use: Starting): Promise<readonly StackService[]> {
  const { folder, former, well } = use;
  const provider = providerOf(former.provider, use.parts);
  await provider.end(folder.path, names, false);
  try {
    const signal = use.signal ?? new AbortController().signal;
    const started = await provider.start(names, {
      folder,
      cacheDir: use.cacheDir,
      images: use.images ?? publicImages,
      shape: former,
      former: former.services,
      running: well,
      signal,
      onProgress: use.onProgress,
    });
    signal.throwIfAborted();
    return started;
  } catch (error) {
    await provider.end(folder.path, names, false);
    if (use.signal?.aborted) throw new FluxError('interrupted', 'the start of the stack was interrupted and undone');
    throw error;
  }
}
