import { Args, Flags } from '@oclif/core';
import { chaosDirFlag, chaosDirOf } from '../../toolkit/chaos/chaos-flags.ts';
import { FluxCommand } from '../../toolkit/command/flux-command.ts';

export default class ChaosRun extends FluxCommand {
  static override summary = 'Break a system on purpose while buyers come, and prove what became of it';
  static override description =
    'Starts a system for the experiment, waits until it is normal, lets faults happen and undoes them, waits until it is ' +
    'normal again, and compares the books with what every buyer heard. Ends with 20 where a promise was broken, 22 where it ' +
    'was not normal, 23 where nothing can be said. Whatever happens, every fault is undone and the system removed.';
  static override examples = [
    '<%= config.bin %> chaos run server-killed',
    '<%= config.bin %> chaos run my-experiment.yaml --junit chaos.xml',
    '<%= config.bin %> chaos run --all --shuffle',
    '<%= config.bin %> stack up && <%= config.bin %> chaos run redis-killed --on-stack',
  ];
  static override strict = false;
  static override args = {
    experiment: Args.string({ description: 'Experiment files, or names of experiments that ship' }),
  };
  static override flags = {
    ...chaosDirFlag,
    all: Flags.boolean({ description: 'Every experiment that ships' }),
    shuffle: Flags.boolean({ description: 'In an order of chance; its seed is printed' }),
    seed: Flags.integer({ description: 'The seed of that order', min: 0, max: 2 ** 32 - 1, dependsOn: ['shuffle'] }),
    'on-stack': Flags.boolean({
      description:
        'On the stack that `stack up` started here, instead of one for the experiment; servers and workers are its own',
    }),
    junit: Flags.string({ description: 'Write the verdicts into this file, too, as JUnit XML', helpValue: 'FILE' }),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(ChaosRun);
    const { namesOf } = await import('../../toolkit/chaos/run/chosen-experiments.ts');
    const names = namesOf(argv.map(String), flags.all === true);
    const { readExperiments } = await import('../../toolkit/chaos/experiment/read-experiment.ts');
    const experiments = await readExperiments(names);
    const { value: config } = await this.loadConfig();
    const [
      { chaosHost },
      { undoLeftOver },
      { mayGoOn },
      { runExperiments },
      { writeReports },
      { resultText },
      { chaosProgress },
    ] = await Promise.all([
      import('../../compose-chaos.ts'),
      import('../../toolkit/chaos/journal/undo-left-over.ts'),
      import('../../toolkit/chaos/run/may-go-on.ts'),
      import('../../toolkit/chaos/run/run-experiments.ts'),
      import('../../toolkit/chaos/report/write-reports.ts'),
      import('../../toolkit/chaos/text/result-text.ts'),
      import('../../toolkit/chaos/text/chaos-progress.ts'),
    ]);
    const host = chaosHost(config.cacheDir);
    const recovered = await undoLeftOver(chaosDirOf(flags), host, (line) => this.say(line));
    mayGoOn(recovered, (line) => this.say(line), flags['on-stack'] === true);
    const running = runExperiments({
      experiments,
      shuffleSeed: flags.shuffle ? (flags.seed ?? Math.floor(Math.random() * 2 ** 32)) : null,
      chaosDir: chaosDirOf(flags),
      host,
      givenStack: flags['on-stack'] ? config.stackDir : null,
      version: this.config.version,
      signal: this.interrupted,
      onCutOff: (soFar) => writeReports(soFar, flags.junit),
      ...chaosProgress((line) => this.say(line)),
    });
    // interrupted, it undoes its faults and removes its system by itself: wait for that
    this.onInterrupt(() => running.catch(() => {}));
    const result = await running;
    await writeReports(result, flags.junit);
    this.print(resultText(result));
    process.exitCode = result.exitCode;
    return result;
  }
}
