import { describe, expect, it } from 'vitest';
import { parseControl } from '../../../electron/main/control/control-command';

const parse = (...args: string[]): ReturnType<typeof parseControl> => parseControl(args, '/cwd');

describe('a command to the running program', () => {
  it('is none when no such flag is given', () => {
    expect(parse('--data-dir', 'x', 'file.dcm')).toBeUndefined();
  });
  it('names what is asked, the folder and the time', () => {
    expect(parse('--status', '--data-dir', 'x')).toEqual({ command: { request: { action: 'status' }, dataDir: '/cwd/x', timeoutMs: undefined } });
    expect(parse('--send=1.2.3@Main PACS', '--timeout', '5')).toEqual({
      command: { request: { action: 'send', StudyInstanceUID: '1.2.3', node: 'Main PACS' }, dataDir: undefined, timeoutMs: 5000 },
    });
    expect(parse('--retrieve', '1.2@A@B')).toMatchObject({ command: { request: { action: 'retrieve', StudyInstanceUID: '1.2', node: 'A@B' } } });
  });
  it("lets the runtime's own switches through", () => {
    expect(parse('--no-sandbox', '--quit')).toMatchObject({ command: { request: { action: 'quit' } } });
  });
  it.each([
    [['--status', '--quit'], 'one command at a time'],
    [['--status', '--status'], 'given twice'],
    [['--status=1'], 'takes no value'],
    [['--send'], 'needs a value'],
    [['--send', '1.2.3'], 'is not STUDYUID@NAME'],
    [['--send', '1.2.3@'], 'is not STUDYUID@NAME'],
    [['--send', '../x@PACS'], 'is no UID'],
    [['--send', `1.${'2'.repeat(63)}@PACS`], 'is no UID'],
    [['--status', '--timeout', 'soon'], 'is no number of seconds'],
    [['--status', 'file.dcm'], 'cannot be combined with file.dcm'],
    [['--quit', '--no-demo'], '--quit cannot be combined with --no-demo'],
    [['--status', '\u001b[2J'], 'cannot be combined with ?[2J'],
  ])('refuses %j', (args, words) => {
    expect(parse(...args)).toEqual({ message: expect.stringContaining(words) as string });
  });
});
