import { infoFields, redisCommand } from '../../stack/native/redis-command.ts';
import { type NotedService, serviceOf } from './noted-service.ts';

/** One command to the Redis or Sentinel of a note. @throws Error with its refusal, or where it does not answer */
export function askNotedRedis(note: NotedService, command: string, ...words: readonly (string | number)[]) {
  return redisCommand(serviceOf(note).port, command, ...words);
}

/** A field of INFO; empty where this version has none of that name. */
export async function redisInfo(note: NotedService, section: string, field: string): Promise<string> {
  return infoFields(await askNotedRedis(note, 'INFO', section)).get(field) ?? '';
}

/** One setting as it is. */
export async function redisSetting(note: NotedService, name: string): Promise<string> {
  const said = await askNotedRedis(note, 'CONFIG', 'GET', name);
  return Array.isArray(said) ? String(said[1] ?? '') : '';
}
