import { describe, expect, it } from 'vitest';
import { firstUi, type Key, press, type Ui } from '../../../../src/toolkit/watch/ui.ts';

const facts = { saleIds: ['a', 'b', 'c'], saleId: 'a' };

function key(input: string, change: Partial<Key> = {}): Key {
  return { input, name: null, shift: false, ctrl: false, ...change };
}

function named(name: NonNullable<Key['name']>, change: Partial<Key> = {}): Key {
  return key('', { name, ...change });
}

function pressing(keys: readonly Key[], ui: Partial<Ui> = {}): Ui {
  return keys.reduce((now, one) => press(now, one, facts).ui, { ...firstUi, ...ui });
}

describe('keys', () => {
  it('go round the tabs in both directions', () => {
    expect(pressing([named('tab')]).tab).toBe('answers');
    expect(pressing([named('tab', { shift: true })]).tab).toBe('log');
    expect(pressing([key('3')]).tab).toBe('books');
  });

  it('go round the sales', () => {
    expect(pressing([named('right')]).saleId).toBe('b');
    expect(pressing([named('left')]).saleId).toBe('c');
  });

  it('search in the log from the overview, and in a table from its tab', () => {
    expect(pressing([key('/'), key('k'), key('a'), named('return')])).toMatchObject({
      tab: 'log',
      filter: 'ka',
      typing: false,
    });
    expect(pressing([key('/')], { tab: 'answers' })).toMatchObject({ tab: 'answers', typing: true });
    expect(pressing([key('/'), key('q'), named('backspace'), named('escape')])).toMatchObject({
      filter: '',
      typing: false,
    });
  });

  it('are text, not commands, while a name or a filter is typed', () => {
    expect(pressing([key('/'), key('q'), key(' ')])).toMatchObject({ filter: 'q ', frozen: false });
    expect(pressing([key('C'), key('q'), key('?')])).toMatchObject({ dialog: { typed: 'q?' }, help: false });
  });

  it('take no more text than a name may have', () => {
    expect(pressing([key('/'), key('x'.repeat(500))]).filter).toHaveLength(100);
  });

  it('change no recording, and nothing where there is no sale', () => {
    expect(pressing([key('P')], { replay: { speed: 1, playing: true } })).toMatchObject({
      dialog: null,
      notice: { bad: true },
    });
    expect(press(firstUi, key('C'), { saleIds: [], saleId: null }).ui).toMatchObject({
      dialog: null,
      notice: { bad: true },
    });
  });

  it('play, stop, speed up and seek in a recording', () => {
    const replay = { speed: 1, playing: true };

    expect(pressing([key(' ')], { replay }).replay).toEqual({ speed: 1, playing: false });
    expect(pressing([key('+'), key('+')], { replay }).replay?.speed).toBe(5);
    expect(pressing([key('-')], { replay }).replay?.speed).toBe(0.5);
    expect(press({ ...firstUi, replay }, named('left'), facts).wanted).toEqual({ kind: 'seek', byMs: -10_000 });
    expect(press({ ...firstUi, replay }, named('right', { shift: true }), facts).wanted).toEqual({
      kind: 'seek',
      byMs: 60_000,
    });
    expect(press({ ...firstUi, replay }, key('G'), facts).wanted).toEqual({ kind: 'seek-to', share: 1 });
  });

  it('close the help, whatever they are', () => {
    expect(pressing([key('?'), key('x')]).help).toBe(false);
  });
});
