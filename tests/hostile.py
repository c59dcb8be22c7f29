"""Files that must be refused: what is wrong with each, and what the sentence must say of it."""

import gzip
import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image

Files = list[tuple[str, bytes]]
DRAW = np.random.default_rng(0)
IMAGES = DRAW.integers(0, 256, (60, 28, 28), dtype=np.uint8)


def png(pixels: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


PNGS = [png(image) for image in IMAGES]


def zipped(members: Sequence[tuple[str | zipfile.ZipInfo, bytes]], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", how) as archive:
        for name, contents in members:
            archive.writestr(name, contents)
    return buffer.getvalue()


def pictures(*others: tuple[str | zipfile.ZipInfo, bytes], count: int = 60) -> list[tuple[str | zipfile.ZipInfo, bytes]]:
    """A sound folder of pictures, with others among them."""
    return [*((f"{i % 2}/{i:03}.png", PNGS[i % 60]) for i in range(count)), *others]


def npz(**arrays: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def npy(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=True)
    return buffer.getvalue()


def claimed_npy(shape: tuple[int, ...], descr: str = "|u1", rest: bytes = bytes(784)) -> bytes:
    """An array that claims a shape and has other bytes."""
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(buffer, {"descr": descr, "fortran_order": False, "shape": shape})
    return buffer.getvalue() + rest


def idx(images: np.ndarray, claims: tuple[int, ...] | None = None, kind: int = 8) -> bytes:
    shape = claims or images.shape
    return struct.pack(f">HBB{len(shape)}I", 0, kind, len(shape), *shape) + images.tobytes()


def csv(images: np.ndarray, heading: str = "", **changes: str) -> bytes:
    rows = [",".join(map(str, image.ravel())) for image in images]
    for place, row in changes.items():
        rows[int(place.removeprefix("row"))] = row
    return "\n".join([*([heading] if heading else []), *rows, ""]).encode()


def png_header(width: int, height: int) -> bytes:
    """A picture of a few dozen bytes that claims to be so large."""

    def chunk(kind: bytes, contents: bytes) -> bytes:
        return struct.pack(">I", len(contents)) + kind + contents + struct.pack(">I", zlib.crc32(kind + contents))

    size = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def directory(count: int, zip64: bool = False) -> bytes:
    """An archive of one tiny file and a directory that names it so often."""
    one = zipped([("a.png", b"x")], zipfile.ZIP_STORED)
    start = one.index(b"PK\x01\x02")
    entry = one[start : one.index(b"PK\x05\x06")]
    locator = b"PK\x06\x07" + bytes(16) if zip64 else b""
    size = len(entry) * count
    return (
        one[:start] + entry * count + locator + struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, size, start, 0)
    )


def patched(archive: bytes, name: bytes, offset: int, value: bytes, local: int | None = None) -> bytes:
    """The archive with some bytes of a member's entry in the directory changed, and of its local header too."""
    contents = bytearray(archive)
    at = archive.rindex(name) - 46 + offset
    contents[at : at + len(value)] = value
    if local is not None:
        at = archive.index(name) - 30 + local
        contents[at : at + len(value)] = value
    return bytes(contents)


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


SOUND = zipped(pictures())
HUGE_ZIP = patched(zipped(pictures(("0/big.png", bytes(10)))), b"0/big.png", 24, struct.pack("<I", 4_000_000_000))
LIAR = patched(zipped(pictures(("0/liar.png", bytes(20_000_000)))), b"0/liar.png", 24, struct.pack("<I", 100), local=22)
LOCKED = patched(patched(SOUND, b"1/001.png", 8, b"\x01\x00"), b"1/001.png", 8, b"\x01\x00", local=6)
OBJECTS = np.array([{"not": "an image"}, None] * 30, dtype=object)
RECORDS = np.zeros((60, 4), dtype=[("a", "u1"), ("b", "f4")])
WITH_NAN = np.where(np.arange(60 * 784).reshape(60, 28, 28) == 5_000, np.nan, IMAGES / 255.0)
LONG_HEADER = b"\x93NUMPY\x02\x00" + struct.pack("<I", 2**31) + bytes(2_000)

HOSTILE: dict[str, tuple[Callable[[], Files], str]] = {
    "nothing": (list, r"Nothing was sent"),
    "empty file": (lambda: [("a.zip", b"")], r"a\.zip is empty"),
    "a PDF": (lambda: [("a.pdf", b"%PDF-1.7 ...")], r"a\.pdf cannot be read"),
    "a text": (lambda: [("notes.txt", b"Dear all, as said, we meet, at last.\nMore\n")], r"notes\.txt is not a table of images: its first row has 1 column"),
    "one picture": (lambda: [("a.png", PNGS[0])], r"a\.png is a single picture"),
    "two archives": (lambda: [("a.zip", SOUND), ("b.zip", SOUND)], r"a\.zip is one archive of several files. Send it by itself"),
    # archives
    "archive that unpacks to gigabytes": (lambda: [("a.zip", HUGE_ZIP)], r"would take 3,815 MB; 2,048 MB is the most"),
    "member that unpacks to more than it says": (lambda: [("a.zip", LIAR)], r"0/liar\.png is damaged or cut short"),
    "member larger than a file may be": (
        lambda: [("a.zip", zipped(pictures(("0/big.png", bytes(21 * 2**20)))))],
        r"0/big\.png unpacks to 21 MB; 20 MB",
    ),
    "a directory of 400,000 files": (lambda: [("a.zip", directory(400_000))], r"more than 100,000 files"),
    "a 64-bit directory that is not there": (lambda: [("a.zip", directory(2, zip64=True))], r"archive is damaged"),
    "a directory that is longer than the file": (
        lambda: [("a.zip", SOUND[:-22] + struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 60, 60, 2**31, 0, 0))],
        r"archive is damaged",
    ),
    "archive cut short": (lambda: [("a.zip", SOUND[:-400])], r"archive is damaged or cut short"),
    "archive of no file": (lambda: [("a.zip", zipped([]))], r"The archive holds no images"),
    "path that climbs out": (lambda: [("a.zip", zipped(pictures(("../../etc/cron.png", PNGS[0]))))], r"\.\./\.\./etc/cron\.png, which leads out"),
    "absolute path": (lambda: [("a.zip", zipped(pictures(("/etc/passwd.png", PNGS[0]))))], r"leads out of it"),
    "path with a drive": (lambda: [("a.zip", zipped(pictures(("C:\\x.png", PNGS[0]))))], r"leads out of it"),
    "path that climbs out by backslashes": (lambda: [("a.zip", zipped(pictures(("a\\..\\..\\b.png", PNGS[0]))))], r"leads out of it"),
    "path that climbs out of a hidden folder": (lambda: [("a.zip", zipped(pictures((".x/../../b.png", PNGS[0]))))], r"leads out of it"),
    "symbolic link": (lambda: [("a.zip", zipped(pictures((link("0/link.png"), b"/etc/passwd"))))], r"0/link\.png is a link to another file"),
    "encrypted": (lambda: [("a.zip", LOCKED)], r"1/001\.png is encrypted"),
    "unusual packing": (lambda: [("a.zip", zipped(pictures(), zipfile.ZIP_LZMA))], r"packed in an unusual way"),
    "text that is called a picture": (lambda: [("a.zip", zipped(pictures(("9/a.png", b"hello"))))], r"9/a\.png is not a picture"),
    "archive within an archive": (lambda: [("a.zip", zipped(pictures(("more.zip", SOUND))))], r"more\.zip is an archive within the archive\. Unpack it first"),
    "arrays too large to unpack within an archive": (
        lambda: [("a.zip", patched(zipped([("big.npz", npz(x=IMAGES))]), b"big.npz", 24, struct.pack("<I", 65 * 2**20)))],
        r"big\.npz is too large to be read within an archive",
    ),
    "arrays within an archive that climb out": (lambda: [("a.zip", zipped([("in.npz", zipped([("../x.npy", npy(IMAGES))]))]))], r"\.\./x\.npy, which leads out"),
    "gzip of nothing known within an archive": (lambda: [("a.zip", zipped(pictures(("0/a.gz", gzip.compress(b"hello")))))], r"0/a\.gz in the archive cannot be read"),
    "several kinds of files": (lambda: [("a.zip", zipped([("a.npy", npy(IMAGES)), ("b.csv", csv(IMAGES))]))], r"There are arrays and tables\. Send one kind"),
    "pictures and tables": (lambda: [("a.zip", zipped(pictures(("b.csv", csv(IMAGES)))))], r"There are pictures and tables"),
    "notes alone": (lambda: [("a.zip", zipped([("readme.txt", b"hello"), ("notes.md", b"# hello")]))], r"holds no images"),
    "a document of an office program": (lambda: [("a.xlsx", zipped([("[Content_Types].xml", b"<x/>"), ("xl/workbook.xml", b"<x/>")]))], r"Save the table as \.csv"),
    "a tar archive": (lambda: [("a.tar", bytes(257) + b"ustar" + bytes(2_000))], r"a\.tar is a tar archive\. Make a zip"),
    "too few": (lambda: [("a.zip", zipped(pictures(count=49)))], r"There are 49 images; 50 is the least"),
    # pictures
    "picture of 3.6 gigapixels": (lambda: [("a.zip", zipped(pictures(("0/a.png", png_header(60_000, 60_000)))))], r"0/a\.png has far more than 16,000,000"),
    "picture of 20 megapixels": (lambda: [("a.zip", zipped(pictures(("0/a.png", png_header(20_000, 1_000)))))], r"20,000 . 1,000 pixels; 16,000,000"),
    "pictures of 600 megapixels together": (
        lambda: [("a.zip", zipped([(f"{i:02}.png", png(np.zeros((3_000, 4_000), np.uint8))) for i in range(2)] + [(f"x{i}.png", png_header(4_000, 4_000)) for i in range(60)]))],
        r"is damaged or cut short|more than 2,000,000,000 pixels together",
    ),
    "picture cut short": (lambda: [("a.zip", zipped(pictures(("0/a.png", PNGS[0][:300]))))], r"0/a\.png is damaged or cut short"),
    "blank pictures": (lambda: [("a.zip", zipped([(f"{i}.png", png(np.full((9, 9), 7, np.uint8))) for i in range(50)]))], r"same grey level"),
    # numpy
    "array that claims gigabytes": (lambda: [("a.npz", zipped([("x.npy", claimed_npy((20_000, 1_000, 1_000)))]))], r"20,000,000,000 bytes; the file\s+has 784"),
    "array that claims more images than there are": (lambda: [("a.npz", zipped([("x.npy", claimed_npy((60, 28, 28)))]))], r"47,040 bytes"),
    "array with a header of gigabytes": (lambda: [("a.npz", zipped([("x.npy", LONG_HEADER)]))], r"x has a damaged header"),
    "array of Python objects": (lambda: [("a.npz", npz(x=IMAGES, y=OBJECTS))], r"y holds Python objects, which are not read"),
    "array of Python objects alone": (lambda: [("a.npy", npy(OBJECTS))], r"holds Python objects"),
    "array of records": (lambda: [("a.npz", npz(x=RECORDS))], r"x holds records"),
    "array with NaN": (lambda: [("a.npz", npz(x=WITH_NAN))], r"x holds NaN or infinity"),
    "array of a wrong shape": (lambda: [("a.npz", npz(x=np.zeros((60, 28, 28, 5), np.uint8)))], r"60 . 28 . 28 . 5"),
    "array of rows that are no squares": (lambda: [("a.npz", npz(x=np.zeros((60, 30), np.uint8)))], r"60 . 30"),
    "array of one axis": (lambda: [("a.npy", npy(np.zeros(100, np.uint8)))], r"shape 100;"),
    "array of text": (lambda: [("a.npz", npz(x=np.array(["a", "b"] * 40)))], r"x holds <U1, not numbers"),
    "array of complex numbers": (lambda: [("a.npy", npy(np.zeros((60, 28, 28), np.complex64)))], r"complex64, not numbers"),
    "array of huge images": (lambda: [("a.npz", npz(x=np.zeros((50, 2, 1_025), np.uint8)))], r"each side may be from 1 to 1,024"),
    "array of levels out of range": (lambda: [("a.npz", npz(x=IMAGES * -3.0))], r"run from -765 to -?0"),
    "array cut short": (lambda: [("a.npz", npz(x=IMAGES)[:-500])], r"damaged or cut short"),
    "several arrays that may be meant": (lambda: [("a.npz", npz(a=IMAGES, b=IMAGES))], r"No array in the file holds images: a \(uint8, 60"),
    # IDX
    "IDX cut short": (lambda: [("a", idx(IMAGES)[:-100])], r"its header says 60, it ends after 59"),
    "gzipped IDX cut short": (lambda: [("a.gz", gzip.compress(idx(IMAGES))[:-9000])], r"a\.gz is (damaged or )?cut short"),
    "gzipped IDX with a wrong checksum": (lambda: [("a.gz", gzip.compress(idx(IMAGES))[:-8] + bytes(8))], r"damaged or cut short"),
    "gzip bomb behind an IDX header": (lambda: [("a.gz", gzip.compress(idx(IMAGES) + bytes(200_000_000), 1))], r"goes on after the 60"),
    "IDX that claims four billion images": (lambda: [("a", idx(IMAGES, (2**32 - 1, 28, 28)))], r"4,294,967,295 images; 1,000,000 is the most"),
    "IDX that claims huge images": (lambda: [("a", idx(IMAGES, (60, 2**31, 2**31)))], r"each side may be from 1"),
    "IDX of floats": (lambda: [("a", idx(IMAGES, kind=0x0D))], r"another kind than unsigned bytes"),
    "IDX cut within its header": (lambda: [("a", idx(IMAGES)[:9])], r"cut short within its header"),
    "IDX labels alone": (lambda: [("a", idx(np.zeros(60, np.uint8)))], r"Send one IDX file of images"),
    "IDX labels of other images": (lambda: [("a", idx(IMAGES)), ("b", idx(np.zeros(61, np.uint8)))], r"61 labels for 60 images"),
    "IDX files of which nobody knows which belong together": (
        lambda: [("a", idx(IMAGES)), ("b", idx(IMAGES)), ("c", idx(np.zeros(60, np.uint8)))],
        r"Send one IDX file of images, and one of their labels",
    ),
    "IDX in the wrong byte order, cut short": (lambda: [("a", struct.pack("<BBHIII", 3, 8, 0, 60, 28, 28) + bytes(100))], r"its header says 60, it ends after 0"),
    "gzip of something else": (lambda: [("a.gz", gzip.compress(bytes(50_000_000)))], r"a\.gz cannot be read"),
    # CSV
    "CSV with NaN": (lambda: [("a.csv", csv(IMAGES, row7="1," * 700 + "nan" + ",2" * 83))], r"a\.csv, row 8, column 701: nan is NaN"),
    "CSV with an empty cell": (lambda: [("a.csv", csv(IMAGES, row7="1," * 700 + ",2" * 83))], r"row 8, column 701: an empty cell is not a number"),
    "CSV with text": (lambda: [("a.csv", csv(IMAGES, row9="1," * 783 + "x<b>"))], r"row 10, column 784: x<b> is not a number"),
    "CSV with a quote that never ends": (lambda: [("a.csv", csv(IMAGES, row7='"1' + ",1" * 783))], r"a\.csv, row 8 has 1 column; the first row has 784"),
    "CSV with a label of a million letters": (lambda: [("a.csv", csv(IMAGES, row7="x" * 1_000_000 + ",1" * 784))], r"row 8 is too long"),
    "CSV with two texts": (lambda: [("a.csv", csv(IMAGES, row9="1," * 783 + "x", row4="y" + ",1" * 783))], r"row 5, column 1: y is not a number"),
    "CSV with a heading alone": (lambda: [("a.csv", b"a,b,c,d,e\n")], r"a\.csv has a heading and no rows"),
    "CSV of row numbers and no image": (lambda: [("a.csv", "\n".join(f"{i},{i % 3},7" for i in range(60)).encode())], r"a\.csv cannot be read"),
    "CSV with a short row": (lambda: [("a.csv", csv(IMAGES, row3="1,2,3"))], r"row 4 has 3 columns; the first row has 784"),
    "CSV of no squares": (lambda: [("a.csv", csv(IMAGES[:, :, :27]))], r"756 columns; a row is a square image"),
    "CSV of a million columns": (lambda: [("a.csv", b"1," * 1_000_000 + b"1\n")], r"row 1 is too long; 16,484 columns are the most"),
    "CSV of millions of rows": (lambda: [("a.csv", b"1,2,3,4\n" * 2_000_000)], r"more than 1,000,000 images"),
    "CSV of levels out of range": (lambda: [("a.csv", csv(IMAGES.astype(int) * 1_000))], r"run from 0 to 255000"),
}  # fmt: skip
