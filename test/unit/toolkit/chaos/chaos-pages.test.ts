import { expect, it } from 'vitest';
import { readExperiments } from '../../../../src/toolkit/chaos/experiment/read-experiment.ts';
import { experimentsPage, faultsPage } from '../../../support/chaos-tables.ts';

it('shows every fault in the docs as the registry has it (vitest -u writes the page anew)', async () => {
  await expect(faultsPage()).toMatchFileSnapshot('../../../../docs/chaos-faults.md');
});

it('shows every experiment that ships in the docs (vitest -u writes the page anew)', async () => {
  await expect(experimentsPage(await readExperiments([]))).toMatchFileSnapshot('../../../../docs/chaos-experiments.md');
});
