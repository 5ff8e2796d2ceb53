import { FluxError } from '../../../engine/domain/flux-error.ts';
import type { Docker } from './docker-daemon.ts';

/**
 * Pulls an image where the daemon does not have it, with the logins of the docker client.
 * @throws FluxError `program_missing` with the command that pulls it
 */
export async function bringImage(
  docker: Docker,
  image: string,
  use: { readonly signal: AbortSignal; readonly onProgress: (what: string) => void },
): Promise<void> {
  const { ImageName } = await import('testcontainers');
  const name = ImageName.fromString(image);
  if (await docker.image.exists(name)) return;
  use.onProgress(`pulling ${image} (once)`);
  let cause: unknown;
  try {
    // The library cannot be told to stop; whoever is interrupted does not wait for it.
    await Promise.race([docker.image.pull(name), aborted(use.signal)]);
  } catch (error) {
    use.signal.throwIfAborted();
    cause = error;
  }
  // A pull that fails halfway is not always told as an error.
  if (cause === undefined && (await docker.image.exists(name))) return;
  throw new FluxError('program_missing', `the image ${image} could not be pulled`, {
    hint: `docker pull ${image} (says why); another image: fluxgate config show (stackImages)`,
    ...(cause === undefined ? {} : { cause }),
  });
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
