import { type Static, Type } from 'typebox';
import { parameterKinds, type RunbookMoment, runbookMoments } from './runbook.ts';

/** What stands between the `---` at the top of a runbook. */
export const frontMatterSchema = Type.Object(
  {
    when: Type.Enum(Object.keys(runbookMoments) as RunbookMoment[], {
      description: 'When somebody reaches for it; `runbook list` is grouped by this',
    }),
    use: Type.String({ minLength: 10, maxLength: 160, description: 'What is seen that calls for it, in a sentence' }),
    buyers: Type.String({ minLength: 3, maxLength: 160, description: 'What buyers notice while it runs' }),
    mode: Type.Optional(
      Type.Enum(['embedded', 'stack', 'any'], { default: 'any', description: 'The mode that it is for' }),
    ),
    programs: Type.Optional(
      Type.Array(Type.String({ pattern: '^[A-Za-z0-9._-]+$', maxLength: 60 }), {
        maxItems: 10,
        description: 'Programs of the PATH that it wants; without one of them it does not begin',
      }),
    ),
    parameters: Type.Optional(
      Type.Record(
        // lower case: no variable that a program listens to has such a name
        Type.String({ pattern: '^[a-z][a-z0-9_]{0,29}$' }),
        Type.Object(
          {
            kind: Type.Enum(Object.keys(parameterKinds) as (keyof typeof parameterKinds)[], {
              description: 'What it may be set to',
            }),
            description: Type.String({ minLength: 3, maxLength: 200, description: 'What it is' }),
            default: Type.Optional(
              Type.Union([Type.String({ maxLength: 500 }), Type.Integer({ minimum: 0 })], {
                description: 'Where it is not set; without a default it has to be',
              }),
            ),
            secret: Type.Optional(
              Type.Boolean({
                default: false,
                description: 'Never shown, never in the journal; set by --set NAME=@FILE',
              }),
            ),
          },
          { additionalProperties: false },
        ),
        { description: 'What may be set: `--set NAME=VALUE`. In a command it is `$NAME`' },
      ),
    ),
  },
  { additionalProperties: false },
);

export type FrontMatter = Static<typeof frontMatterSchema>;
