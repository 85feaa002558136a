import { describe, expect, it } from 'vitest';
import { parseCommandLine, programArguments, type RunOptions } from '../../../electron/main/command-line';
import { helpText } from '../../../electron/main/help-text';

const context = { cwd: '/home/reader', developmentRuntime: false };

function options(...args: string[]): RunOptions {
  const parsed = parseCommandLine(args, context);
  if (parsed.kind !== 'run') throw new Error(`not run but ${JSON.stringify(parsed)}`);
  return parsed.options;
}

function mistake(args: readonly string[], developmentRuntime = false): string {
  const parsed = parseCommandLine(args, { ...context, developmentRuntime });
  if (parsed.kind !== 'error') throw new Error(`no error but ${parsed.kind}`);
  return parsed.message;
}

describe('the command line', () => {
  it('has safe defaults: loopback, demo, nobody accepted', () => {
    expect(options()).toEqual({
      paths: [],
      dataDir: undefined,
      aeTitle: 'ALTERNATOR',
      dicomPort: 11112,
      dicomHost: '127.0.0.1',
      demo: true,
      demoArchive: 'firstRun',
      accept: [],
      allowQuery: [],
      tls: undefined,
      archives: [],
      archiveTokens: [],
      screenshot: undefined,
      rebuildIndex: false,
      render: undefined,
      calibration: undefined,
      dither: false,
    });
  });

  it('takes every flag, values behind a space or an equals sign, paths anywhere, relative ones from where it was typed', () => {
    const line = ['a.dcm', '--data-dir', 'data', '--ae-title=READ 1', '--dicom-port', '0', '--dicom-host=0.0.0.0', '--no-demo'];
    expect(
      options(
        ...line,
        '--accept',
        'CT@10.0.0.1',
        '--accept',
        '*@*',
        '--archive',
        'Main PACS=PACS@10.0.0.2:104',
        '--archive=Six=P 6@[fe80::1]:11112',
        '--screenshot',
        'x.png',
        '--rebuild-index',
        '--calibration',
        'panel.json',
        '--dither',
        '/abs',
        '--',
        '--odd',
      ),
    ).toEqual({
      paths: ['/home/reader/a.dcm', '/abs', '/home/reader/--odd'],
      dataDir: '/home/reader/data',
      aeTitle: 'READ 1',
      dicomPort: 0,
      dicomHost: '0.0.0.0',
      demo: false,
      demoArchive: 'never',
      accept: [
        { aeTitle: 'CT', host: '10.0.0.1' },
        { aeTitle: '*', host: '*' },
      ],
      allowQuery: [],
      tls: undefined,
      archiveTokens: [],
      archives: [
        { name: 'Main PACS', aeTitle: 'PACS', host: '10.0.0.2', port: 104, role: 'archive' },
        { name: 'Six', aeTitle: 'P 6', host: 'fe80::1', port: 11112, role: 'archive' },
      ],
      screenshot: '/home/reader/x.png',
      rebuildIndex: true,
      render: undefined,
      calibration: '/home/reader/panel.json',
      dither: true,
    });
  });

  it('takes one picture to render, its frame behind a #, its window and its presentation state', () => {
    expect(options('--render', 'in.dcm#12', 'out.png', '--voi', '40,400', '--state', 'gsps.dcm')).toMatchObject({
      paths: [],
      render: {
        input: '/home/reader/in.dcm',
        frame: 12,
        output: '/home/reader/out.png',
        voi: { kind: 'window', center: 40, width: 400, function: 'LINEAR' },
        state: '/home/reader/gsps.dcm',
      },
    });
    expect(options('--render=in.dcm', 'out.png').render).toMatchObject({ frame: 1, voi: { kind: 'file' }, state: undefined });
    expect(options('--render', 'in.dcm', 'out.png', '--voi', 'sigmoid').render?.voi).toEqual({ kind: 'function', function: 'SIGMOID' });
    expect(options('--render', 'in.dcm', 'out.png', '--voi', '-40.5,1e3,linear_exact').render?.voi).toMatchObject({ center: -40.5, width: 1000 });
  });

  it.each([
    [['--render', 'in.dcm'], 'needs one picture to write'],
    [['--render', 'in.dcm', 'a.png', 'b.png'], 'needs one picture to write'],
    [['--render', 'in.dcm#0', 'a.png'], 'counted from 1'],
    [['--render', 'in.dcm', 'a.png', '--voi', '40'], 'neither "file" nor'],
    [['--render', 'in.dcm', 'a.png', '--voi', '40,0'], 'neither "file" nor'],
    [['--render', 'in.dcm', 'a.png', '--voi', ',5'], 'neither "file" nor'],
    [['--render', 'in.dcm', 'a.png', '--screenshot', 's.png'], 'one of them at a time'],
    [['--voi', 'file'], '--voi goes with --render'],
    [['--state', 'x.dcm'], '--state goes with --render'],
  ])('refuses %j', (args, words) => {
    expect(mistake(args)).toContain(words);
  });

  it.each([
    [['--nope'], 'unknown flag --nope'],
    [['-x'], 'unknown flag -x'],
    [['--__proto__'], 'unknown flag'],
    [['__proto__', '--constructor=1'], 'unknown flag --constructor'],
    [['--data-dir'], '--data-dir needs a value'],
    [['--data-dir='], '--data-dir needs a value'],
    [['--data-dir', '--no-demo'], '--data-dir needs a value'],
    [['--no-demo=1'], '--no-demo takes no value'],
    [['--no-demo', '--demo'], '--demo and --no-demo exclude each other'],
    [['--ae-title', 'A', '--ae-title', 'B'], '--ae-title is given twice'],
    [['--ae-title', 'ABCDEFGHIJKLMNOPQ'], 'has 17 characters'],
    [['--ae-title', 'A\\B'], 'no backslash'],
    [['--ae-title', 'A\u0007B'], 'no control character'],
    [['--ae-title', 'ÄRZTE'], 'ASCII'],
    [['--ae-title', '   '], 'must not be empty'],
    [['--dicom-port', '65536'], 'is no port'],
    [['--dicom-port', '-1'], 'is no port'],
    [['--dicom-port', '1e3'], 'is no port'],
    [['--dicom-port', '0x50'], 'is no port'],
    [['--dicom-host', 'example.org'], 'is no IP address'],
    [['--dicom-host', '300.1.1.1'], 'is no IP address'],
    [['--accept', 'CT'], 'has no @'],
    [['--allow-query', 'CT'], '--allow-query: "CT" has no @'],
    [['--accept', '@10.0.0.1'], 'must not be empty'],
    [['--accept', 'CT@'], 'neither a host name'],
    [['--accept', 'CT@ho st'], 'neither a host name'],
    [['--accept', 'ABCDEFGHIJKLMNOPQ@h'], 'has 17 characters'],
    [['--archive', 'PACS@h:104'], 'is not NAME=AET@HOST:PORT'],
    [['--archive', 'A=PACS@h'], 'is not NAME=AET@HOST:PORT'],
    [['--archive', 'A=PACS@h:0'], 'is no port'],
    [['--archive', 'A=PACS@h:70000'], 'is no port'],
    [['--archive', 'W=http://pacs.example/dicom-web'], 'images need https'],
    [['--archive', 'W=https://me:secret@pacs.example'], 'holds a user'],
    [['--archive', 'W=https://pacs.example/?a=1'], 'a query'],
    [['--archive-token', 'Web'], 'is not NAME=FILE'],
    [['--archive-token', '=x'], 'is not NAME=FILE'],
    [['--archive', '=PACS@h:104'], 'is no name'],
    [['--archive', 'A=@h:104'], 'must not be empty'],
    [['--archive', 'A=P@h:104', '--archive', 'A=Q@h:104'], 'is given twice'],
    [['--screenshot'], '--screenshot needs a value'],
    [[''], 'a path is empty'],
  ])('refuses %j', (args, words) => {
    expect(mistake(args)).toContain(words);
  });

  it('never repeats control characters on the terminal', () => {
    expect(mistake(['--dicom-host', '\u001b[2J'])).not.toContain('\u001b');
    expect(mistake(['--\u001b]0;x'])).not.toContain('\u001b');
  });

  it('takes an archive by the root of its DICOMweb services', () => {
    expect(options('--archive', 'Web=https://pacs.example:8443/dicom-web/').archives).toEqual([
      { name: 'Web', aeTitle: 'DICOMWEB', host: 'pacs.example', port: 8443, role: 'archive', url: 'https://pacs.example:8443/dicom-web' },
    ]);
    expect(options('--archive', 'Own=http://127.0.0.1:8042/dicom-web').archives).toMatchObject([{ port: 8042, url: 'http://127.0.0.1:8042/dicom-web' }]);
  });

  it('keeps the last @ as the border, since an AE title may hold one, and takes IPv6 addresses', () => {
    expect(options('--archive', 'Safe=dicoms://PACS@pacs.example:2762').archives).toEqual([
      { name: 'Safe', aeTitle: 'PACS', host: 'pacs.example', port: 2762, role: 'archive', tls: true },
    ]);
    expect(options('--tls-ca', 'ca.pem', '--tls-cert', '/c.pem', '--tls-key', 'k.pem', '--tls-port', '2762', '--tls-anonymous').tls).toEqual({
      caFile: '/home/reader/ca.pem',
      certificateFile: '/c.pem',
      keyFile: '/home/reader/k.pem',
      port: 2762,
      clients: 'anonymous',
    });
    expect(options('--allow-query', 'A@10.0.0.1', '--allow-query', '*@host').allowQuery).toEqual([
      { aeTitle: 'A', host: '10.0.0.1' },
      { aeTitle: '*', host: 'host' },
    ]);
    expect(options('--accept', 'A@B@10.0.0.1').accept).toEqual([{ aeTitle: 'A@B', host: '10.0.0.1' }]);
    expect(options('--accept', 'A@[fe80::1%eth0]').accept).toEqual([{ aeTitle: 'A', host: 'fe80::1%eth0' }]);
    expect(options('--dicom-host', '[::1]').dicomHost).toBe('::1');
  });

  it('listens on loopback only on the development runtime, and says why', () => {
    expect(mistake(['--dicom-host', '0.0.0.0'], true)).toMatch(/development runtime.*loopback only/);
    expect(mistake(['--dicom-host', '192.168.1.2'], true)).toContain('192.168.1.2');
    for (const host of ['127.0.0.1', '127.1.2.3', '::1', 'localhost']) {
      expect(parseCommandLine(['--dicom-host', host], { ...context, developmentRuntime: true }).kind).toBe('run');
    }
  });

  it("lets the runtime's own switches through and nothing that only looks like one", () => {
    const switches = [
      '--no-sandbox',
      '--inspect=0',
      '--remote-debugging-port=0',
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      '--ozone-platform=x11',
    ];
    expect(options(...switches, 'a').paths).toEqual(['/home/reader/a']);
    expect(mistake(['--no-sandboxx'])).toContain('unknown flag');
    expect(mistake(['--disable-web-security'])).toContain('unknown flag');
  });

  it('prefers help and version to any mistake, and the help names every flag', () => {
    expect(parseCommandLine(['--nope', '--help'], context).kind).toBe('help');
    expect(parseCommandLine(['--version'], context).kind).toBe('version');
    for (const flag of [
      '--data-dir',
      '--ae-title',
      '--dicom-port',
      '--dicom-host',
      '--accept',
      '--no-demo',
      '--rebuild-index',
      '--screenshot',
      '--help',
      '--version',
    ]) {
      expect(helpText()).toContain(flag);
    }
  });
});

describe('the arguments of the program', () => {
  it('begin behind the executable when packaged', () => {
    expect(programArguments(['/opt/alternator', 'a.dcm', '--no-demo'], true)).toEqual(['a.dcm', '--no-demo']);
  });

  it('begin behind the folder of the app otherwise, switches of launchers before it kept', () => {
    expect(programArguments(['electron', '.', 'a.dcm'], false)).toEqual(['a.dcm']);
    expect(
      programArguments(['electron', '-r', 'loader.js', '--inspect=0', '--remote-debugging-port=0', '--no-sandbox', '/repo', '--data-dir', 'd'], false),
    ).toEqual(['--inspect=0', '--remote-debugging-port=0', '--no-sandbox', '--data-dir', 'd']);
    expect(programArguments(['electron', '.'], false)).toEqual([]);
  });
});
