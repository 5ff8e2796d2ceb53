import { countedWords } from './counted-words.ts';
import type { InvariantReport, Verdict, VerifyReport } from './report-schema.ts';

// GitHub, "Workflow commands for GitHub Actions": `::error title=TITLE::MESSAGE` on a line of its own. It has escapes of its
// own: %, CR and LF in a message, these and `:` and `,` in a title.

/** GitHub shows ten errors a step and drops the rest without a word. */
const annotationsShown = 10;
/** Ids in a table cell; `--json` has them all. */
const idsShown = 5;

interface Annotation {
  readonly title: string;
  readonly text: string;
}

/** A line an error for a verdict that is not `holds`; none where all holds. The last line counts what had no room. */
export function githubAnnotations(report: VerifyReport): readonly string[] {
  const found = report.invariants.flatMap(annotationsOf);
  const total = report.invariants.reduce((sum, one) => sum + one.findingsTotal, 0);
  const all = found.length > 0 ? found : report.reasons.map((text) => ({ title: 'verify: inconclusive', text }));
  if (all.length <= annotationsShown && total <= all.length) return all.map(annotationLine);
  const shown = all.slice(0, annotationsShown - 1);
  const more = Math.max(total, all.length) - shown.length;
  return [...shown, { title: 'verify', text: `${countedWords(more, 'more findings')}: ${report.summary}` }].map(
    annotationLine,
  );
}

/** Where no report could be made. */
export function githubAnnotationOfFault(message: string): string {
  return annotationLine({ title: 'verify: inconclusive', text: message });
}

/**
 * Whatever is printed between these two lines is never taken for a workflow command: a report shows keys and user ids, which
 * buyers choose. `token` has to be new each time.
 */
export function unheeded(token: string, text: string): string {
  return `::stop-commands::${token}\n${text}\n::${token}::`;
}

/** The report as Markdown, for the summary of a job (GITHUB_STEP_SUMMARY). */
export function githubSummary(report: VerifyReport): string {
  const findings = report.invariants.flatMap((one) => one.findings);
  const total = report.invariants.reduce((sum, one) => sum + one.findingsTotal, 0);
  return [
    `### fluxgate verify: ${marks[report.verdict]} ${cell(report.summary)}`,
    '',
    '| invariant | verdict | looked at |',
    '|---|---|---|',
    ...report.invariants.map(invariantRow),
    '',
    ...(findings.length === 0
      ? []
      : [
          `${countedWords(total, 'findings')}, the first of each invariant:`,
          '',
          '| finding | what is wrong | ids | look |',
          '|---|---|---|---|',
          ...findings.map(
            ({ kind, text, ids, look }) => `| ${kind} | ${cell(text)} | ${idsCell(ids)} | ${cell(look)} |`,
          ),
          '',
        ]),
    `Orders: ${Object.entries(report.classes)
      .map(([name, n]) => `${n} ${name}`)
      .join(', ')}.`,
    '',
  ].join('\n');
}

const marks: Readonly<Record<Verdict, string>> = { holds: '✅', violated: '❌', inconclusive: '⚠️' };

function invariantRow(one: InvariantReport): string {
  const looked = [...one.counted.map(({ what, n }) => countedWords(n, what)), ...one.notes].join('; ');
  const verdict = one.verdict === 'violated' ? `**violated** (${one.findingsTotal})` : one.verdict;
  return `| ${one.number} ${one.name} | ${marks[one.verdict]} ${verdict} | ${cell(looked)} |`;
}

function idsCell(ids: readonly string[]): string {
  const hidden = ids.length - idsShown;
  return cell(`${ids.slice(0, idsShown).join(', ')}${hidden > 0 ? ` and ${hidden} more` : ''}`);
}

function annotationsOf(one: InvariantReport): readonly Annotation[] {
  return one.findings.map(({ kind, text, ids, look }) => ({
    title: `${one.name}: ${kind}`,
    text: [text, ...(ids.length === 0 ? [] : [`ids: ${ids.join(', ')}`]), `look: ${look}`].join('\n'),
  }));
}

function annotationLine({ title, text }: Annotation): string {
  return `::error title=${escapedTitle(title)}::${escapedText(text)}`;
}

function escapedText(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapedTitle(text: string): string {
  return escapedText(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** Text that cannot leave its cell, nor become HTML, a link or a mention. */
function cell(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[&<>]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[char] ?? char)
    .replace(/[\\`*_[\]|@#~]/g, (char) => `\\${char}`);
}
