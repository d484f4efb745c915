import { z } from 'zod';

/** How the brokers are spoken to; without it in the open, and as nobody. */
export interface KafkaSecurity {
  /** Encrypted, with certificates by the authorities that Node.js knows, or by those of a file alone. */
  readonly tls?: { readonly caFile?: string };
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
}

const broker = /^[^\s,:]+:(\d{1,5})$/;
const isBroker = (text: string): boolean => Number(broker.exec(text)?.[1] ?? Infinity) <= 65_535;

/** Brokers, `host:port` with commas between. */
export const brokers = z
  .string()
  .transform((text) => text.split(','))
  .refine((each) => each.every(isBroker), 'must be host:port, or several with commas between');

/** The settings of {@link KafkaSecurity}, as they stand in the environment. */
export const kafkaSecurityFields = {
  REGULARS_KAFKA_TLS: z.enum(['on', 'off'], 'must be on or off').optional(),
  REGULARS_KAFKA_CA_FILE: z
    .string()
    .regex(/^\/[^\0]+$/, 'must be the whole path of a file')
    .optional(),
  REGULARS_KAFKA_SASL: z
    .enum(['plain', 'scram-sha-256', 'scram-sha-512'], 'must be plain, scram-sha-256 or scram-sha-512')
    .optional(),
  REGULARS_KAFKA_USER: z.string().max(1_000, 'must be shorter').optional(),
  REGULARS_KAFKA_PASSWORD: z.string().max(10_000, 'must be shorter').optional(),
};

type Given = { readonly [Name in keyof typeof kafkaSecurityFields]?: z.output<(typeof kafkaSecurityFields)[Name]> };

/** What is missing or too much among them, as a setting and words about it; `undefined` when they go together. */
export const kafkaSecurityFault = (
  given: Given & { readonly KAFKA_BROKERS?: readonly string[] | undefined },
): readonly [keyof Given, string] | undefined => {
  const names = Object.keys(kafkaSecurityFields) as (keyof Given)[];
  const first = names.find((name) => given[name] !== undefined);
  if (first !== undefined && given.KAFKA_BROKERS === undefined) return [first, 'goes with KAFKA_BROKERS only'];
  if (given.REGULARS_KAFKA_CA_FILE !== undefined && given.REGULARS_KAFKA_TLS !== 'on')
    return ['REGULARS_KAFKA_CA_FILE', 'goes with REGULARS_KAFKA_TLS=on only'];
  const together = ['REGULARS_KAFKA_SASL', 'REGULARS_KAFKA_USER', 'REGULARS_KAFKA_PASSWORD'] as const;
  const missing = together.find((name) => given[name] === undefined);
  if (missing === undefined || together.every((name) => given[name] === undefined)) return undefined;
  return [missing, 'must be set: REGULARS_KAFKA_SASL, _USER and _PASSWORD go together'];
};

/** As the program uses them. They must go together, see {@link kafkaSecurityFault}. */
export const kafkaSecurityOf = (given: Given): KafkaSecurity => {
  const { REGULARS_KAFKA_CA_FILE: caFile, REGULARS_KAFKA_SASL: mechanism } = given;
  const { REGULARS_KAFKA_USER: username = '', REGULARS_KAFKA_PASSWORD: password = '' } = given;
  return {
    ...(given.REGULARS_KAFKA_TLS === 'on' ? { tls: caFile === undefined ? {} : { caFile } } : {}),
    ...(mechanism === undefined ? {} : { sasl: { mechanism, username, password } }),
  };
};
