import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { FluxError } from '../../../engine/domain/flux-error.ts';

// from dist/toolkit/chaos/experiment/ or src/toolkit/chaos/experiment/ to the package's own folder
const schemaPath = fileURLToPath(new URL('../../../../docs/schemas/experiment.schema.json', import.meta.url));

/** An experiment that runs as it stands, with a word on each part. */
export function templateText(name: string): string {
  return `# yaml-language-server: $schema=${schemaPath}
title: ${name}
why: |
  What somebody learns from it: what could go wrong, and why it should not.

# What it is made on. stack: servers and workers on Redis, Kafka and PostgreSQL, started for this experiment.
system:
  mode: embedded

# Who buys meanwhile: a scenario that ships (smoke), a file beside this one, or one written out like here.
load:
  title: Buyers who try again by the rules
  sale:
    products: [{ productId: ticket, quantity: 1000, limitPerUser: 2 }]
  arrivals: [{ constant: { ratePerSecond: 40, forSeconds: 12 } }]
  buyers: { count: 400, behaviours: { plain: 1, retry: 1 } }

# What is normal. before: or nothing is started; during: throughout; after: again within the recovery bound.
steadyState:
  - { title: every server takes orders, probe: http, of: every-server, min: 1, check: [before, after] }
  - { title: nothing is oversold, probe: stock, figure: oversold, max: 0, check: [before, after] }

# What happens, counted from when the steady state was seen.
faults:
  - { at: 1s, for: 2s, fault: pause, target: server-1 }

# What ends it at once and undoes everything.
abort:
  - { title: something is oversold, probe: stock, figure: oversold, max: 0, crossedFor: 5s }

recovery: { within: 20s }
`;
}

/** Writes NAME.yaml into the working folder. @throws FluxError `usage` where there is one, or the name is none */
export async function writeTemplate(name: string): Promise<string> {
  if (!/^[a-z0-9][a-z0-9-]{0,60}$/.test(name)) {
    throw new FluxError('usage', `"${name}" is no name for an experiment: small letters, digits and hyphens`, {
      hint: 'fluxgate chaos new redis-is-slow',
    });
  }
  const path = `${name}.yaml`;
  try {
    await writeFile(path, templateText(name), { flag: 'wx' });
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')
      throw new FluxError('usage', `${path} is there already: nothing was written`, {
        hint: 'choose another name',
        cause,
      });
    throw new FluxError('report_unwritable', `${path} cannot be written`, { cause });
  }
  return path;
}
