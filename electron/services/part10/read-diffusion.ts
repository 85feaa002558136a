import type { DiffusionHeader, Vector3 } from '@shared/domain';
import type { AttributeReader } from './attribute-reader';
import { blockOf } from './private-blocks';
import { readCsa } from './read-csa';

const MR_HEADER = 'SIEMENS MR HEADER';
const CSA_HEADER = 'SIEMENS CSA HEADER';

/**
 * Diffusion b-value (s/mm²) and gradient of an image of one frame: the attributes of the standard (PS3.3 C.8.13.5.9) where it has them, else what Siemens writes into
 * private elements, with their name as the basis. Directions of private elements count in the patient (LPS), as those of the standard do.
 */
export function readDiffusion(reader: AttributeReader): DiffusionHeader {
  const own = reader.double('DiffusionBValue');
  const gradient = triple(reader.doubles('DiffusionGradientOrientation'));
  if (own !== undefined) return said(own, gradient);
  const found = siemens(reader) ?? siemensCsa(reader);
  return found ?? said(undefined, gradient);
}

function siemens(reader: AttributeReader): DiffusionHeader | undefined {
  const block = blockOf('0019', MR_HEADER, (name) => reader.text(name));
  if (block === undefined) return undefined;
  const bValue = notNegative(reader.number(`SiemensBValue${block}`));
  if (bValue === undefined) return undefined;
  const kind = reader.text(`SiemensDirectionality${block}`);
  return said(bValue, directional(kind) ? triple(reader.doubles(`SiemensGradient${block}`)) : undefined, MR_HEADER);
}

/** Older scanners write it into the CSA header only. */
function siemensCsa(reader: AttributeReader): DiffusionHeader | undefined {
  const block = blockOf('0029', CSA_HEADER, (name) => reader.text(name));
  if (block === undefined) return undefined;
  const bytes = reader.raw(`CsaImageHeader${block}`);
  const csa = bytes.length === 0 ? undefined : readCsa(bytes);
  const bValue = notNegative(csa?.B_value);
  if (bValue === undefined) return undefined;
  return said(bValue, directional(csa?.DiffusionDirectionality ?? '') ? triple(csa?.DiffusionGradientDirection) : undefined, CSA_HEADER);
}

function said(bValue: number | undefined, gradient: Vector3 | undefined, basis?: string): DiffusionHeader {
  return {
    DiffusionBValue: bValue === undefined ? '' : bValue.toString(),
    ...(gradient === undefined ? {} : { gradient }),
    ...(basis === undefined ? {} : { diffusionBasis: basis }),
  };
}

/** A direction of a trace or of b 0 is none. */
function directional(kind: string): boolean {
  return kind === '' || kind === 'DIRECTIONAL' || kind === 'BMATRIX';
}

function notNegative(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function triple(values: readonly number[] | undefined): Vector3 | undefined {
  const [x, y, z] = values ?? [];
  return values?.length === 3 && x !== undefined && y !== undefined && z !== undefined ? [x, y, z] : undefined;
}
