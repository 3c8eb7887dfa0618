import { z } from 'zod';

/**
 * What is wrong with a setting, in words for whoever sets it; undefined where the validator's own will do. It never holds the
 * setting's value.
 */
export function describeIssue(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.input === undefined) return 'missing: set it in the environment or in a file .env';
  if (issue.code === 'invalid_type' && issue.expected === 'number') {
    return `must be a ${describeNumbers(issue.inst)}`;
  }
  if (issue.code === 'invalid_type' && issue.expected === 'int') return 'must be a whole number';
  if (issue.code === 'too_small' && issue.origin === 'number') {
    return `must be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`;
  }
  if (issue.code === 'too_big' && issue.origin === 'number') {
    return `must be ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}`;
  }
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.map(String).join(', ')}`;
  return undefined;
}

/** The numbers that a schema takes, such as `whole number from 0 to 65535`. */
function describeNumbers(schema: unknown): string {
  if (!(schema instanceof z.core.$ZodType)) return 'number';
  const { type, minimum, exclusiveMinimum, maximum } = z.toJSONSchema(schema);
  const bounds = [
    exclusiveMinimum !== undefined && ` above ${exclusiveMinimum}`,
    minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER && ` from ${minimum}`,
    maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER && ` to ${maximum}`,
  ];
  return `${type === 'integer' ? 'whole number' : 'number'}${bounds.filter((bound) => bound !== false).join('')}`;
}

/** What a server's address has to look like. */
export interface ServerUrlForm {
  /** Of a URL, without the colon. */
  readonly protocols: RegExp;
  /** The protocols, for a person. */
  readonly names: string;
  readonly example: string;
  /** The variable that names a file with the password. */
  readonly passwordFile: string;
}

/** What is wrong with a server's address. It never holds a part of the address, which may be one of the password. */
export function describeServerUrl(
  input: unknown,
  { protocols, names, example, passwordFile }: ServerUrlForm,
): string {
  if (input === undefined) return `missing: set it in the environment or in a file .env, such as ${example}`;
  const [, protocol = '', rest = ''] = /^\s*([^:/]*):\/\/(.*)$/s.exec(String(input)) ?? [];
  if (!protocols.test(protocol)) return `must be a ${names} URL, such as ${example}`;
  const hostAt = rest.lastIndexOf('@') + 1;
  if (/[/?#\\[\]]/.test(rest.slice(0, hostAt))) {
    return `cannot be read: write each of / ? # [ ] @ % in the user and the password percent-encoded (# as %23), or put the password into a file and name that in ${passwordFile}`;
  }
  const port = /^(?:\[[^\]]*\]|[^:/?#]*):([^/?#]*)/.exec(rest.slice(hostAt))?.[1] ?? '';
  if (port !== '' && !(/^\d+$/.test(port) && Number(port) <= 65_535)) {
    return 'cannot be read: its port must be a number from 1 to 65535';
  }
  return `cannot be read as a URL; it must be one such as ${example}`;
}

/** Whether the user and the password of a URL can be decoded; true of what is no URL. */
export function isDecodable(url: string): boolean {
  if (!URL.canParse(url)) return true;
  const { username, password } = new URL(url);
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}
