/** The software bill of materials that ships with the program: CycloneDX 1.6 as JSON, made of the lock file. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../bootstrap/common.mjs';
import { licenseExpression, shippedPackages } from './licenses.mjs';

/**
 * Same sources, same bytes: no time, and a serial number made of the content.
 * @param {string} file @param {string | undefined} electronVersion @returns {number} components
 */
export function writeSbom(file, electronVersion) {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const shipped = shippedPackages();
  const self = purl(manifest.name, manifest.version);
  const components = shipped.map(({ path, name, version }) => ({
    type: 'library',
    'bom-ref': purl(name, version),
    name,
    version,
    purl: purl(name, version),
    licenses: licensesOf(licenseExpression(path)),
    ...hashesOf(lock[path].integrity),
  }));
  const electron =
    electronVersion === undefined
      ? []
      : [
          {
            type: 'framework',
            'bom-ref': purl('electron', electronVersion),
            name: 'electron',
            version: electronVersion,
            purl: purl('electron', electronVersion),
            licenses: licensesOf('MIT'),
          },
        ];
  const unique = [...new Map([...electron, ...components].map((component) => [component['bom-ref'], component])).values()];
  const refOf = new Map(shipped.map(({ path, name, version }) => [path, purl(name, version)]));
  const dependsOn = new Map();
  for (const { path, needs } of shipped) {
    const ref = refOf.get(path);
    dependsOn.set(ref, [...new Set([...(dependsOn.get(ref) ?? []), ...needs.map((need) => refOf.get(need))])].sort());
  }
  const body = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: { type: 'application', 'bom-ref': self, name: manifest.productName, version: manifest.version, licenses: licensesOf(manifest.license) },
    },
    components: unique,
    dependencies: [
      { ref: self, dependsOn: unique.map((component) => component['bom-ref']) },
      ...[...dependsOn].map(([ref, needs]) => ({ ref, dependsOn: needs })),
    ],
  };
  const digest = createHash('sha256').update(JSON.stringify(body)).digest('hex');
  // A version 8 UUID (RFC 9562 5.8) of the digest.
  const serialNumber = `urn:uuid:${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-a${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
  writeFileSync(file, `${JSON.stringify({ $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json', ...body, serialNumber }, null, 2)}\n`);
  return unique.length;
}

/** Package URL of the npm type. @param {string} name @param {string} version */
function purl(name, version) {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

/** @param {string} expression */
function licensesOf(expression) {
  return / OR | AND /.test(expression) ? [{ expression: expression.replace(/^\((.*)\)$/, '$1') }] : [{ license: { id: expression } }];
}

/** Digest of the package's archive, as the lock file pins it. @param {string | undefined} integrity */
function hashesOf(integrity) {
  const found = /^sha512-([A-Za-z0-9+/=]+)/.exec(integrity ?? '');
  return found?.[1] === undefined ? {} : { hashes: [{ alg: 'SHA-512', content: Buffer.from(found[1], 'base64').toString('hex') }] };
}
