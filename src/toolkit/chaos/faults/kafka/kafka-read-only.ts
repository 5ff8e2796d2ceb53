import { Type } from 'typebox';
import { partFault } from '../../fault/chaos-fault.ts';
import { notedServiceSchema, noteService } from '../../service/noted-service.ts';
import { appendRefusal, readTopicSettings, writeTopicSettings } from '../../service/topic-settings.ts';

const setting = 'max.message.bytes';
const topicSettings = Type.Array(Type.Object({ name: Type.String(), value: Type.String() }));

/**
 * Kafka 4.1 has no read-only topic without ACLs. `min.insync.replicas` above the number of copies does not make one: the
 * broker takes the smaller of the two (Partition.effectiveMinIsr). A limit of one byte for a batch does: every append is
 * refused at once (MESSAGE_TOO_LARGE, which kafkajs does not try again), whatever is there stays readable.
 */
export const kafkaReadOnly = partFault({
  name: 'kafka_read_only',
  summary: 'The topic of the order log refuses every append at once and stays readable (max.message.bytes = 1).',
  evidence: 'an append is refused',
  undoing: 'the settings that the topic had',
  targets: ['kafka'],
  parameters: Type.Object(
    {
      topic: Type.Optional(
        Type.String({
          // Kafka's own limits of a name
          pattern: '^[a-zA-Z0-9._-]{1,249}$',
          description: 'the topic; fluxgate-orders without it',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  note: Type.Object({ ...notedServiceSchema.properties, topic: Type.String(), before: topicSettings }),
  lasts: 'while',
  needs: () => ['stack'],
  says: (target, { topic = 'fluxgate-orders' }) => `${target} refuses what is appended to ${topic}`,
  async prepare({ target, parameters: { topic = 'fluxgate-orders' } }) {
    const note = noteService(target);
    return { ...note, topic, before: [...(await readTopicSettings(note, topic))] };
  },
  async inject(_context, note) {
    const others = note.before.filter(({ name }) => name !== setting);
    await writeTopicSettings(note, note.topic, [...others, { name: setting, value: '1' }]);
    // No order: were it taken, a consumer would put it aside as a dead letter, and the books would say so.
    const refusal = await appendRefusal(note, note.topic, { key: 'fluxgate-chaos', value: Buffer.from('refused?') });
    return { seen: refusal !== null, what: `an append to ${note.topic} was answered with ${refusal ?? 'yes'}` };
  },
  undo: (note) => writeTopicSettings(note, note.topic, note.before),
});
