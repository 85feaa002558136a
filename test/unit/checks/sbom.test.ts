import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shippedPackages } from '../../../build/package/licenses.mjs';
import { writeSbom } from '../../../build/package/sbom.mjs';

interface Bom {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly serialNumber: string;
  readonly components: readonly {
    readonly 'bom-ref': string;
    readonly name: string;
    readonly purl: string;
    readonly licenses: readonly unknown[];
    readonly hashes?: readonly { content: string }[];
  }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

function bom(electron: string | undefined): { text: string; parsed: Bom } {
  const folder = mkdtempSync(join(tmpdir(), 'alternator-sbom-'));
  try {
    const file = join(folder, 'sbom.json');
    writeSbom(file, electron);
    const text = readFileSync(file, 'utf8');
    return { text, parsed: JSON.parse(text) as Bom };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('the bill of materials', () => {
  it('names every shipped package once, with version, licence and digest, and the Electron it is built with', () => {
    const { parsed } = bom('45.4.1');
    expect([parsed.bomFormat, parsed.specVersion]).toEqual(['CycloneDX', '1.6']);
    expect(parsed.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
    const names = parsed.components.map(({ name }) => name);
    for (const name of ['electron', 'vue', 'libsql', 'dcmjs', 'yauzl', 'pend', 'pdfjs-dist']) expect(names).toContain(name);
    for (const name of ['vitest', 'eslint', '@napi-rs/canvas']) expect(names).not.toContain(name);
    const refs = parsed.components.map((component) => component['bom-ref']);
    expect(new Set(refs).size).toBe(refs.length);
    for (const component of parsed.components) expect(component.licenses.length, component.name).toBe(1);
    expect(parsed.components.find(({ name }) => name === 'yauzl')?.hashes?.[0]?.content).toMatch(/^[0-9a-f]{128}$/);
  });

  it('has dependencies among its components only', () => {
    const { parsed } = bom(undefined);
    const refs = new Set(parsed.components.map((component) => component['bom-ref']));
    for (const { dependsOn } of parsed.dependencies) for (const ref of dependsOn) expect(refs.has(ref), ref).toBe(true);
    expect(shippedPackages().length).toBeGreaterThanOrEqual(refs.size);
  });

  it('is the same for the same sources', () => expect(bom('1.2.3').text).toBe(bom('1.2.3').text));
});
