/**
 * The schema in which a project's tables are: its name in lower case. Null for what is no project name: it starts with a
 * letter, has letters, digits and _, and is not one of PostgreSQL's own.
 */
export function schemaName(project: string): string | null {
  const plain = /^[A-Za-z][A-Za-z0-9_]{0,50}$/.test(project);
  const taken = /^(pg_.*|public|information_schema)$/i.test(project);
  return plain && !taken ? project.toLowerCase() : null;
}
