import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type NativeService, readStackFile, writeStackFile } from '../../src/toolkit/stack/stack-file.ts';
import { type RedisFront, startRedisFront } from './redis-front.ts';

/** Two ways to a stack's gate, so that one server can be left behind at an old primary. */
export interface FrontedRedis {
  /** Of everybody who goes by the stack file. */
  readonly most: RedisFront;
  /** Of whoever goes by the stack file in `aloneDir`. */
  readonly alone: RedisFront;
  readonly aloneDir: string;
  close(): Promise<void>;
}

/** Puts the fronts between the stack's Redis and its clients. */
export async function frontRedis(stackDir: string, redis: NativeService): Promise<FrontedRedis> {
  const file = readStackFile(stackDir);
  if (file === null) throw new Error(`there is no stack in ${stackDir}`);
  const aloneDir = join(stackDir, '..', 'alone');
  mkdirSync(aloneDir, { recursive: true });
  const frontIn = async (folder: string): Promise<RedisFront> => {
    const front = await startRedisFront(redis);
    const services = file.services.map((each) =>
      each.name === 'redis' ? { ...each, ...front.address, direct: { host: redis.host, port: redis.port } } : each,
    );
    writeStackFile(folder, { ...file, services });
    return front;
  };
  const most = await frontIn(stackDir);
  const alone = await frontIn(aloneDir);
  return {
    most,
    alone,
    aloneDir,
    close: async () => void (await Promise.all([most.close(), alone.close()])),
  };
}
