import { describe, expect, it } from 'vitest';
import type { JournalEvent, NewEvent, StepResult } from '../../../../src/toolkit/runbook/journal/journal-event.ts';
import { summaryOf } from '../../../../src/toolkit/runbook/journal/run-summary.ts';
import { runSteps } from '../../../../src/toolkit/runbook/run/run-steps.ts';
import type { Runner } from '../../../../src/toolkit/runbook/run/runner.ts';
import { aStep, fence } from './a-runbook.ts';
import { aPerson, aRunner, type Script, stepsOf } from './a-runner.ts';

const nothingBefore = { steps: new Map<string, StepResult>(), begun: new Set<string>() };

/** What the journal of an earlier part says of it. */
function partOf(events: readonly NewEvent[]) {
  const at = '2026-11-23T10:15:00.000Z';
  const start = {
    event: 'run_started',
    format: 1,
    run: 'r',
    runbook: 'test',
    path: '',
    title: '',
    digest: '',
  } as const;
  const first = { ...start, at, by: 'x', pid: 1, version: '1', parameters: {}, steps: [] };
  return summaryOf([first, ...events.map((event) => ({ at, ...event }) as JournalEvent)], () => false) ?? nothingBefore;
}

const three = stepsOf(
  aStep('One', fence('sh', 'do one'), fence('sh rollback', 'undo one')),
  aStep('Two', fence('sh', 'do two'), fence('sh rollback', 'undo two a\nundo two b')),
  aStep('Three', fence('sh', 'do three'), fence('sh rollback', 'undo three')),
);

async function run(steps: ReturnType<typeof stepsOf>, script: Script = {}, more: Parameters<typeof aRunner>[1] = {}) {
  const world = aRunner(script, more);
  const report = await runSteps(steps, nothingBefore, world.runner);
  return { ...world, report, results: report.steps.map(({ result }) => result) };
}

describe('the steps of a runbook', () => {
  it('are done in order, and each is written down', async () => {
    const { report, commands, events } = await run(three);

    expect(report.result).toBe('done');
    expect(commands).toEqual(['do one', 'do two', 'do three']);
    expect(events.map(({ event }) => event)).toEqual([
      ...['One', 'Two', 'Three'].flatMap(() => ['step_started', 'change_begun', 'command_ended', 'step_ended']),
      'run_ended',
    ]);
    expect(events[2]).toMatchObject({
      command: 'do one',
      role: 'command',
      ended: 'exited',
      with: 0,
      output: 'do one said so\n',
    });
  });

  it('end with the first that fails', async () => {
    const { results, commands, report } = await run(three, { 'do two': [3] });

    expect(results).toEqual(['done', 'failed', 'not_reached']);
    expect(commands).toEqual(['do one', 'do two']);
    expect(report).toMatchObject({ result: 'failed', exitCode: null });
  });

  it('pass on what a command of our own ended with', async () => {
    const { report } = await run(stepsOf(aStep('Prove', fence('sh probe', 'fluxgate verify'))), {
      'fluxgate verify': [20],
    });

    expect(report.exitCode).toBe(20);
  });

  it('are taken back from the newest on, the one that failed included, after asking', async () => {
    const person = aPerson(true);
    const { report, commands, events } = await run(three, { 'do two': [1] }, { person });

    expect(person.questions).toEqual(['Take back "Two", then "One"?']);
    expect(commands.slice(2)).toEqual(['undo two a', 'undo two b', 'undo one']);
    expect(report.result).toBe('rolled_back');
    expect(events.filter(({ event }) => event === 'rolled_back')).toMatchObject([{ step: 'two' }, { step: 'one' }]);
  });

  it('are taken back without asking by --yes, and not where somebody says no or nobody is there', async () => {
    const failing: Script = { 'do two': [1] };

    expect((await run(three, failing, { yes: true })).report.result).toBe('rolled_back');
    expect((await run(three, failing, { person: aPerson(false) })).commands).toEqual(['do one', 'do two']);
    expect((await run(three, failing)).report.result).toBe('failed');
  });

  it('go on being taken back where one of them cannot be', async () => {
    const { report, commands } = await run(three, { 'do three': [1], 'undo two a': [1] }, { yes: true });

    expect(commands.slice(3)).toEqual(['undo three', 'undo two a', 'undo one']);
    expect(report.result).toBe('failed');
  });

  it('are tried again as often as they say, with their pause', async () => {
    const steps = stepsOf(aStep('Do', fence('sh retries=2 every=3s', 'try')));

    const lucky = await run(steps, { try: [1, 1, 0] });
    const unlucky = await run(steps, { try: [1] });

    expect([lucky.report.result, lucky.commands.length, lucky.now()]).toEqual(['done', 3, 6_000]);
    expect([unlucky.report.result, unlucky.commands.length]).toEqual(['failed', 3]);
  });

  it('that wait look until it is so, and no longer than they may; the journal has the last look', async () => {
    const steps = stepsOf(aStep('Wait', fence('sh until timeout=10s every=2s', 'look')));

    const patient = await run(steps, { look: [22, 22, 0] });
    const vain = await run(steps, { look: [22] });

    expect([patient.report.result, patient.now()]).toEqual(['done', 4_000]);
    expect(patient.events.filter(({ event }) => event === 'command_ended')).toMatchObject([{ attempts: 3, with: 0 }]);
    expect(vain.report.steps[0]?.why).toBe('it ended with 22, for 10s');
    expect(vain.now()).toBe(8_000);
    expect(vain.events.filter(({ event }) => event === 'command_ended')).toMatchObject([{ attempts: 5, with: 22 }]);
    expect(vain.said).toContain('    look said so');
  });

  it('are passed over where there is nothing to do, and not begun where their precheck says no', async () => {
    const steps = stepsOf(
      aStep('Needless', fence('sh unless', 'is it so'), fence('sh', 'do needless')),
      aStep('Needed', fence('sh unless', 'is that so'), fence('sh precheck', 'may it be'), fence('sh', 'do needed')),
    );

    const { results, commands, report } = await run(steps, { 'is that so': [1], 'may it be': [1] }, { yes: true });

    expect(results).toEqual(['not_needed', 'failed']);
    expect(commands).not.toContain('do needed');
    expect(report.steps[1]?.why).toBe('its precheck says no: it ended with 1');
  });

  it('have failed where their postcheck says no, and are taken back', async () => {
    const steps = stepsOf(
      aStep('Do', fence('sh', 'do'), fence('sh postcheck', 'did it'), fence('sh rollback', 'undo')),
    );

    const { commands, report } = await run(steps, { 'did it': [1] }, { yes: true });

    expect(commands).toEqual(['do', 'did it', 'undo']);
    expect(report.result).toBe('rolled_back');
  });

  it('do not take a wrong command line of an unless for an answer', async () => {
    const steps = stepsOf(aStep('Do', fence('sh unless', 'fluxgate prob lag'), fence('sh', 'do')));

    const { results, commands } = await run(steps, { 'fluxgate prob lag': [2] });

    expect(results).toEqual(['failed']);
    expect(commands).not.toContain('do');
  });
});

describe('a risk', () => {
  const risky = stepsOf(aStep('Do', fence('sh risk="It hurts."', 'do')));

  it('is taken by typing the name of the runbook, and by nothing else', async () => {
    const person = aPerson('test');

    const taken = await run(risky, {}, { person });
    const refused = await run(risky, {}, { person: aPerson('yes'), yes: true });

    expect(person.questions[0]).toContain('It hurts.');
    expect(taken.report.result).toBe('done');
    expect(refused.commands).toEqual([]);
    expect(refused.events).toContainEqual(expect.objectContaining({ event: 'answered', answer: 'no' }));
  });

  it('is taken beforehand by --confirm, and the journal says who did', async () => {
    const { report, events } = await run(risky, {}, { confirmed: true });

    expect(report.result).toBe('done');
    expect(events).toContainEqual(expect.objectContaining({ event: 'answered', how: '--confirm', by: 'tester@here' }));
  });
});

describe('a question', () => {
  const asking = (info: string) => stepsOf(aStep('Ask', fence(info, 'Is it so?')), aStep('Do', fence('sh', 'do')));

  it('is answered by a person; a no ends the run', async () => {
    expect((await run(asking('text ask'), {}, { person: aPerson(true) })).results).toEqual(['done', 'done']);
    expect((await run(asking('text ask'), {}, { person: aPerson(false) })).results).toEqual(['failed', 'not_reached']);
  });

  it('is answered by --yes only where it says so', async () => {
    expect((await run(asking('text ask unattended'), {}, { yes: true })).results).toEqual(['done', 'done']);
    expect((await run(asking('text ask'), {}, { yes: true })).results).toEqual(['failed', 'not_reached']);
  });
});

describe('a secret in a question', () => {
  it('is neither shown nor written down', async () => {
    const steps = stepsOf(aStep('Ask', fence('text ask unattended', 'Is hunter2 the password?')));
    const person = aPerson(true);
    const mask = (text: string) => text.replaceAll('hunter2', '<redacted>');

    const asked = await run(steps, {}, { person, mask });
    const unattended = await run(steps, {}, { yes: true, mask });

    const heard = JSON.stringify([person.questions, asked.events, unattended.events, unattended.said]);
    expect(heard).not.toContain('hunter2');
    expect(person.questions).toEqual(['Is <redacted> the password?']);
  });
});

describe('an interrupted run', () => {
  it('ends its step, takes nothing back, and goes on where it was', async () => {
    const interrupt = new AbortController();
    const first = aRunner({ 'do two': [{ kind: 'interrupted' }] }, { yes: true, signal: interrupt.signal });

    const report = await runSteps(three, nothingBefore, first.runner);
    const second = aRunner();
    const resumed = await runSteps(three, partOf(first.events), second.runner);

    expect(report.result).toBe('interrupted');
    expect(first.commands).toEqual(['do one', 'do two']);
    expect(first.events.at(-1)).toEqual({ event: 'run_ended', result: 'interrupted' });
    expect(second.commands).toEqual(['do two', 'do three']);
    expect(resumed.steps.map(({ result }) => result)).toEqual(['before', 'done', 'done']);
  });

  it('looks again at what only looks, and can take back what was done before', async () => {
    const steps = stepsOf(
      aStep('Look', fence('sh probe', 'look')),
      aStep('One', fence('sh', 'do one'), fence('sh rollback', 'undo one')),
      aStep('Two', fence('sh', 'do two')),
    );
    const first = aRunner({ 'do two': [{ kind: 'interrupted' }] });
    const { runner, commands } = aRunner({ 'do two': [1] }, { yes: true });

    await runSteps(steps, nothingBefore, first.runner);
    await runSteps(steps, partOf(first.events), runner);

    expect(commands).toEqual(['look', 'do two', 'undo one']);
  });

  it('takes back also what an earlier part did behind the step that fails now', async () => {
    const steps = stepsOf(
      aStep('One', fence('sh', 'do one'), fence('sh rollback', 'undo one')),
      aStep('Look', fence('sh probe', 'look')),
      aStep('Two', fence('sh', 'do two'), fence('sh rollback', 'undo two')),
      aStep('Three', fence('sh', 'do three')),
    );
    const first = aRunner({ 'do three': [{ kind: 'interrupted' }] });
    const { runner, commands } = aRunner({ look: [1] }, { yes: true });

    await runSteps(steps, nothingBefore, first.runner);
    const report = await runSteps(steps, partOf(first.events), runner);

    expect(commands).toEqual(['look', 'undo two', 'undo one']);
    expect(report).toMatchObject({ result: 'rolled_back' });
    expect(report.steps.map(({ result }) => result)).toEqual(['before', 'failed', 'before', 'not_reached']);
  });

  it('takes back a step that it had begun, also where nothing is left to do of it', async () => {
    const steps = stepsOf(
      aStep('One', fence('sh unless', 'is one'), fence('sh', 'do one'), fence('sh rollback', 'undo one')),
      aStep('Two', fence('sh', 'do two')),
    );
    const first = aRunner({ 'is one': [1], 'do one': [{ kind: 'interrupted' }] });
    const { runner, commands } = aRunner({ 'do two': [1] }, { yes: true });

    await runSteps(steps, nothingBefore, first.runner);
    await runSteps(steps, partOf(first.events), runner);

    expect(commands).toEqual(['is one', 'do two', 'undo one']);
  });

  it('in the middle of taking back leaves done what it did not take back', async () => {
    const interrupt = new AbortController();
    const world = aRunner({ 'do three': [1] }, { yes: true, signal: interrupt.signal });
    const { run } = world.runner;
    const runner: Runner = {
      ...world.runner,
      async run(command, use) {
        const result = await run(command, use);
        if (command.text !== 'undo two a') return result;
        interrupt.abort();
        return { ...result, end: { kind: 'interrupted' } };
      },
    };

    const report = await runSteps(three, nothingBefore, runner);

    expect(report.result).toBe('interrupted');
    expect(world.commands.slice(3)).toEqual(['undo three', 'undo two a']);
    expect(world.events.filter(({ event }) => event === 'rolled_back')).toMatchObject([{ step: 'three' }]);
    expect([...partOf(world.events).steps]).toEqual([
      ['one', 'done'],
      ['two', 'done'],
    ]);
  });
});
