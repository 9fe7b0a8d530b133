import { z } from 'zod';
import { configSchema } from './schema.ts';

/** The JSON Schema (draft 2020-12) of the configuration file as a person writes it, for editors. */
export function jsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(configSchema, {
    io: 'input',
    override: ({ jsonSchema: node }) => {
      // What our messages say; editors have the description.
      delete node.expected;
      // Lists and mappings have their examples as text, for messages.
      if (node.type === 'array' || node.type === 'object') delete node.examples;
    },
  });
  return {
    ...schema,
    title: 'Archsignal project configuration',
    description: 'One file per tracked project. `archsignal check FILE` checks what a schema cannot: names that refer to one another.',
  };
}

/** The schema as the text of config/archsignal.schema.json. */
export const jsonSchemaText = (): string => `${JSON.stringify(jsonSchema(), null, 2)}\n`;
