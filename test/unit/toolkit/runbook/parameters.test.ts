import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parameterFault } from '../../../../src/toolkit/runbook/format/parameter-value.ts';
import type { Parameter } from '../../../../src/toolkit/runbook/format/runbook.ts';
import { invocationsOf } from '../../../../src/toolkit/runbook/run/invocation.ts';
import { maskOf } from '../../../../src/toolkit/runbook/run/mask-secrets.ts';
import { parameterValues, shownValues } from '../../../../src/toolkit/runbook/run/parameter-values.ts';
import { aStep, fence } from './a-runbook.ts';
import { stepsOf } from './a-runner.ts';

const own = { node: '/node', entry: '/run.js' };

function parameter(name: string, more: Partial<Parameter> = {}): Parameter {
  return { name, kind: 'sale', description: 'The sale', byDefault: null, secret: false, ...more };
}

const book = (...parameters: readonly Parameter[]) => ({ name: 'test', parameters });

describe('what a parameter may be set to', () => {
  it.each([
    ['sale', 'night', undefined],
    ['sale', 'no such thing!', 'is not the id of a sale'],
    ['sale', '--json', 'begins with -'],
    ['whole', '12', undefined],
    ['whole', '1.5', 'is not a whole number from 0'],
    ['time', '2m', undefined],
    ['time', '2', 'is not a time like 500ms, 30s, 5m or 1h'],
    ['url', 'http://127.0.0.1:3001', undefined],
    ['url', 'ftp://x', 'is not an address like http://127.0.0.1:3001'],
    ['path', 'a folder/with $(rm -rf ~)', undefined],
    ['path', 'a\nb', 'has a control character in it'],
    ['name', 'a b', 'is not a name: letters, digits, . _ and -'],
    ['command', 'systemctl restart redis', undefined],
    ['command', 'a | b', 'is not a command with its arguments; `fluxgate ...` is this program'],
    ['command', 'echo $HOME', 'is not a command with its arguments; `fluxgate ...` is this program'],
  ] as const)('%s: %s', (kind, value, fault) => {
    expect(parameterFault(kind, value)).toBe(fault);
  });
});

describe('the parameters of a run', () => {
  it('are what was typed, else what the run had before, else the default', () => {
    const runbook = book(
      parameter('a', { byDefault: 'x' }),
      parameter('b', { byDefault: 'x' }),
      parameter('c', { byDefault: 'x' }),
    );

    const values = parameterValues(runbook, ['a=typed'], { a: 'before', b: 'before' });

    expect(shownValues(values)).toEqual({ a: 'typed', b: 'before', c: 'x' });
  });

  it.each([
    [['sael=night'], 'test has no parameter sael; did you mean sale?'],
    [['sale'], '--set takes NAME=VALUE, not sale'],
    [[], 'test wants --set sale=...: The sale'],
    [['sale=a b'], 'sale is not the id of a sale: a b'],
  ])('refuse %j', (typed, message) => {
    expect(() => parameterValues(book(parameter('sale')), typed)).toThrow(message);
  });

  it('that are secret come out of a file and are shown to nobody', () => {
    const folder = mkdtempSync(join(tmpdir(), 'fluxgate-secret-'));
    writeFileSync(join(folder, 'token'), 'hunter2-hunter2\n');
    const runbook = book(parameter('token', { kind: 'name', secret: true }));

    const values = parameterValues(runbook, [`token=@${folder}/token`], { token: '<redacted>' });

    expect(values.get('token')?.value).toBe('hunter2-hunter2');
    expect(shownValues(values)).toEqual({ token: '<redacted>' });
    expect(() => parameterValues(runbook, ['token=hunter2-hunter2'])).toThrow('token is secret: write it into a file');
    expect(() => parameterValues(runbook, [`token=@${folder}`])).toThrow('token, cannot be read: it is a folder');
    expect(() => parameterValues(runbook, [], { token: '<redacted>' })).toThrow('--set token=@FILE');
    rmSync(folder, { recursive: true });
  });
});

describe('what is run', () => {
  const sections = (text: string, info = 'sh') => stepsOf(aStep('Do', fence(info, text)))[0]?.action;
  const ran = (text: string, values: ReturnType<typeof parameterValues>, info = 'sh') => {
    const action = sections(text, info);
    return action === undefined || action.kind === 'ask' ? [] : invocationsOf(action.fence.script, values, own);
  };
  const set = (value: string, kind: Parameter['kind']) =>
    parameterValues(book(parameter('sale', { kind })), [`sale=${value}`]);

  it('is this very program where it says fluxgate, and no shell', () => {
    expect(ran('fluxgate sale pause $sale\necho "$sale"', set('night', 'sale'))).toMatchObject([
      { program: '/node', args: ['/run.js', 'sale', 'pause', 'night'], own: true, text: 'fluxgate sale pause night' },
      { program: 'echo', args: ['night'], own: false },
    ]);
  });

  it('takes a value for one word, whatever is in it', () => {
    const nasty = `a b; rm -rf "$HOME" $(reboot) ' | x`;

    expect(ran('echo pre-$sale', set(nasty, 'path'))[0]?.args).toEqual([`pre-${nasty}`]);
    expect(ran('echo "$sale" | cat', set(nasty, 'path'), 'sh shell')).toMatchObject([
      { program: 'sh', args: ['-euc', expect.stringMatching(/; echo "\$sale" \| cat$/)], env: { sale: nasty } },
    ]);
  });

  it('is as many words as a command has that a parameter names', () => {
    expect(ran('$sale --now', set("fluxgate stack up --dir 'a b'", 'command'))).toMatchObject([
      { program: '/node', args: ['/run.js', 'stack', 'up', '--dir', 'a b', '--now'] },
    ]);
  });
});

describe('a mask', () => {
  it('takes every secret out, the longer one first, and leaves what is too short to be one', () => {
    const mask = maskOf(['secret', 'secret-and-more', 'abc']);

    expect(mask('secret-and-more, secret, abc')).toBe('<redacted>, <redacted>, abc');
  });
});
