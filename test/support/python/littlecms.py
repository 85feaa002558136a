"""RGB through one ICC profile to another by LittleCMS: littlecms.py SOURCE TARGET INTENT < rgb bytes > rgb bytes."""

import sys

from PIL import Image, ImageCms

source, target, intent = sys.argv[1:4]
rgb = sys.stdin.buffer.read()
image = Image.frombytes("RGB", (len(rgb) // 3, 1), rgb)
transform = ImageCms.buildTransform(
    ImageCms.getOpenProfile(source),
    ImageCms.getOpenProfile(target),
    "RGB",
    "RGB",
    ImageCms.Intent(int(intent)),
    ImageCms.Flags.NOOPTIMIZE | ImageCms.Flags.NOCACHE,
)
result = ImageCms.applyTransform(image, transform)
sys.stdout.buffer.write(result.tobytes())
