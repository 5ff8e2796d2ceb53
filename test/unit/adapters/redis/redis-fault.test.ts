import { describe, expect, it } from 'vitest';
import { isScriptUnknown, redisFault } from '../../../../src/adapters/redis/redis-fault.ts';

function reply(message: string): Error {
  return Object.assign(new Error(message), { name: 'ReplyError' });
}

describe('a fault of Redis', () => {
  it.each([
    ['OOM command not allowed when used memory > maxmemory', 'maxmemory'],
    ['-OOM allow-oom flag is not set on the script, can not run it when used memory > maxmemory', 'maxmemory'],
    ['MISCONF Redis is configured to save RDB snapshots, but it is unable to', 'disk'],
    ['READONLY You can not run script with write flag on readonly replica.', 'primary'],
    ['WRONGPASS invalid username-password pair', 'password'],
    ['NOAUTH Authentication required.', 'password'],
    ['CLUSTERDOWN Hash slot not served', 'shard'],
    ['MOVED 5798 127.0.0.1:7001', 'redis.topology: cluster'],
    ['NOPERM this user has no permissions to run the evalsha command', 'operations.md'],
    [
      "ERR The user executing the script can't run this command or subcommand script: d0b1, on @user_script:2.",
      'fluxgate:*',
    ],
    ['ERR This instance has cluster support disabled', 'redis.topology: single'],
  ])('names what to change: %s', (message, hint) => {
    expect(redisFault(reply(message), 'here:1')).toMatchObject({
      code: 'gate_unreachable',
      message: expect.stringContaining('here:1'),
      hint: expect.stringContaining(hint),
    });
  });

  it('says in our words that there is no connection now', () => {
    const said = new Error("Stream isn't writeable and enableOfflineQueue options is false");
    expect(redisFault(said, 'here:1').message).toBe(
      'Redis at here:1 did not answer: there is no connection, and the next one is being tried',
    );
  });

  it('is unreachable where nobody answered', () => {
    for (const message of ['Command timed out', 'Connection is closed.', 'connect ECONNREFUSED 127.0.0.1:1']) {
      expect(redisFault(new Error(message), 'here:1')).toMatchObject({ code: 'gate_unreachable' });
    }
  });

  it.each([
    ['failed to connect to sentinel here:2 because NOAUTH Authentication required.', 'redis.sentinelPassword'],
    ['failed to connect to sentinel here:2 because ERR unknown command SENTINEL', 'redis.nodes'],
    ['connected to sentinel here:2 successfully, but got an invalid reply: null', 'redis.primaryName'],
    ["Hostname/IP does not match certificate's altnames: Host: a. is not in the cert's altnames", 'redis.serverName'],
    ['self-signed certificate in certificate chain', 'redis.caFile'],
    ['unable to verify the first certificate', 'redis.caFile'],
    ['write EPROTO 0:error:0A00010B:SSL routines:ssl3_get_record:wrong version number', 'redis.tls'],
    ['getaddrinfo ENOTFOUND nowhere.invalid', 'redis.nodes'],
    ['connect ECONNREFUSED 127.0.0.1:1', 'redis.nodes'],
  ])('names the setting where there is no connection: %s', (message, hint) => {
    expect(redisFault(new Error(message), 'here:1').hint).toContain(hint);
  });

  it('is a defect of ours where the script itself was refused', () => {
    const error = reply("ERR user_script:7: attempt to index local 'x' (a nil value)");

    expect(redisFault(error, 'here:1')).toMatchObject({ code: 'fault', cause: error });
  });

  it('tells a forgotten script from every other', () => {
    expect(isScriptUnknown(reply('NOSCRIPT No matching script. Please use EVAL.'))).toBe(true);
    expect(isScriptUnknown(reply('OOM'))).toBe(false);
  });
});
