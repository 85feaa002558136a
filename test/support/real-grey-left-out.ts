/** Files that DCMTK 3.6.7 draws wrongly as a whole. */
export const FAULTS_OF_DCMTK: Readonly<Record<string, string>> = {
  'objects/rt/rtdose_expb.dcm': '32 bits: values of more than 1,191,000 overflow in DCMTK',
};

const NO_PROGRAM = 'no program of DCMTK draws its transfer syntax';
const NO_PIXELS = 'not read: Rows without pixel data';
const NO_STUDY = 'not read: StudyInstanceUID missing or empty';
const NOT_FOUND = 'not drawn: E: no pixel data found in DICOM dataset';
const NO_OFFSETS = "frames 2: not drawn: E: can't decompress frame 1: Cannot determine start fragment: basic offset table is empty";
const INSIDE_BYTE = 'begins inside a byte, where DCMTK does not look';

/** Grey files of the manifest that are not compared, or whose named frames are not: the reason in the words of the program or of DCMTK. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  ...FAULTS_OF_DCMTK,
  // What is broken on purpose.
  'broken/2026-05-26-oob-monochrome-46341.dcm': 'not read: an image of 46341 x 46341 pixels (limit 268435456 pixels, 1024 MiB)',
  'broken/3gb-bulk-data-truncated': 'not read: Bytes end inside (7FE0,0010) at byte 1566',
  'broken/DummyCTWithLongTag.dcm': NO_PIXELS,
  'broken/GH1376.dcm': 'not read: pixel data in fragments, but the transfer syntax is Explicit VR Little Endian',
  'broken/GH178.dcm': NO_PIXELS,
  'broken/JPEG2000-embedded-sequence-delimiter.dcm':
    'not read: cannot decode: JPEG 2000 Image Compression (1.2.840.10008.1.2.4.91): the codestream states 14540801 tiles',
  'broken/MR_truncated.dcm': 'not read: Bytes end inside (7FE0,0010) at byte 1154',
  'broken/dwv-test_no-number-rows.dcm': 'not read: SOPClassUID missing or empty',
  'broken/emri_small_jpeg_2k_lossless_too_short.dcm': 'not read: Bytes end inside a sequence at byte 39930',
  // No Pixel Data (7FE0,0010); that of ELSCINT1 is in a private element, which no program here reads.
  'charsets/chrJapMulti.dcm': NO_PIXELS,
  'charsets/chrJapMultiExplicitIR6.dcm': NO_PIXELS,
  'charsets/chrKoreanMulti.dcm': NO_PIXELS,
  'enhanced/MR_enhanced_24f_NOPIXELDATA.dcm': NO_PIXELS,
  'objects/pr/cr-with-pr/CR000000.dcm': NO_PIXELS,
  'pixel/2020-09-12-ELSCINT1-PMSCT_RLE1.dcm': NO_PIXELS,
  // Without what identifies them they belong to no study and are never kept.
  'enhanced/MR_enhanced_19f_J2K_multifragment.dcm': 'not read: SOPInstanceUID is not a valid UID',
  'pixel/JLSL_08_07_0_1F.dcm': NO_STUDY,
  'pixel/JPEGLSNearLossless_08.dcm': NO_STUDY,
  // Neither do DCMTK's programs: Samples per Pixel and Pixel Representation (type 1) are missing; an item stands outside a sequence.
  'pixel/MultiframeWindowing.dcm': 'not read: Samples per Pixel missing',
  'modalities/US_JPEGLS.dcm': 'not read: Item outside a sequence at byte 780',
  // What DCMTK 3.6.7 has no decoder for, and no reader of: floating point and deflated frames.
  'enhanced/emri_small_jpeg_2k_lossless.dcm': NO_PROGRAM,
  'syntaxes/ctimage-mit/CTImage.dcm_JPEG2000LosslessOnlyTransferSyntax_1.2.840.10008.1.2.4.90.dcm': NO_PROGRAM,
  'syntaxes/ctimage-mit/CTImage.dcm_JPEG2000TransferSyntax_1.2.840.10008.1.2.4.91.dcm': NO_PROGRAM,
  'syntaxes/htj2k/DX_chest_HTJ2K_RPCL_202.dcm': NO_PROGRAM,
  'objects/paramap/parametric_map_double_float.dcm': NOT_FOUND,
  'objects/paramap/parametric_map_float.dcm': NOT_FOUND,
  'syntaxes/other/liver_deflate.dcm': NOT_FOUND,
  'syntaxes/other/liver_nonbyte_aligned_deflate.dcm': `${NOT_FOUND}; ${INSIDE_BYTE}`,
  // Frames that it does not find.
  'syntaxes/fragments-bot/CT0012.fragmented_no_bot_jpeg_baseline.51.dcm': NO_OFFSETS,
  'syntaxes/fragments-bot/CT0012.fragmented_no_bot_jpeg_lossless.57.dcm': NO_OFFSETS,
  'syntaxes/fragments-bot/CT0012.fragmented_no_bot_jpeg_lossless.70.dcm': NO_OFFSETS,
  'syntaxes/fragments-bot/CT0012.fragmented_no_bot_jpeg_ls.80.dcm': NO_OFFSETS,
  'syntaxes/fragments-bot/CT0012.fragmented_no_bot_jpeg_ls.81.dcm': NO_OFFSETS,
  'objects/seg/seg_image_sm_control.dcm': `frames 6, 20: ${INSIDE_BYTE}`,
  'objects/seg/seg_image_sm_dots.dcm': `frames 16, 32, 62: ${INSIDE_BYTE}`,
  'objects/seg/seg_image_sm_dots_tiled_full.dcm': `frames 626, 938, 1250: ${INSIDE_BYTE}`,
  'objects/seg/seg_image_sm_numbers.dcm': `frames 6, 20: ${INSIDE_BYTE}`,
  'pixel/liver_nonbyte_aligned.dcm': `frames 2: ${INSIDE_BYTE}`,
};
