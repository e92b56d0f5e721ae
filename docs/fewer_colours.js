// For screenshots.py: a picture with at most 256 colours. A page has few colours and the shades
// between letters and their ground; the rarest shades go to the nearest colour that stays.
async (png) => {
  const image = await createImageBitmap(await (await fetch("data:image/png;base64," + png)).blob());
  const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  const pixels = new Uint32Array(context.getImageData(0, 0, image.width, image.height).data.buffer);

  const seen = new Map();
  pixels.forEach((pixel) => seen.set(pixel, (seen.get(pixel) || 0) + 1));
  const split = (pixel) => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];
  const sorted = Array.from(seen.keys()).sort((a, b) => seen.get(b) - seen.get(a) || a - b);
  const palette = sorted.slice(0, 256).map(split);

  const place = new Map();
  sorted.forEach((pixel, at) => {
    const distance = (other) => split(pixel).reduce((sum, part, i) => sum + (part - other[i]) ** 2, 0);
    const all = at < 256 ? null : palette.map(distance);
    place.set(pixel, all ? all.indexOf(Math.min(...all)) : at);
  });

  let indices = "";
  pixels.forEach((pixel) => { indices += String.fromCharCode(place.get(pixel)); });
  return { width: image.width, height: image.height, palette: palette.flat(), indices: btoa(indices) };
}
