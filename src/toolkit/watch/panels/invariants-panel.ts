import { count } from '../../demo/demo-text.ts';
import { dim, type Line, plain, said } from '../styled-line.ts';
import type { PanelLines } from './panel.ts';
import { provenForMs } from './verdict-panel.ts';

/** What `verify` said last, invariant by invariant, and its first findings with where to look. */
export const invariantsPanel: PanelLines = ({ state, nowMs }, { height }) => {
  const verify = state.verify?.verify;
  if (verify === undefined || verify.verdict === 'off')
    return [[dim(verify?.summary ?? 'fluxgate verify has not run yet.')]];
  const isOld = nowMs - (state.verify?.atMs ?? 0) > provenForMs;
  const rows = verify.invariants.map(({ name, verdict, findings }): Line => {
    if (verdict === 'violated') return [said('bad', `${name}: ${count(findings)} findings`)];
    if (verdict !== 'holds') return [said('unknown', `${name}: nothing can be said`)];
    return [isOld ? said('unknown', `${name} held then`) : said('good', name)];
  });
  const findings = verify.findings.flatMap(({ text, look }): readonly Line[] => [[plain(text)], [dim(`  ${look}`)]]);
  const why: readonly Line[] = verify.verdict === 'inconclusive' ? [[dim(verify.summary)]] : [];
  return [...rows, ...why, ...findings].slice(0, height);
};
