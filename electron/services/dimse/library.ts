import * as namespace from 'dcmjs-dimse';

/**
 * dcmjs-dimse is one CommonJS file: in Node's own loader its members stand on `default`, in a bundle on the namespace.
 */
export function dimseLibrary(): typeof namespace {
  const inner: unknown = 'default' in namespace ? namespace.default : undefined;
  const library = (inner ?? namespace) as typeof namespace;
  // The library logs whole data sets with patients' names; what is worth a line we log ourselves.
  library.log.setLevel('silent', false);
  return library;
}
