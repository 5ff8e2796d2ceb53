import { type TObject, Type } from 'typebox';
import { timePattern } from './time-pattern.ts';

const time = (description: string, byDefault?: string) =>
  Type.Optional(
    Type.String({ pattern: timePattern, description, ...(byDefault === undefined ? {} : { default: byDefault }) }),
  );
const retries = Type.Optional(
  // more than this is an `until`
  Type.Integer({ minimum: 0, maximum: 20, default: 0, description: 'How often it is tried again after a failure' }),
);
const every = time('How long it waits between two attempts', '1s');
const timeout = time('How long one attempt may take; then it is ended', '1m');
const shell = Type.Optional(
  Type.Literal(true, {
    description:
      'The fence is one script for `sh -eu`, with the parameters as variables. Without it no shell is started',
  }),
);
const attributes = <Properties extends Parameters<typeof Type.Object>[0]>(properties: Properties) =>
  Type.Object(properties, { additionalProperties: false });

/** What a fence is for: the first word after its language; a plain `sh` fence is a command. */
export interface FenceRole {
  /** Also what it is called in messages. */
  readonly language: 'sh' | 'text';
  readonly means: string;
  readonly attributes: TObject;
}

/** The fences that a runbook is made of. The reference in docs/runbooks.md is made of this. */
export const fenceRoles = {
  command: {
    language: 'sh',
    means: 'The step: these commands, one a line, one after the other; the first that fails ends the step',
    attributes: attributes({
      timeout,
      retries,
      every,
      risk: Type.Optional(
        Type.String({
          minLength: 3,
          maxLength: 200,
          description: 'What it may cost, in a sentence. It wants the name of the runbook: typed, or by --confirm',
        }),
      ),
      shell,
    }),
  },
  probe: {
    language: 'sh',
    means: 'The step only looks: it succeeds where the commands do. Asked again by --resume',
    attributes: attributes({ timeout, retries, every, shell }),
  },
  until: {
    language: 'sh',
    means: 'The step waits: it looks again and again until the commands succeed',
    attributes: attributes({ timeout: time('How long it waits in all', '1m'), every, shell }),
  },
  ask: {
    language: 'text',
    means: 'The step is a person’s: a question that is answered with yes',
    attributes: attributes({
      unattended: Type.Optional(Type.Literal(true, { description: '--yes may answer it' })),
    }),
  },
  include: {
    language: 'sh',
    means: 'The step is another runbook: `fluxgate runbook run NAME --set ...`, whose steps are done here',
    attributes: attributes({}),
  },
  unless: {
    language: 'sh',
    means: 'Beside a step: where the commands succeed there is nothing to do, and the step is passed over',
    attributes: attributes({ timeout, shell }),
  },
  precheck: {
    language: 'sh',
    means: 'Beside a step: what has to be so before it; otherwise the step is not begun',
    attributes: attributes({ timeout, retries, every, shell }),
  },
  postcheck: {
    language: 'sh',
    means: 'Beside a step: how it is known to have worked; otherwise it has failed',
    attributes: attributes({ timeout, retries, every, shell }),
  },
  rollback: {
    language: 'sh',
    means: 'Beside a step: takes it back where it or a later one failed, newest step first, after asking',
    attributes: attributes({ timeout, retries, every, shell }),
  },
} as const satisfies Record<string, FenceRole>;

export type FenceRoleName = keyof typeof fenceRoles;

/** Those that stand for a step; the others stand beside one. */
export const stepRoles: readonly FenceRoleName[] = ['command', 'probe', 'until', 'ask', 'include'];
