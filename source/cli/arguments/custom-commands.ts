/** `commands` of the configuration file: the user's own keys. */
import {
  type CustomCommand,
  placeholderNames,
  placeholdersIn,
} from '../../core/rows/custom-command.ts';
import { bindings, readerName } from '../../screen/input/keys.ts';
import { expected, OptionFault } from './option-spec.ts';

/** A key of the configuration file that is no option. */
export const commandsKey = 'commands';

const fields: ReadonlySet<string> = new Set(['key', 'title', 'argv', 'readOnly', 'where']);

/** @throws OptionFault that names the entry and its field. */
export function readCommands(value: unknown): readonly CustomCommand[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return expected(commandsKey, 'a list of commands', value);
  const commands = value.map((each, index) => readCommand(each, `${commandsKey}[${index}]`));
  const taken = new Map(bindings.flatMap(({ keys, does }) => keys.map(key => [key, does])));
  for (const [index, { key, title }] of commands.entries()) {
    const name = readerName(key);
    const by = taken.get(name);
    if (by !== undefined)
      throw new OptionFault(`${commandsKey}[${index}].key: "${key}" is taken (${by})`);
    taken.set(name, title);
  }
  return commands;
}

function readCommand(value: unknown, path: string): CustomCommand {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return expected(path, 'an object with key, title and argv', value);
  const {
    key,
    title,
    argv,
    readOnly = false,
    where = 'terminal',
  } = value as Record<string, unknown>;
  const unknown = Object.keys(value).find(name => !fields.has(name));
  if (unknown !== undefined)
    throw new OptionFault(`${path}: unknown field "${unknown}" (use ${[...fields].join(', ')})`);
  if (!isKey(key))
    return expected(`${path}.key`, 'a character, F1 to F12, or Ctrl- and a letter', key);
  if (!isText(title)) return expected(`${path}.title`, 'a text', title);
  if (!isArguments(argv)) return expected(`${path}.argv`, 'a program and its arguments', argv);
  const [program = '', ...words] = argv;
  if (placeholdersIn(program).length > 0)
    throw new OptionFault(`${path}.argv: the program must not have a placeholder (${program})`);
  const odd = words.flatMap(placeholdersIn).find(name => !placeholderNames.includes(name));
  if (odd !== undefined) {
    const known = placeholderNames.map(name => `{${name}}`).join(', ');
    throw new OptionFault(`${path}.argv: unknown placeholder {${odd}} (use ${known})`);
  }
  if (typeof readOnly !== 'boolean') return expected(`${path}.readOnly`, 'true or false', readOnly);
  if (where !== 'terminal' && where !== 'background')
    return expected(`${path}.where`, '"terminal" or "background"', where);
  return { key, title, argv, readOnly, where };
}

/** Control keys that terminals send for Backspace, Tab, Enter and line feed are no keys of their own. */
function isKey(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    (/^[^\p{C}\p{Z}]$/u.test(value) || /^(F([1-9]|1[0-2])|Ctrl-[A-GK-LN-Z])$/.test(value))
  );
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

/** No argument can hold NUL. */
function isArguments(value: unknown): value is string[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value[0] !== '' &&
    value.every(each => typeof each === 'string' && !each.includes('\0'))
  );
}
