import { type Key as InkKey, render, useInput, useStdout } from 'ink';
import { type ReactNode, useEffect, useState, useSyncExternalStore } from 'react';
import { ScreenPainter } from './screen-painter.ts';
import type { Key } from './ui.ts';
import type { WatchSession } from './watch-session.ts';
import { WatchView } from './watch-view.tsx';

/** Draws the session until `close`. */
export function openScreen(session: WatchSession): { close(): void } {
  const painter = new ScreenPainter(process.stdout);
  const leave = () => painter.close();
  process.once('exit', leave); // also where a fault ends us
  const app = render(<WatchApp session={session} />, {
    // Ink asks of it what the painter has: its size, `write`, `on` and `off`.
    stdout: painter as unknown as NodeJS.WriteStream,
    // Each frame whole, as it is made: the painter knows what stands there.
    debug: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  return {
    close() {
      app.unmount();
      painter.close();
      process.off('exit', leave);
    },
  };
}

/** The dashboard in whatever size the terminal has. */
export function WatchApp({ session }: { readonly session: WatchSession }): ReactNode {
  const scene = useSyncExternalStore(session.subscribe, () => session.scene);
  const { columns, rows } = useSize();
  useInput((input, key) => {
    for (const one of keysOf(input, key, isTyping(session))) session.press(one);
  });
  return <WatchView scene={scene} width={columns} height={rows} />;
}

function useSize(): { readonly columns: number; readonly rows: number } {
  const { stdout } = useStdout();
  const [size, setSize] = useState(() => sizeOf(stdout));
  useEffect(() => {
    const onResize = () => setSize(sizeOf(stdout));
    stdout.on('resize', onResize);
    return () => void stdout.off('resize', onResize);
  }, [stdout]);
  return size;
}

function sizeOf({ columns, rows }: NodeJS.WriteStream): { readonly columns: number; readonly rows: number } {
  return { columns: columns ?? 80, rows: rows ?? 24 };
}

const named = [
  ['escape', 'escape'],
  ['return', 'return'],
  ['tab', 'tab'],
  ['backspace', 'backspace'],
  ['delete', 'backspace'], // what most terminals send for the backspace key
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageUp'],
  ['pageDown', 'pageDown'],
] as const;

function isTyping({ scene: { ui } }: WatchSession): boolean {
  return ui.typing || ui.dialog !== null;
}

/**
 * What was pressed. Text that came in one piece, pasted or typed quickly over a slow line, is many keys where text is asked for;
 * as commands it means nothing, so that a paste by mistake pauses no sale.
 */
function keysOf(input: string, key: InkKey, typing: boolean): readonly Key[] {
  const name = named.find(([theirs]) => key[theirs])?.[1] ?? null;
  const { shift, ctrl } = key;
  if (name !== null || ctrl || input.length <= 1) return [{ input, name, shift, ctrl }];
  if (!typing) return [];
  return [...input].map((character) => ({
    input: character,
    name: character === '\r' ? 'return' : character === '\u007f' ? 'backspace' : null,
    shift: false,
    ctrl: false,
  }));
}
