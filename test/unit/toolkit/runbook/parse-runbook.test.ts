import { describe, expect, it } from 'vitest';
import { parseRunbook } from '../../../../src/toolkit/runbook/format/parse-runbook.ts';
import { aRunbook, aStep, fence } from './a-runbook.ts';

/** What is wrong with a text, each with `line:column`. */
function faultsOf(text: string): readonly string[] {
  try {
    parseRunbook(text, 'x.md');
  } catch (error) {
    return error instanceof Error ? error.message.split('\n').map((line) => line.replace('x.md:', '')) : [];
  }
  return [];
}

const command = fence('sh', 'true');

describe('a runbook', () => {
  it('is Markdown: a heading names a step, its fences are what is done, and everything else is prose', () => {
    const text = aRunbook(
      [
        'Prose, and ```` `code` ```` in it.',
        aStep(
          'Pause `the` sale, now!',
          fence('sh unless', 'fluxgate probe sale is paused'),
          fence('sh precheck timeout=5s', 'true'),
          fence('sh retries=2 every=500ms timeout=2m risk="No orders for a while."', 'fluxgate sale pause $sale'),
          fence('sh postcheck', 'true'),
          fence('sh rollback', 'fluxgate sale open $sale'),
        ),
        aStep('Wait', fence('sh until timeout=5m every=2s', 'fluxgate probe lag is 0')),
        aStep('Ask somebody', fence('text ask unattended', 'Has $sale been announced?\nEverywhere?')),
        fence('json', '{"an": "illustration"}'),
        fence('text', 'so is this'),
        '    sh indented, too',
      ].join('\n\n'),
    );

    const { title, steps } = parseRunbook(text, 'x.md');

    expect(title).toBe('A title');
    expect(steps.map(({ name }) => name)).toEqual(['pause-the-sale-now', 'wait', 'ask-somebody']);
    expect(steps[0]).toMatchObject({
      title: 'Pause the sale, now!',
      action: {
        kind: 'command',
        risk: 'No orders for a while.',
        fence: {
          timeoutMs: 120_000,
          retries: 2,
          everyMs: 500,
          script: {
            lines: [
              { words: [[{ text: 'fluxgate' }], [{ text: 'sale' }], [{ text: 'pause' }], [{ parameter: 'sale' }]] },
            ],
          },
        },
      },
      unless: [{ timeoutMs: 60_000 }],
      prechecks: [{ timeoutMs: 5_000 }],
      postchecks: [{}],
      rollback: [{}],
    });
    expect(steps[1]?.action).toMatchObject({ kind: 'until', fence: { timeoutMs: 300_000, everyMs: 2_000 } });
    expect(steps[2]?.action).toMatchObject({
      kind: 'ask',
      unattended: true,
      question: [[{ text: 'Has ' }, { parameter: 'sale' }, { text: ' been announced? Everywhere?' }]],
    });
  });

  it('reads a command over several lines, with comments', () => {
    const text = aRunbook(
      aStep('Do', fence('sh', '# first this\nfluxgate sale set \\\n    --rate 5 # slowly\n\ntrue')),
    );

    const [step] = parseRunbook(text, 'x.md').steps;

    expect(step?.action).toMatchObject({
      fence: {
        script: {
          lines: [
            {
              place: { line: 17 },
              words: [
                [{ text: 'fluxgate' }],
                [{ text: 'sale' }],
                [{ text: 'set' }],
                [{ text: '--rate' }],
                [{ text: '5' }],
              ],
            },
            { place: { line: 20 }, words: [[{ text: 'true' }]] },
          ],
        },
      },
    });
  });

  it('hands a script of a shell its parameters as variables, and its text as it is', () => {
    const text = aRunbook(aStep('Do', fence('sh shell', 'echo "$sale" | wc -c')));

    expect(parseRunbook(text, 'x.md').steps[0]?.action).toMatchObject({
      fence: { script: { kind: 'shell', text: 'echo "$sale" | wc -c', env: { sale: [{ parameter: 'sale' }] } } },
    });
  });

  it.each([
    ['an unknown word', fence('sh untl', 'true'), '15:7 "untl" says nothing about a fence; did you mean "until"?'],
    [
      'an unknown key',
      fence('sh timeot=5s', 'true'),
      '15:7 a fence for command has an unknown key "timeot"; did you mean "timeout"?',
    ],
    [
      'a key of another fence',
      fence('sh until retries=2', 'true'),
      /^15:13 a fence for until has an unknown key "retries"/,
    ],
    ['a time that is none', fence('sh timeout=5', 'true'), /^15:7 timeout must be string/],
    ['a time beyond all', fence('sh timeout=7h', 'true'), '15:1 timeout is a time from 1ms to 6h'],
    ['a key twice', fence('sh retries=1 retries=2', 'true'), '15:17 retries stands here twice'],
    ['a pipe', fence('sh', 'fluxgate stats | jq .'), /^16:16 `\|` means something to a shell/],
    ['a command in a command', fence('sh', 'echo $(date)'), /^16:6 `\$` stands before the name of a parameter/],
    ['a variable before a command', fence('sh', 'A=1 true'), /^16:1 a variable before a command/],
    ['a quote without an end', fence('sh', "echo 'x"), '16:6 this quote has no end'],
    [
      'a parameter that is none',
      fence('sh', 'fluxgate sale pause $sael'),
      '16:1 there is no parameter sael; did you mean $sale?',
    ],
    ['an empty fence', fence('sh', ''), '16:1 the fence is empty'],
    ['another shell', fence('bash', 'true'), /^15:4 a step is written ```sh/],
    ['two steps under one heading', `${command}\n\n${command}`, /^19:1 "Do" has a step already/],
    ['a check without a step', fence('sh precheck', 'true'), '15:1 this precheck has no step beside it'],
    [
      'a rollback of what changes nothing',
      `${fence('sh probe', 'true')}\n\n${fence('sh rollback', 'true')}`,
      /^19:1 a probe changes nothing/,
    ],
    ['a question in the wrong language', fence('sh ask', 'Sure?'), '15:4 a fence for ask is written ```text ask'],
    [
      'a step inside a list',
      `${command}\n\n- so:\n\n  ${fence('sh', 'true').replaceAll('\n', '\n  ')}`,
      /^21:3 a step stands by itself/,
    ],
  ])('with %s is refused by line and column', (_, fences, fault) => {
    const [found] = faultsOf(aRunbook(aStep('Do', fences)));

    if (typeof fault === 'string') expect(found).toBe(fault);
    else expect(found).toMatch(fault);
  });

  it('names every fault at once, in the order of the file', () => {
    const text = aRunbook([aStep('Do', fence('sh a=1', 'true')), aStep('Do it', fence('sh', 'x | y'))].join('\n\n'));

    expect(faultsOf(text).map((fault) => fault.split(' ')[0])).toEqual(['15:7', '24:3']);
  });

  it('wants a sentence before a step, a heading, a title, and no two steps of one name', () => {
    expect(faultsOf(aRunbook(`## Do\n\n${command}`))).toEqual([
      '13:1 say what "Do" does before its fence: whoever reads it is in a hurry',
    ]);
    expect(faultsOf(aRunbook([aStep('Do', command), aStep('do!', command)].join('\n\n')))).toEqual([
      '19:1 there is a step do already',
    ]);
    expect(faultsOf(aRunbook(aStep('Do', command)).replace('# A title', ''))).toEqual([
      '1:1 a runbook has a title: # What is wrong',
    ]);
  });

  it('has a front matter, whose faults are placed, too', () => {
    expect(faultsOf('# No front matter\n')).toEqual([
      '1:1 a runbook begins with --- and a front matter: when, use, buyers; then ---',
    ]);
    expect(faultsOf(aRunbook('', 'when: troubel\nuse: Something is wrong\nbuyers: Nothing'))[0]).toMatch(
      /^2:1 when must be .*; did you mean "trouble"\?$/,
    );
    expect(
      faultsOf(
        aRunbook(
          '',
          'when: doubt\nuse: Something is wrong\nbuyers: Nothing\nparameters:\n  n: { knd: whole, kind: whole, description: A number }',
        ),
      ),
    ).toEqual(['6:8 parameters.n has an unknown key "knd"; did you mean "kind"?']);
  });

  it('refuses a default that its parameter could not be set to', () => {
    const front =
      'when: doubt\nuse: Something is wrong\nbuyers: Nothing\nparameters:\n  n: { kind: whole, default: many, description: A number }';

    expect(faultsOf(aRunbook('', front))).toEqual(['2:1 the default of n is not a whole number from 0']);
  });
});
