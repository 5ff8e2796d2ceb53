import type { Interfaces } from '@oclif/core';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { type Instant, toInstant } from '../../engine/domain/time.ts';
import { jepsenFormOf } from '../history/export-jepsen.ts';
import { parseSince } from './parse-since.ts';
import { parseWait } from './parse-wait.ts';
import type { verifyFlags } from './verify-flags.ts';

type Flags = Interfaces.InferredFlags<typeof verifyFlags>;

/** What a verification looks at, however often it is made. */
export interface WhatToVerify {
  readonly sale: string | undefined;
  readonly history: readonly string[];
  readonly waitMs: number;
  readonly maxRevoked: number;
}

/** What `fluxgate verify` was asked, its flags read and checked. */
export type VerifyAsk =
  | (WhatToVerify & {
      readonly kind: 'verify';
      readonly since: Instant | null;
      readonly junit: string | undefined;
      readonly github: boolean | undefined;
      readonly exportTo: string | undefined;
    })
  | (WhatToVerify & {
      readonly kind: 'watch';
      /** Anew for each round: ten minutes ago is another moment then. */
      readonly sinceNow: () => Instant | null;
      readonly everyMs: number;
      readonly asJson: boolean;
    })
  | {
      readonly kind: 'explain';
      readonly history: readonly string[];
      readonly asked: {
        readonly what: string;
        readonly userId: string | undefined;
        readonly sale: string | undefined;
      };
    };

/** A round of a watch looks and goes on: nobody waits for half a minute while a sale never comes to rest. */
const watchWaitMs = 2_000;
/** More often would be a load of its own. */
const leastEveryMs = 1_000;

/** @throws FluxError `usage` for a flag whose value is none */
export function readVerifyAsk(flags: Flags, given: { readonly waitByDefault: boolean }): VerifyAsk {
  const { sale, history = [], since } = flags;
  if (flags.explain !== undefined) {
    return { kind: 'explain', history, asked: { what: flags.explain, userId: flags.user, sale } };
  }
  const waitMs = parseWait(flags.wait);
  const sinceNow = () => (since === undefined ? null : parseSince(since, toInstant(Date.now())));
  const what = { sale, history, waitMs, maxRevoked: flags['max-revoked'] };
  if (flags.watch) {
    sinceNow(); // told before anything is opened
    const everyMs = parseWait(flags.every, '--every');
    if (everyMs < leastEveryMs) throw new FluxError('usage', `--every ${flags.every} is too often: 1s at least`);
    const asJson = flags['json-stream'] ?? false;
    return { ...what, kind: 'watch', waitMs: given.waitByDefault ? watchWaitMs : waitMs, sinceNow, everyMs, asJson };
  }
  const exportTo = flags['export-history'];
  if (exportTo !== undefined) jepsenFormOf(exportTo);
  return { ...what, kind: 'verify', since: sinceNow(), junit: flags.junit, github: flags.github, exportTo };
}
