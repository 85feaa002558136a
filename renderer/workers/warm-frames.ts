import type { PixelFormat } from '@shared/domain';

/** A picture of a codec that nobody looks at. */
export interface WarmFrame {
  readonly TransferSyntaxUID: string;
  readonly format: PixelFormat;
  /** Base64. */
  readonly bytes: string;
  /** How often it is decoded: V8 compiles a large module's functions well only once they have run for a while; where once does it, more would only cost the start. */
  readonly rounds: number;
}

const format = (bits: 8 | 16): PixelFormat => ({
  Rows: 32,
  Columns: 32,
  SamplesPerPixel: 1,
  PhotometricInterpretation: 'MONOCHROME2',
  BitsAllocated: bits,
  BitsStored: Math.min(bits, 12),
  HighBit: Math.min(bits, 12) - 1,
  PixelRepresentation: 0,
});

/**
 * One small frame for each codec (made by the project's own encoder of tests, which a test repeats). V8 compiles a function of a module when it is called first: without them
 * the first frame that somebody waits for waits for that too.
 */
export const WARM_FRAMES: readonly WarmFrame[] = [
  {
    TransferSyntaxUID: '1.2.840.10008.1.2.4.50',
    rounds: 1,
    format: format(8),
    bytes:
      '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8XGBYUGBIUFRT/wAALCAAgACABAREA/8QA' +
      'FwABAQEBAAAAAAAAAAAAAAAABwgJBv/EACsQAAEDAgQGAQQDAAAAAAAAAAECAwQFEQAGBxIIExQiJUIxFShGtBe1xf/aAAgBAQAAPwDPTT+ieSb7fYY1A4LaJ5KB2+ycCvCbRPtq1M7f' +
      'w2rfou4QMtUTyXDf2+1X/wA/EU6f0TyTfb7DGhejlanaa6UZwzfTGI79Sy/QZ1VitS0qUyt1iOt1CVhJSSkqQAQCDa9iPnAVp9OqmT+DbPU+kSOklvRIlPW5y0ruxJlsRn0WUCO5l5xN' +
      '/kbrgggEMGTa1Bn6o6E5QbYkCpUqmyaq+6pKeSpqW6002lJvcqCoLpUCAAFIsTcgSTp/RPJN9vsMWBmuv/x3wj6lVXoPqHUUc0jk83lbetWiFzL7VX2dRv227tm26b3B/RKJ9kmdO32p' +
      'P9pEx0DNag6a69ZYzfU2JD9Ny/p01VZTURKVPLaYk1B1aUBRSCopQQASBe1yPnA/p/RPJN9vsMO3E5WoOVeD6pUyWxIckZlqtNpUNTKUlLbqX0zCpwkghPLiOC4BO5SBaxJBpqTRPtq0' +
      '97fzWF+jOx2urrUGo1vM8eJLjypEDSGVGmNMupWqM6W6g6G3ADdCi262vabHa4g/CgT/AP/Z',
  },
  {
    TransferSyntaxUID: '1.2.840.10008.1.2.4.70',
    rounds: 1,
    format: format(16),
    bytes:
      '/9j/4AAQSkZJRgABAQAAAQABAAD/wwALDAAgACABAREA/8QAGgABAQEBAQEBAAAAAAAAAAAABgUEAwIBDP/aAAgBAQABAAD8/wD/AH3176de3fRp1a9m3dvoUaVOpVrV7Fm1buXb3399' +
      '9e+nXt30adWvZt3b6FGlTqVa1exZtW7l299/ffXvp17d9GnVr2bd2+hRpU6lWtXsWbVu5dvff33176de3fRp1a9m3dvoUaVOpVrV7Fm1buXb33999e+nXt30adWvZt3b6FGlTqVa1exZ' +
      'tW7l299/ffXvp17d9GnVr2bd2+hRpU6lWtXsWbVu5dvff33176de3fRp1a9m3dvoUaVOpVrV7Fm1buXb33999e+nXt30adWvZt3b6FGlTqVa1exZtW7l299/ffXvp17d9GnVr2bd2+hR' +
      'pU6lWtXsWbVu5dvff33176de3fRp1a9m3dvoUaVOpVrV7Fm1buXb33999e+nXt30adWvZt3b6FGlTqVa1exZtW7l299/ffXvp17d9GnVr2bd2+hRpU6lWtXsWbVu5dvff33176de3fRp' +
      '1a9m3dvoUaVOpVrV7Fm1buXb33999e+nXt30adWvZt3b6FGlTqVa1exZtW7l299/ffXvp17d9GnVr2bd2+hRpU6lWtXsWbVu5dvff33176de3fRp1a9m3dvoUaVOpVrV7Fm1buXb3399' +
      '9e+nXt30adWvZt3b6FGlTqVa1exZtW7l299/ffXvp17d9GnVr2bd2+hRpU6lWtXsWbVu5dvff33176de3fRp1a9m3dvoUaVOpVrV7Fm1buXb33999e+nXt30adWvZt3b6FGlTqVa1exZ' +
      'tW7l299/ffXvp17d9GnVr2bd2+hRpU6lWtXsWbVu5dvff33176de3fRp1a9m3dvoUaVOpVrV7Fm1buXb33999e+nXt30adWvZt3b6FGlTqVa1exZtW7l299/ffXvp17d9GnVr2bd2+hR' +
      'pU6lWtXsWbVu5dvff33176de3fRp1a9m3dvoUaVOpVrV7Fm1buXb33999e+nXt30adWvZt3b6FGlTqVa1exZtW7l299/ffXvp17d9GnVr2bd2+hRpU6lWtXsWbVu5dvff33176de3fRp' +
      '1a9m3dvoUaVOpVrV7Fm1buXb33999e+nXt30adWvZt3b6FGlTqVa1exZtW7l299/ffXvp17d9GnVr2bd2+hRpU6lWtXsWbVu5dvff33176de3fRp1a9m3dvoUaVOpVrV7Fm1buXb3399' +
      '9e+nXt30adWvZt3b6FGlTqVa1exZtW7l29//2Q==',
  },
  {
    TransferSyntaxUID: '1.2.840.10008.1.2.4.80',
    rounds: 100,
    format: format(16),
    bytes:
      '/9j/9wALEAAgACABAREA//gADQH//wASAEMBFABA/9oACAEBAAAAAKAMBYDwTBcFYLwzDcJYTxTFctl8xmcRYjyTJdNp9RqdVq9Z293fgNAKAkBQFAoBAIBAaA0BICgKAQCAQCAgICAg' +
      'ICAgIECBAgQGgIOAgICAgICBASBAgQIECBAgQIEEEEEEEEEEEBIEOBAgQIECBAUEEEEEEEEEEEEEEEEEEEEEBQIcCBAgQQQQFBCEIQhCEIQhCEIQhCEBQRwQQQQQQQCEIQhCEIQhCIiI' +
      'iIiAQRwQQQQQQQCIiIiIiIiIiIiIiAQRwQQQQQQQCIkkkkkkkkkkAgjhCEIQhAJJJJJJKqqoBCcIQhCEICqqqqqqqAhOEIQhCEBX/3/AQnCEIQiID/9/4CLiIiIiA/9/+Ai4iIiIgP9/' +
      '/gIuIiIiID//f4CLiJJJAf9//ATySSSA/3/+AnkkkkD/f/4E8kkkgf9//AnlVUD/f/4E6qqB/3/8CdVVA/9/+BOqqgf/f/Ahv4H/f/wI/0D/f/4Ef8D/f/4Ef8D/f/4Ef8D/f/4Ef8D/' +
      'f/4Ef8D/f/4Ef8D/f/4Ef8D/f/4A/9k=',
  },
  {
    TransferSyntaxUID: '1.2.840.10008.1.2.4.90',
    rounds: 400,
    format: format(16),
    bytes:
      '/0//UQApAAAAAAAgAAAAIAAAAAAAAAAAAAAAIAAAACAAAAAAAAAAAAABCwEB/1IADAAAAAIABAQEAAH/XAAQQGBoaHBoaHBoaHBoaHD/ZAAlAAFDcmVhdGVkIGJ5IE9wZW5KUEVHIHZl' +
      'cnNpb24gMi41LjD/kAAKAAAAAACIAAH/k99gMAeBV5sjQMHxhAAM9E/7wODAIhhzwIw2oZmA/UBA7oP9QDAHzgw3Czf9/aFQA+QIaPOXfKIeEfc1vwN+YY/94fAB8IjN8NPkrLtI5fAq' +
      'x8/zM/s9pi7XwD6haAB0QF+nxzP4wtgGB8240RiVoZxe/GqwIX+drClc/9k=',
  },
  {
    TransferSyntaxUID: '1.2.840.10008.1.2.4.201',
    rounds: 1,
    format: format(16),
    bytes:
      '/0//UQApQAAAAAAgAAAAIAAAAAAAAAAAAAAAIAAAACAAAAAAAAAAAAABDwEB/1AACAACAAAACf9SAAwAAAABAAEEBEAB/1wAByCIiIiI/2QAFwABT3BlbkpQSCBWZXIgMC4xOC4yLv9V' +
      'ABAAYAAAAAACSQAAAAAAgv+QAAoAAAAAAkkAAv+TwAAv6Nj/f/P/d/9X/z//J/9v/lf/f/5z/xv/Ff9v/mn/Hf8a/3/+fP8uf63/TT/Nv+Gv8P925/a3+lX9d346n41vxp//N/9//p/+' +
      'H/93/j//E/9n/lv/D/8J/2P+Xf8X/xT/ef52/yt/qn/M3+V/8Cf4Z/ut/ad+Un+c380H42vxz/9h/0f/d/5f/yP/B/97/k//If8D/33+V/8o/xH/Dv9z/nD/KH+n/0o/yj/g7++f9kP7' +
      'Q/2e/jU/mk/Fd+Jv/yv/X/6P/i//C/9v/mP/G/8V/3f+cf8l/yL/C/8I/23+av8lf6R/yV/kv+/H9zf7lf2bfkx/mV/MR+IL8Z//Sf8X/xf+/37n/lf/Jf8P/wn/a/5l/x//HP8F/wL/' +
      'Z/5k/yJ/of9HP8e/3i/vP/YT+yv9kv4vP5fPw7fhD/97/v9+z/3P/lv/H/8Z/wP/ff5f/yz/Gf8W/3/+fP8wf6//Tz/PP+Nv8X/3s/uD/b7+Rz+jP8tv5cPwVfi3/1j/M/9b/k//If8T' +
      '/w3/d/5x/yn/Jv8T/xD/ef52/y1/rH/O3+Y/8Yf4p/vN/bt+XH+i39A/5YfySfge/NU/6f9pf9D/Zj/l/3Af8L/2J/sf/YH+G3+K/zk/uH/VT+o/84P5N/wU/uM+cH+tT9Y/6AP0N/mU' +
      'fAx+BAA9ev16/Xr9Zf16/Xr9ev1l/Xr9ev16/WX9ev16/Xr9Zf16/Xr9ev1l/Xr9ev16/WX9ev16/Xr9ZdCADGQgAxkIAMZCADG4BP+QAAoAAAAAAIIBAv+TwAAvWoAAWkD/f/8/EOD4' +
      '/3//DwQ4/v9//wMBjv9//39BgOP/f/8/EOD4/3//DwQ4/v9//wMBjv9//39BgOMTgAANTgAANTgAANTgAANTgAANTgAANTgAANBCxUqVKlSttAIEAAAA/v94ZXv3Xv3Xv3XsvQD/2Q==',
  },
];
