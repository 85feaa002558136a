/** Puts the RGB of a small picture on a canvas of its size. */
export function drawPicture(context: CanvasRenderingContext2D, picture: { readonly rgb: Uint8Array; readonly size: number }): void {
  const image = context.createImageData(picture.size, picture.size);
  for (let at = 0, from = 0; at < image.data.length; at += 4, from += 3) {
    image.data[at] = picture.rgb[from] ?? 0;
    image.data[at + 1] = picture.rgb[from + 1] ?? 0;
    image.data[at + 2] = picture.rgb[from + 2] ?? 0;
    image.data[at + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}
