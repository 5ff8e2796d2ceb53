import type { PostgresLogin } from '../stack-parts.ts';
import type { ContainerSpec } from './container-spec.ts';

/** The variables of the postgres image (hub.docker.com/_/postgres). */
export function postgresContainer(image: string, login: Omit<PostgresLogin, 'host' | 'port'>): ContainerSpec {
  return {
    image,
    port: 5432,
    // several servers and workers with a pool of 12 each, and tools beside them: as the native one
    command: ['-c', 'max_connections=200'],
    env: {
      POSTGRES_USER: login.user,
      POSTGRES_PASSWORD: login.password,
      POSTGRES_DB: login.database,
      // where it is by default differs from version to version
      PGDATA: '/fluxgate/postgres',
    },
    dataFolder: '/fluxgate',
  };
}
