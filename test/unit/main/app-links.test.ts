import { describe, expect, it } from 'vitest';
import { isAppLink, parseAppLink, splitLinks } from '../../../electron/main/app-links';
import { parseCommandLine } from '../../../electron/main/command-line';

describe('links of other programs', () => {
  it.each([
    ['alternator://study/1.2.840.1', { kind: 'study', StudyInstanceUID: '1.2.840.1' }],
    ['ALTERNATOR://Study/1.2.840.1/', { kind: 'study', StudyInstanceUID: '1.2.840.1' }],
    ['alternator://accession/A%2017', { kind: 'accession', AccessionNumber: 'A 17' }],
    ['alternator://worklist', { kind: 'worklist' }],
  ])('%s is followed', (text, link) => expect(parseAppLink(text)).toEqual(link));

  it.each([
    'alternator://study/',
    'alternator://study/../../etc/passwd',
    'alternator://study/1.2/3',
    'alternator://study/1.2?delete=1',
    'alternator://study/1.2#x',
    'alternator://user:pass@study/1.2',
    'alternator://study:80/1.2',
    'alternator://delete/1.2',
    'alternator://import/%2Fetc',
    'alternator://accession/*',
    'alternator://accession/12345678901234567',
    'alternator://accession/a%0Ab',
    'alternator://accession/%zz',
    'alternator://worklist/1',
    'alternator:',
    'file:///etc/passwd',
    `alternator://study/${'1'.repeat(600)}`,
  ])('%s is not followed', (text) => expect(parseAppLink(text).kind).toBe('refused'));

  it('are never taken for paths', () => {
    const given = ['alternator://study/1.2', 'x/alternator', 'Alternator:bad'];
    expect(given.map(isAppLink)).toEqual([true, false, true]);
    const command = parseCommandLine(given, { cwd: '/home/user', developmentRuntime: false });
    expect(command.kind === 'run' && splitLinks(command.options.paths)).toEqual({
      links: ['alternator://study/1.2', 'Alternator:bad'],
      files: ['/home/user/x/alternator'],
    });
  });
});
