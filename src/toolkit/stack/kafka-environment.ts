/** Settings of a broker as the apache/kafka image takes them: KAFKA_ and the name in capitals, dots as underscores. */
export function kafkaEnvironment(
  settings: Readonly<Record<string, string | number | boolean>>,
): Readonly<Record<string, string>> {
  const entries = Object.entries(settings).map(([name, value]) => [
    `KAFKA_${name.toUpperCase().replaceAll('.', '_')}`,
    String(value),
  ]);
  return Object.fromEntries(entries);
}
