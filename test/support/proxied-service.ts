import { afterEach, beforeEach } from 'vitest';
import { type FaultProxy, startFaultProxy } from '../../src/toolkit/fault-proxy/fault-proxy.ts';
import {
  type FaultProxyClient,
  type FaultProxyTarget,
  faultProxyClient,
} from '../../src/toolkit/fault-proxy/fault-proxy-client.ts';
import { eventually } from './eventually.ts';
import { startTcpServer, type TcpPeer, type TcpServer, tcpClient } from './tcp-peers.ts';

/** What a test has at hand: a fault proxy with its control, and the one service behind it. */
export interface ProxiedService {
  /** A test may put another one in its place. */
  upstream: TcpServer;
  proxy: FaultProxy;
  control: FaultProxyClient;
  /** Their sockets are destroyed at the end. */
  clients: TcpPeer[];
  /** A client and the upstream's end of its connection. */
  connected(): Promise<readonly [TcpPeer, TcpPeer]>;
  /** What the proxy says of its target. */
  service(): Promise<FaultProxyTarget>;
}

/** A service of its own behind a fault proxy (its target `service`), made anew for each test of the file. */
export function proxiedServiceForEach(): ProxiedService {
  const here = { connected, service } as ProxiedService; // the rest is there when a test begins
  beforeEach(async () => {
    here.upstream = await startTcpServer();
    here.proxy = await startFaultProxy({ targets: [{ name: 'service', upstream: here.upstream.address }] });
    here.control = faultProxyClient(here.proxy.url);
    here.clients = [];
  });
  afterEach(async () => {
    for (const { socket } of here.clients) socket.destroy();
    await here.proxy.close();
    await here.upstream.close();
  });

  async function connected(): Promise<readonly [TcpPeer, TcpPeer]> {
    const before = here.upstream.peers.length;
    const client = await tcpClient(here.proxy.addressOf('service'));
    here.clients.push(client);
    await eventually('the upstream has the connection', () => here.upstream.peers.length > before);
    const served = here.upstream.peers[before];
    if (served === undefined) throw new Error('no connection at the upstream');
    return [client, served];
  }

  async function service(): Promise<FaultProxyTarget> {
    const [one] = await here.control.targets();
    if (one === undefined) throw new Error('no target');
    return one;
  }

  return here;
}

export const says = (peer: TcpPeer, text: string): void => void peer.socket.write(text);
export const hears = (peer: TcpPeer, text: string): Promise<void> =>
  eventually(`${text} was heard`, () => peer.heard() === text);
/** How the connection ended, once it has. */
export async function isOver(peer: TcpPeer): Promise<string | undefined> {
  await eventually('the connection is over', () => peer.over() !== undefined);
  return peer.over();
}
