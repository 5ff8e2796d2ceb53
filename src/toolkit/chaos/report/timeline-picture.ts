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

const states = {
  normal: { label: 'normal', tone: 'good' },
  deviated: { label: 'not normal', tone: 'warn' },
  silent: { label: 'no answer', tone: 'neutral' },
} as const;

/** Stretches in which the probe was normal, in which it was not, and in which nobody answered. */
function probeLane({ probes, samples }: ExperimentResult, n: number, toMs: number): Lane {
  const probe = probes[n];
  if (probe === undefined) return { name: '', spans: [] };
  const told = samples.map(({ atMs, values }) => {
    const value = values[n] ?? null;
    const state: keyof typeof states = value === null ? 'silent' : isWithin(probe, value) ? 'normal' : 'deviated';
    return { fromMs: atMs, state };
  });
  const changes = told.filter(({ state }, at) => state !== told[at - 1]?.state);
  const spans = changes.map((change, at) => stretch(change, changes[at + 1]?.fromMs ?? toMs));
  return { name: probe.title, spans };
}

function stretch(
  { fromMs, state }: { readonly fromMs: number; readonly state: keyof typeof states },
  toMs: number,
): Span {
  const { label, tone } = states[state];
  return span(fromMs, toMs, label, tone);
}

function span(fromMs: number, toMs: number, label: string, tone: Span['tone']): Span {
  return { fromSeconds: fromMs / 1_000, toSeconds: toMs / 1_000, label, tone };
}
