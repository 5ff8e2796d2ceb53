import { FluxError } from '../../../engine/domain/flux-error.ts';

/** What to run: names, or none of them for every experiment that ships. @throws FluxError `usage` */
export function namesOf(named: readonly string[], all: boolean): readonly string[] {
  if (all && named.length > 0) {
    throw new FluxError('usage', '--all runs every experiment that ships: name none beside it', {
      hint: 'fluxgate chaos run --all',
    });
  }
  if (!all && named.length === 0) {
    throw new FluxError('usage', 'which experiment?', {
      hint: 'fluxgate chaos list, then fluxgate chaos run NAME; or fluxgate chaos run --all',
    });
  }
  return named;
}
