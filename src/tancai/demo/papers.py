"""Pictures that stand for scanned documents: plainly marked as demonstration, nobody's data on them."""

from __future__ import annotations

import functools
import io

from PIL import Image, ImageDraw

from tancai.lib.documents import font_path

_SIZES = {"identity": (856, 540), "education": (1000, 700), "degree": (1000, 700)}
_TITLES = {
    "identity": "演示身份证件",
    "education": "演示学历证书",
    "degree": "演示学位证书",
    "work_proof": "演示工作证明",
}


@functools.lru_cache(maxsize=64)
def picture(kind: str, page: int = 1) -> bytes:
    """A JPEG for a material kind and page."""
    from PIL import ImageFont

    size = _SIZES.get(kind, (720, 1000))
    sheet = Image.new("RGB", size, (250, 248, 240))
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((16, 16, size[0] - 17, size[1] - 17), outline=(60, 110, 84), width=4)
    title = ImageFont.truetype(str(font_path()), 44)
    small = ImageFont.truetype(str(font_path()), 22)
    pen.text((60, 60), f"{_TITLES.get(kind, '演示证明材料')}（第 {page} 页）", fill=(30, 60, 46), font=title)
    pen.text((60, 140), "仅供演示，不是任何人的证件", fill=(110, 110, 100), font=small)
    for line in range(220, size[1] - 60, 46):
        pen.line((60, line, size[0] - 60, line), fill=(205, 205, 196), width=2)
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=80)
    return out.getvalue()
