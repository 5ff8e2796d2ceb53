import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { arrivalsOf } from '../../../../src/toolkit/load/arrival-schedule.ts';
import { readScenario } from '../../../../src/toolkit/load/read-scenario.ts';
import { scenarioPath } from '../../../../src/toolkit/load/scenario-path.ts';
import { behaviours } from '../../../../src/toolkit/load/scenario-schema.ts';
import { shippedScenarios, shippedText } from '../../../../src/toolkit/load/shipped-scenarios.ts';

const folder = new URL('../../../../scenarios/', import.meta.url);
const files = (await readdir(folder)).filter((name) => name.endsWith('.yaml'));

describe('the scenarios that ship', () => {
  it('are those that the pages name', () => {
    expect(files.map((file) => file.replace('.yaml', '')).sort()).toEqual([
      ...[
        'bots',
        'bundle',
        'double-click',
        'flash-sale',
        'slow-clients',
        'smoke',
        'soak',
        'thundering-herd',
        'waiting-room',
      ],
    ]);
  });

  it.each(files)('%s says what it is and why, can fail, and is completed by an editor', async (file) => {
    const scenario = await readScenario(new URL(file, folder).pathname);
    const text = await readFile(new URL(file, folder), 'utf8');

    expect(scenario.title).not.toBe('');
    expect(scenario.why.length).toBeGreaterThan(60);
    expect(scenario.thresholds.maxErrorRate).not.toBeNull();
    expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=../docs/schemas/scenario.schema.json');
  });

  it('show every behaviour between them', async () => {
    const scenarios = await Promise.all(files.map((file) => readScenario(new URL(file, folder).pathname)));
    const shown = new Set(scenarios.flatMap(({ buyers }) => Object.keys(buyers.behaviours)));

    expect([...shown].sort()).toEqual([...behaviours].sort());
  });

  it('have the flash sale of 100,000 buyers for 1,000 units', async () => {
    const { arrivals, buyers, sale } = await readScenario(new URL('flash-sale.yaml', folder).pathname);

    expect(arrivalsOf(arrivals)).toBe(100_000);
    expect(buyers.count).toBe(100_000);
    expect(sale.products.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(1_000);
  });

  it('are listed with their size and what each is for, on 80 columns', async () => {
    const scenarios = await shippedScenarios();
    const text = shippedText(scenarios);

    expect(scenarios.find(({ name }) => name === 'flash-sale')).toMatchObject({
      ...{ title: 'Flash sale', buyers: 100_000, units: 1_000, products: 2, seconds: 24.6 },
    });
    expect(text).toContain('flash-sale: 100,000 buyers, 1,000 units, 24.6 s\n    100,000 buyers for 1,000 units');
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('are found by name, and by the nearest name where it is typed wrong', () => {
    expect(scenarioPath('smoke')).toMatch(/scenarios\/smoke\.yaml$/);
    expect(scenarioPath('my/own.yaml')).toBe('my/own.yaml');
    expect(() => scenarioPath('smoek')).toThrow(
      expect.objectContaining({ code: 'scenario_invalid', hint: expect.stringContaining('did you mean smoke?') }),
    );
  });
});
