import type { DiffusionHeader, Vector3 } from '@shared/domain';
import { type AttributeReader, parseDecimal } from './attribute-reader';
import { blockOf } from './private-blocks';
import { readCsa } from './read-csa';

const MR_HEADER = 'SIEMENS MR HEADER';
const CSA_HEADER = 'SIEMENS CSA HEADER';
const GE_PARAMETERS = 'GEMS_PARM_01';
/** Added to the b-value by GE's sequences with several or synthetic b-values, so that 1000 stands there as 1000001000. */
const GE_BIAS = 1_000_000_000;
/** More than any gradient reaches: the element then says something else. */
const MOST_B_VALUE = 100_000;

/**
 * Diffusion b-value (s/mm²) and gradient of an image of one frame: the attributes of the standard (PS3.3 C.8.13.5.9) where it has them, else what Siemens or GE write into
 * private elements, with their name as the basis. Directions of private elements count in the patient (LPS), as those of the standard do; those of GE count along the gradient coils
 * of the sequence and are not read.
 */
export function readDiffusion(reader: AttributeReader): DiffusionHeader {
  const own = reader.double('DiffusionBValue');
  const gradient = triple(reader.doubles('DiffusionGradientOrientation'));
  if (own !== undefined) return said(own, gradient);
  const found = siemens(reader) ?? siemensCsa(reader) ?? generalElectric(reader);
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

/**
 * (0043,xx39) of "GEMS_PARM_01", the first of its four values, as dcm2niix reads it. GE's other sequences keep other numbers there: it counts in echo planar images by spin echo only, which
 * diffusion is measured with.
 */
function generalElectric(reader: AttributeReader): DiffusionHeader | undefined {
  const block = blockOf('0043', GE_PARAMETERS, (name) => reader.text(name));
  if (block === undefined) return undefined;
  const sequence = reader.text('ScanningSequence').split('\\');
  if (!sequence.includes('EP') || sequence.includes('GR')) return undefined;
  const stored = notNegative(parseDecimal(reader.text(`GeBValue${block}`).split('\\')[0] ?? ''));
  const bValue = stored === undefined ? undefined : stored % GE_BIAS;
  return bValue === undefined || bValue > MOST_B_VALUE ? undefined : said(bValue, undefined, GE_PARAMETERS);
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
