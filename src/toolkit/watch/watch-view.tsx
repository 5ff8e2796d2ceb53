import { Box, Text } from 'ink';
import { memo, type ReactNode } from 'react';
import { footerLine, headerLine, helpLines, tabsLine } from './frame-text.ts';
import { frameLines, type LayoutFacts, layoutOf, type PanelName, type PlacedPanel, smallest } from './layout.ts';
import { panelTexts } from './panels/panel-texts.ts';
import type { Scene } from './scene.ts';
import { bold, dim, type Line, plain, type Span } from './styled-line.ts';

/** The whole dashboard, exactly `width` by `height`. */
export function WatchView({
  scene,
  width,
  height,
}: {
  readonly scene: Scene;
  readonly width: number;
  readonly height: number;
}): ReactNode {
  if (width < smallest.columns || height < smallest.rows) {
    return (
      <Lines
        lines={[[plain(`This wants ${smallest.columns}x${smallest.rows}.`)], [dim('q quit')]]}
        width={width}
        height={height}
      />
    );
  }
  const body = height - frameLines;
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Lines lines={[headerLine(scene, width), tabsLine(scene, width)]} width={width} height={2} />
      {scene.ui.help ? (
        <Lines lines={[[], ...helpLines(scene.ui.replay !== null)]} width={width} height={body} />
      ) : (
        <Body scene={scene} width={width} height={height} />
      )}
      <Lines lines={[footerLine(scene, width)]} width={width} height={1} />
    </Box>
  );
}

function Body({
  scene,
  width,
  height,
}: {
  readonly scene: Scene;
  readonly width: number;
  readonly height: number;
}): ReactNode {
  const { columns, below } = layoutOf(width, height, factsOf(scene));
  return (
    <Box flexDirection="column" height={height - frameLines} overflow="hidden">
      <Box justifyContent="space-between" width={width} marginBottom={below.length > 0 ? 1 : 0}>
        {columns.map((column, n) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
          <Box key={n} flexDirection="column" width={column.width}>
            {column.panels.map((panel) => (
              <Panel key={panel.name} panel={panel} scene={scene} />
            ))}
          </Box>
        ))}
      </Box>
      {below.map((panel) => (
        <Panel key={panel.name} panel={panel} scene={scene} />
      ))}
    </Box>
  );
}

function Panel({ panel, scene }: { readonly panel: PlacedPanel; readonly scene: Scene }): ReactNode {
  const { title, lines } = panelTexts[panel.name];
  const { width, height, titled } = panel;
  const head: readonly Line[] = titled
    ? [[bold(title), dim(` ${'─'.repeat(Math.max(0, width - title.length - 1))}`)]]
    : [];
  const said = lines(scene, { width, height: panel.lines });
  // What the server said a while ago stands back, so that nobody takes it for now.
  const isOld = scene.freshness.kind === 'stale' && ofServer.has(panel.name);
  const shown = isOld ? said.map((line) => line.map((one) => dim(one.text))) : said;
  return <Lines lines={[...head, ...shown]} width={width} height={height} />;
}

/** Panels whose figures are as old as the server's last answer. The others say themselves how old they are. */
const ofServer: ReadonlySet<PanelName> = new Set([
  'stock',
  'answers',
  'latency',
  'facts',
  'flow',
  'holds',
  'routes',
  'products',
]);

function factsOf({ state, ui, sale }: Scene): LayoutFacts {
  return {
    tab: ui.tab,
    products: Math.max(sale?.ledger?.products.length ?? 0, sale?.gate?.products.length ?? 0),
    partitions: state.server?.stats.lag?.length ?? 0,
    processes: (state.processes?.processes.length ?? 0) + 1,
    faults: state.faults.length,
    outcomes: state.server?.stats.http.answers.filter(({ route }) => route === 'POST /order').length ?? 0,
    hasLog: state.log.length > 0,
  };
}

function Lines({
  lines,
  width,
  height,
}: {
  readonly lines: readonly Line[];
  readonly width: number;
  readonly height: number;
}): ReactNode {
  return (
    <Box flexDirection="column" width={width} height={height} flexShrink={0} overflow="hidden">
      {lines.slice(0, height).map((line, n) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
        <OneLine key={n} line={line} />
      ))}
    </Box>
  );
}

/** Drawn anew only where it says something else: most lines of a frame are those of the last one. */
const OneLine = memo(
  function OneLine({ line }: { readonly line: Line }): ReactNode {
    // A line of nothing still has its height.
    return <Text wrap="truncate">{line.length === 0 ? ' ' : line.map((one, n) => spanOf(one, n))}</Text>;
  },
  (before, after) => JSON.stringify(before.line) === JSON.stringify(after.line),
);

function spanOf({ text, bold: isBold, dim: isDim, inverse, colour }: Span, n: number): ReactNode {
  return (
    <Text
      key={n}
      bold={isBold === true}
      dimColor={isDim === true}
      inverse={inverse === true}
      {...(colour === undefined ? {} : { color: colour })}
    >
      {text}
    </Text>
  );
}
