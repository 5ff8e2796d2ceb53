import { hostname, networkInterfaces } from 'node:os';
import { expect, it } from 'vitest';
import { isThisMachine } from '../../../../src/toolkit/load/load-target.ts';

const own = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
const urls = own.map(({ family, address }) => `http://${family === 'IPv6' ? `[${address}]` : address}:8080`);

it('knows this machine by its loopback, its name and every address of its networks', () => {
  for (const url of ['http://127.0.0.1:1', 'http://localhost', 'http://[::1]:2', `http://${hostname()}`, ...urls])
    expect([url, isThisMachine(url)]).toEqual([url, true]);
  expect(isThisMachine('http://192.0.2.1')).toBe(false);
  expect(isThisMachine('https://shop.example')).toBe(false);
});
