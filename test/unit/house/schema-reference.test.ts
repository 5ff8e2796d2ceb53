import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { schemaReference } from '../../support/schema-reference.ts';

describe('the reference of a file format', () => {
  it('has a row for every key, with what it takes and which are required', () => {
    const schema = Type.Object({
      title: Type.String({ maxLength: 200 }),
      seed: Type.Optional(Type.Integer({ minimum: 0, default: 1, description: 'Same seed, same plan.' })),
      expect: Type.Optional(Type.Enum(['passed', 'failed'])),
      sale: Type.Object({ price: Type.String({ pattern: 'a|b' }), open: Type.Optional(Type.Boolean()) }),
      tags: Type.Optional(Type.Array(Type.String(), { maxItems: 5 })),
      timeline: Type.Array(
        Type.Union([
          Type.Object({ fault: Type.Literal('kill'), target: Type.String() }, { description: 'Ends a process.' }),
          Type.Object({ fault: Type.Literal('pause'), forSeconds: Type.Number({ exclusiveMinimum: 0 }) }),
        ]),
        { minItems: 1, maxItems: 9 },
      ),
    });

    expect(schemaReference(schema)).toBe(`| key | takes | meaning |
|---|---|---|
| **\`title\`** | text, at most 200 characters |  |
| \`seed\` | integer, 0 or more | Same seed, same plan. Default \`1\`. |
| \`expect\` | \`passed\`, \`failed\` |  |
| \`tags\` | list of text, at most 5 |  |

### \`sale\`

| key | takes | meaning |
|---|---|---|
| **\`sale\`** | keys |  |
| **\`sale.price\`** | text like \`a\\|b\` |  |
| \`sale.open\` | \`true\` or \`false\` |  |

### \`timeline\`

| key | takes | meaning |
|---|---|---|
| **\`timeline\`** | list, 1 to 9 |  |
| \`timeline[] (fault: kill)\` | keys | Ends a process. |
| **\`timeline[] (fault: kill).target\`** | text |  |
| \`timeline[] (fault: pause)\` | keys |  |
| **\`timeline[] (fault: pause).forSeconds\`** | number, above 0 |  |`);
  });
});
