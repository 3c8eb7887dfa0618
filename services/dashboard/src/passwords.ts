import { readSecret } from '@energy-data-service/runtime';
import { z } from 'zod';

/** Characters. What an attacker can try at the pace of the login would take ages to guess this. */
const SHORTEST_PASSWORD = 12;

/** The password of each role; a role without one cannot log in. */
export interface DashboardPasswords {
  readonly viewer?: string | undefined;
  readonly operator?: string | undefined;
}

export function hasPassword({ viewer, operator }: DashboardPasswords): boolean {
  return viewer !== undefined || operator !== undefined;
}

/** Reads the passwords from the environment, or from the files that it names. A message never holds one. */
export const DashboardPasswords = z
  .object({
    DASHBOARD_VIEWER_PASSWORD: z.string().optional(),
    DASHBOARD_VIEWER_PASSWORD_FILE: z.string().optional(),
    DASHBOARD_OPERATOR_PASSWORD: z.string().optional(),
    DASHBOARD_OPERATOR_PASSWORD_FILE: z.string().optional(),
  })
  .transform((env, context): DashboardPasswords => {
    const refuse = (variable: string, message: string) =>
      context.addIssue({ code: 'custom', path: [variable], message });
    const viewer = readPassword('DASHBOARD_VIEWER_PASSWORD', env, refuse);
    const operator = readPassword('DASHBOARD_OPERATOR_PASSWORD', env, refuse);
    if (viewer !== undefined && viewer === operator) {
      refuse('DASHBOARD_OPERATOR_PASSWORD', 'must differ from the viewer’s: the password tells the role');
    }
    return { viewer, operator };
  });

function readPassword(
  variable: string,
  env: Readonly<Record<string, string | undefined>>,
  refuse: (variable: string, message: string) => void,
): string | undefined {
  const password = readSecret(env, variable, refuse);
  if (password !== undefined && password.length < SHORTEST_PASSWORD) {
    const source = env[variable] === undefined ? `${variable}_FILE` : variable;
    refuse(source, `must have at least ${SHORTEST_PASSWORD} characters`);
  }
  return password;
}
