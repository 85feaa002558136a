import { DEFAULT_AE_TITLE, DEFAULT_DICOM_HOST, DEFAULT_DICOM_PORT } from './command-line';

/** What `--help` prints. */
export function helpText(): string {
  return `Alternator, a radiology workstation. Not a medical device.

usage: alternator [flags] [path …]        (from the source: npm start -- [flags] [path …])

  path …               open these DICOM files or folders: they are copied into the cache and the first study is shown
  --data-dir DIR       folder of everything that is kept; it alone decides whether another start is the same workstation
  --ae-title T         own AE title (${DEFAULT_AE_TITLE})
  --dicom-port N       port to listen on (${DEFAULT_DICOM_PORT}); 0: any free one
  --dicom-host ADDR    address to listen on (${DEFAULT_DICOM_HOST}); 0.0.0.0: all of this computer
  --accept AET@HOST    accept this sender for this run; * for either part; repeatable
  --allow-query AET@HOST
                       let this node query and retrieve what is here for this run; * for either part; repeatable
  --archive NAME=AET@HOST:PORT
                       an archive to search and fetch from for this run; it may send to us; repeatable
  --archive NAME=https://HOST/PATH
                       the same by DICOMweb (QIDO-RS, WADO-RS, STOW-RS below that root); http for this computer only
  --archive NAME=dicoms://AET@HOST:PORT
                       the same by TLS, and never without it
  --tls-ca FILE, --tls-cert FILE, --tls-key FILE
                       PEM files for TLS in this run: trusted authorities, own certificate with its chain, its key
  --tls-port N         take DICOM by TLS on this port too (2762 is the registered one)
  --tls-anonymous      callers by TLS need no certificate of their own
  --demo               run the demo archive beside the workstation, also when this is not the first run
  --archive-token NAME=FILE
                       FILE holds the access token for that archive, or its OAuth 2.0 client (docs/archives.md); its owner's alone
  --no-demo            no demo studies when the cache is empty, and no demo archive
  --rebuild-index      make the index anew from the objects' files
  --calibration FILE   follow the greys of this measured display (JSON, docs/calibration.md)
  --dither             dither grey between the levels of the output
  --render IN.dcm[#frame] OUT.png [--voi file|C,W[,FUNCTION]|FUNCTION] [--state GSPS.dcm]
                       write one image at its native size as PNG, without texts, then end
                       (IN.dcm#1.7: tile 7 of a mosaic)
  --screenshot FILE    write a PNG of the window when the first view has painted, then end
  --help, --version

commands to the program that runs with this --data-dir (JSON on stdout; no window):
  --status             archives, queues, disk, studies with their counts and states
  --retrieve STUDYUID@NAME
                       fetch a study from the archive NAME, wait, print the outcome of each object
  --send STUDYUID@NAME send a study to the archive or node NAME, wait, print the outcome of each object
  --verify             compare files, index and digests
  --quit               end it in order
  --timeout SECONDS    wait no longer than this for an outcome; the work itself goes on

When it listens it prints one line of JSON on stdout: versions, port, AE title, data folder.
Exit codes: 0 ended by the user, 1 it could not do what was asked (the reason is on stderr), 2 wrong flag or value.
`;
}
