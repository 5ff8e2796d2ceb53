import { publicImages } from '../../config/stack-schema.ts';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { holdStack } from './hold-stack.ts';
import { inOrder, type ServiceName } from './service-name.ts';
import { stackCommand } from './stack-command.ts';
import { readStackFile, writeStackFile } from './stack-file.ts';
import type { StackParts } from './stack-parts.ts';
import { providerOf } from './stack-providers.ts';

/** One start after the other for each stack: each writes its file anew. */
const turns = new Map<string, Promise<unknown>>();

/**
 * Starts one service of a stack that has gone, on its old port and data; nothing where its process or container is there. It
 * leaves every other one alone, also one that does not answer: `stack up` would start that again, too.
 * @throws FluxError `stack_not_running`, `stack_start_failed`, `stack_busy`
 */
export function startAgain(use: {
  readonly stackDir: string;
  readonly cacheDir: string;
  readonly name: ServiceName;
  readonly parts: StackParts;
}): Promise<void> {
  const before = turns.get(use.stackDir) ?? Promise.resolve();
  const turn = before.catch(() => {}).then(() => startNow(use));
  turns.set(use.stackDir, turn);
  return turn;
}

async function startNow({ stackDir, cacheDir, name, parts }: Parameters<typeof startAgain>[0]): Promise<void> {
  const folder = holdStack(stackDir, parts);
  try {
    const file = readStackFile(folder.path);
    if (file === null) {
      throw new FluxError('stack_not_running', `there is no stack in ${stackDir} any more`, {
        hint: stackCommand('up', stackDir),
      });
    }
    const provider = providerOf(file.provider, parts);
    const former = file.services.find((service) => service.name === name);
    // somebody was faster, `stack up` perhaps: what runs is in use, and may be slow to answer
    if (former !== undefined && (await provider.isThere(former))) return;
    const others = file.services.filter((service) => service.name !== name);
    await provider.end(folder.path, [name], false);
    const started = await provider.start([name], {
      folder,
      cacheDir,
      images: publicImages,
      shape: file,
      former: file.services,
      running: others,
      signal: new AbortController().signal,
      onProgress: () => {},
    });
    writeStackFile(folder.path, { ...file, services: inOrder([...others, ...started]) });
  } finally {
    folder.close();
  }
}
