import { Box, render, Text, useStdout } from 'ink';
import { type ReactNode, useEffect, useState } from 'react';
import type { DemoState } from './demo-state.ts';
import { bar, clock, count, ms, outcomeRows, sparkline, stepLine } from './demo-text.ts';

/** Where the terminal's own colours suffice they are used: they fit dark and light. Blue and yellow are told apart by everybody. */
const colours = { stock: 'blue', trouble: 'yellow' } as const;

export interface LiveView {
  show(state: DemoState): void;
  end(): void;
}

/** Draws the demo in place, at most ten times a second. */
export function openLiveView(first: DemoState): LiveView {
  let show: (state: DemoState) => void = () => {};
  const onReady = (set: (state: DemoState) => void) => {
    show = set;
  };
  const app = render(<Demo first={first} onReady={onReady} />, { exitOnCtrlC: false, patchConsole: false, maxFps: 10 });
  return {
    show: (state) => show(state),
    end() {
      app.unmount();
    },
  };
}

function Demo({
  first,
  onReady,
}: {
  readonly first: DemoState;
  readonly onReady: (set: (state: DemoState) => void) => void;
}): ReactNode {
  const [state, setState] = useState(first);
  const { stdout } = useStdout();
  const [columns, setColumns] = useState(stdout.columns ?? 80);
  useEffect(() => {
    onReady(setState);
    const onResize = () => setColumns(stdout.columns ?? 80);
    stdout.on('resize', onResize);
    return () => void stdout.off('resize', onResize);
  }, [onReady, stdout]);
  const width = Math.min(96, Math.max(40, columns - 2));
  return (
    <Box flexDirection="column" paddingX={1} width={width + 2}>
      <Header state={state} />
      <Stock state={state} width={width} />
      <Outcomes state={state} width={width} />
      <Latency state={state} />
      <Steps state={state} />
    </Box>
  );
}

function Header({ state }: { readonly state: DemoState }): ReactNode {
  return (
    <Box justifyContent="space-between">
      <Text bold>Flux-Gate demo</Text>
      <Text dimColor>
        {count(state.stock)} units · {count(state.buyers)} buyers · {clock(state.elapsedMs)}
      </Text>
    </Box>
  );
}

function Stock({ state, width }: { readonly state: DemoState; readonly width: number }): ReactNode {
  const free = state.free ?? state.stock;
  const { full, rest } = bar(free / Math.max(1, state.stock), width);
  return (
    <Box flexDirection="column" marginTop={1}>
      <Text>
        <Text bold>{count(free)}</Text> of {count(state.stock)} units left
        {state.server.state === 'killed' ? <Text color={colours.trouble}> server killed, coming back</Text> : null}
      </Text>
      <Text>
        <Text color={colours.stock}>{full}</Text>
        <Text dimColor>{rest}</Text>
      </Text>
    </Box>
  );
}

function Outcomes({ state, width }: { readonly state: DemoState; readonly width: number }): ReactNode {
  const sparks: Readonly<Record<string, readonly number[]>> = {
    accepted: state.acceptedRates,
    'sold out': state.refusedRates,
  };
  return (
    <Box flexDirection="column" marginTop={1}>
      {outcomeRows(state).map(({ name, n, perSecond }) => (
        <Text key={name} bold={name === 'accepted'} wrap="truncate">
          {name.padEnd(16)}
          {count(n).padStart(9)}
          {`${count(perSecond)}/s`.padStart(10)}
          {'  '}
          <Text dimColor>{sparkline(sparks[name] ?? [], Math.max(0, width - 40))}</Text>
        </Text>
      ))}
    </Box>
  );
}

function Latency({ state }: { readonly state: DemoState }): ReactNode {
  const latency = state.load?.latencyMs;
  return (
    <Box marginTop={1}>
      <Text wrap="truncate">
        {'latency'.padEnd(16)}
        {latency && latency.n > 0 ? (
          `p50 ${ms(latency.p50)} ms · p99 ${ms(latency.p99)} ms · max ${ms(latency.max)} ms`
        ) : (
          <Text dimColor>no answer yet</Text>
        )}
      </Text>
    </Box>
  );
}

function Steps({ state }: { readonly state: DemoState }): ReactNode {
  return (
    <Box flexDirection="column" marginTop={1}>
      {state.steps.map((step) => (
        <Text key={step.name} dimColor={step.state === 'waiting'} bold={step.state === 'running'} wrap="truncate">
          {stepLine(step)}
        </Text>
      ))}
    </Box>
  );
}
