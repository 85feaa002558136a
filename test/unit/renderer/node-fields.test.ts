import { describe, expect, it } from 'vitest';
import { draftOf, draftProblems, emptyDraft, nodeOf, withTls, type NodeDraft } from '../../../renderer/features/archives/node-fields';

const draft = (changes: Partial<NodeDraft> = {}): NodeDraft => ({ ...emptyDraft(), name: 'MAIN', aeTitle: 'PACS', host: 'pacs.example', ...changes });

describe('the form of a node', () => {
  it('makes a node, and the same draft of that node again', () => {
    const full = draft({ port: '2762', tls: true, tlsName: 'dicom.example', retrieveBy: 'get', mayQuery: true, maySend: false, weSend: false });
    const node = nodeOf(full);
    expect(node).toEqual({
      ...{ name: 'MAIN', aeTitle: 'PACS', host: 'pacs.example', port: 2762, role: 'archive' },
      ...{ maySend: false, mayQuery: true, tls: true, tlsName: 'dicom.example', weSend: false, retrieveBy: 'get' },
    });
    expect(draftOf(node)).toEqual(full);
  });

  it('forgets the name in the certificate with TLS itself', () => {
    expect(nodeOf(draft({ tls: false, tlsName: 'dicom.example' }))).not.toHaveProperty('tlsName');
    expect(nodeOf(draft({ tls: true, tlsName: '  ' }))).not.toHaveProperty('tlsName');
  });

  it.each(['dicom.example/1', 'two names', 'https://x'])('says that "%s" is no name in a certificate, where TLS is on', (tlsName) => {
    expect(draftProblems(draft({ tls: true, tlsName }), []).tlsName).toContain('host name or an IP address');
    expect(draftProblems(draft({ tls: false, tlsName }), [])).toEqual({});
  });

  it('brings the usual port with TLS and takes it back; a port that was typed stays', () => {
    expect(withTls(draft(), true)).toMatchObject({ tls: true, port: '2762' });
    expect(withTls(draft({ tls: true, port: '2762' }), false)).toMatchObject({ tls: false, port: '104' });
    expect(withTls(draft({ port: '11112' }), true)).toMatchObject({ tls: true, port: '11112' });
  });
});
