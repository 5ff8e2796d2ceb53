import { drawTimeline } from '../../plot/draw-timeline.ts';
import type { Lane, Span } from '../../plot/plot-shape.ts';
import { isWithin } from '../probe/steady-state.ts';
import type { ExperimentResult } from '../run/chaos-result.ts';

/** Half a sampling period: a stretch is as wide as it was seen. */
const halfSampleMs = 200;

/** What happened when, as an SVG that stands for itself: a lane for each fault and each probe. Pure. */
export function timelinePicture(result: ExperimentResult): string {
  const { title, faults, samples, recovery } = result;
  const fromMs = Math.min(0, ...samples.map(({ atMs }) => atMs));
  const toMs = Math.max(1_000, ...samples.map(({ atMs }) => atMs), ...faults.map(({ undoneMs }) => undoneMs ?? 0));
  const lastUndoMs = Math.max(0, ...faults.map(({ undoneMs }) => undoneMs ?? 0));
  const recovered: Lane[] =
    recovery.tookMs === null
      ? []
      : [
          {
            name: 'recovery',
            spans: [
              span(lastUndoMs, lastUndoMs + recovery.tookMs, `${(recovery.tookMs / 1_000).toFixed(1)} s`, 'warn'),
            ],
          },
        ];
  return drawTimeline(
    {
      id: `timeline-${result.name}`,
      title,
      description: `Faults and probes of the experiment ${result.name} over time: ${result.summary}`,
      seconds: [fromMs / 1_000, toMs / 1_000],
      lanes: [...faults.map(faultLane), ...recovered, ...result.probes.map((_, n) => probeLane(result, n, toMs))],
    },
    { standalone: true },
  );
}

function faultLane({ fault, target, injectedMs, undoneMs, evidence }: ExperimentResult['faults'][number]): Lane {
  const name = `${fault} ${target}`;
  const tone = evidence?.seen === true ? 'bad' : 'neutral';
  if (injectedMs === null) return { name, spans: [] };
  if (undoneMs === null || undoneMs - injectedMs < halfSampleMs)
    return { name, spans: [], moments: [{ atSeconds: injectedMs / 1_000, label: fault, tone }] };
  return { name, spans: [span(injectedMs, undoneMs, fault, tone)] };
}

/** Stretches in which the probe was normal, and in which it was not. */
function probeLane({ probes, samples }: ExperimentResult, n: number, toMs: number): Lane {
  const probe = probes[n];
  if (probe === undefined) return { name: '', spans: [] };
  const spans: Span[] = [];
  let open: { fromMs: number; ok: boolean } | null = null;
  for (const { atMs, values } of samples) {
    const ok = isWithin(probe, values[n] ?? null);
    if (open !== null && open.ok === ok) continue;
    if (open !== null) spans.push(stretch(open, atMs));
    open = { fromMs: atMs, ok };
  }
  if (open !== null) spans.push(stretch(open, toMs));
  return { name: probe.title, spans };
}

function stretch({ fromMs, ok }: { readonly fromMs: number; readonly ok: boolean }, toMs: number): Span {
  return span(fromMs, toMs, ok ? 'normal' : 'not normal', ok ? 'good' : 'warn');
}

function span(fromMs: number, toMs: number, label: string, tone: Span['tone']): Span {
  return { fromSeconds: fromMs / 1_000, toSeconds: toMs / 1_000, label, tone };
}
