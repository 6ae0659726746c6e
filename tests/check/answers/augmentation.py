import numpy as np

from . import right, wrong


@wrong("height for both draws")
def random_crop(image, size, rng):
    top = rng.integers(image.shape[0] - size + 1)
    left = rng.integers(image.shape[0] - size + 1)
    return image[top : top + size, left : left + size]


@wrong("odd sizes come out one short")
def random_crop(image, size, rng):
    half = size // 2
    r = rng.integers(half, image.shape[0] - half + 1)
    c = rng.integers(half, image.shape[1] - half + 1)
    return image[r - half : r + half, c - half : c + half]


@wrong("plus one forgotten")
def random_crop(image, size, rng):
    h, w, _ = image.shape
    i = rng.integers(0, h - size)
    j = rng.integers(0, w - size)
    return image[i : i + size, j : j + size, :]


@wrong("any corner of the image")
def random_crop(image, size, rng):
    h, w = image.shape[:2]
    i, j = rng.integers(h), rng.integers(w)
    return image[i : i + size, j : j + size]


@wrong("same draw for both")
def random_crop(image, size, rng):
    k = rng.integers(min(image.shape[:2]) - size + 1)
    return image[k : k + size, k : k + size]


@wrong("axes exchanged in the slice")
def random_crop(image, size, rng):
    top = rng.integers(image.shape[0] - size + 1)
    left = rng.integers(image.shape[1] - size + 1)
    return image[left : left + size, top : top + size]


@wrong("new generator")
def random_crop(image, size, rng):
    rng = np.random.default_rng(0)
    top = rng.integers(image.shape[0] - size + 1)
    left = rng.integers(image.shape[1] - size + 1)
    return image[top : top + size, left : left + size]


@right("floor of a uniform")
def random_crop(image, size, rng):
    h, w = image.shape[0] - size + 1, image.shape[1] - size + 1
    i, j = int(rng.random() * h), int(rng.random() * w)
    return image[i : i + size, j : j + size].copy()


@right("one draw for the place")
def random_crop(image, size, rng):
    rows, cols = image.shape[0] - size + 1, image.shape[1] - size + 1
    top, left = divmod(int(rng.integers(rows * cols)), cols)
    return image[top:, left:][:size, :size]


@wrong("one and three axes only")
def mixup(x, y, lam, order):
    a = lam[:, None] if x.ndim == 2 else lam[:, None, None, None]
    b = lam[:, None]
    return a * x + (1 - a) * x[order], b * y + (1 - b) * y[order]


@wrong("partner gets lam")
def mixup(x, y, lam, order):
    a = lam.reshape((-1,) + (1,) * (x.ndim - 1))
    b = lam.reshape(-1, 1)
    return (1 - a) * x + a * x[order], (1 - b) * y + b * y[order]


@wrong("lam of the partner for the partner")
def mixup(x, y, lam, order):
    a = lam.reshape((-1,) + (1,) * (x.ndim - 1))
    b = lam.reshape(-1, 1)
    return a * x + (1 - a[order]) * x[order], b * y + (1 - b[order]) * y[order]


@wrong("labels not permuted")
def mixup(x, y, lam, order):
    a = lam.reshape((-1,) + (1,) * (x.ndim - 1))
    b = lam.reshape(-1, 1)
    return a * x + (1 - a) * x[order], b * y + (1 - b) * y


@wrong("mean lam")
def mixup(x, y, lam, order):
    a = lam.mean()
    return a * x + (1 - a) * x[order], a * y + (1 - a) * y[order]


@right("a loop")
def mixup(x, y, lam, order):
    new_x = np.array([lam[i] * x[i] + (1 - lam[i]) * x[order[i]] for i in range(len(x))])
    new_y = np.stack([t * a + (1 - t) * b for t, a, b in zip(lam, y, y[order], strict=True)])
    return new_x, new_y


@wrong("label by lam")
def cutmix(x1, y1, x2, y2, lam, center):
    h, w = x1.shape[:2]
    bh, bw = round(np.sqrt(1 - lam) * h), round(np.sqrt(1 - lam) * w)
    r0, c0 = center[0] - bh // 2, center[1] - bw // 2
    r1, c1 = min(r0 + bh, h), min(c0 + bw, w)
    r0, c0 = max(r0, 0), max(c0, 0)
    x = x1.copy()
    x[r0:r1, c0:c1] = x2[r0:r1, c0:c1]
    return x, lam * y1 + (1 - lam) * y2


@wrong("writes into x1")
def cutmix(x1, y1, x2, y2, lam, center):
    h, w = x1.shape[:2]
    bh, bw = round(np.sqrt(1 - lam) * h), round(np.sqrt(1 - lam) * w)
    r0, c0 = center[0] - bh // 2, center[1] - bw // 2
    r1, c1 = min(r0 + bh, h), min(c0 + bw, w)
    r0, c0 = max(r0, 0), max(c0, 0)
    x1[r0:r1, c0:c1] = x2[r0:r1, c0:c1]
    kept = 1 - (r1 - r0) * (c1 - c0) / (h * w)
    return x1, kept * y1 + (1 - kept) * y2


@wrong("root of lam")
def cutmix(x1, y1, x2, y2, lam, center):
    h, w = x1.shape[:2]
    bh, bw = int(np.round(np.sqrt(lam) * h)), int(np.round(np.sqrt(lam) * w))
    r0, c0 = center[0] - bh // 2, center[1] - bw // 2
    r1, c1 = min(r0 + bh, h), min(c0 + bw, w)
    r0, c0 = max(r0, 0), max(c0, 0)
    x = x1.copy()
    x[r0:r1, c0:c1] = x2[r0:r1, c0:c1]
    kept = 1 - (r1 - r0) * (c1 - c0) / (h * w)
    return x, kept * y1 + (1 - kept) * y2


@wrong("ends half a side after the center")
def cutmix(x1, y1, x2, y2, lam, center):
    h, w = x1.shape[:2]
    bh, bw = int(np.round(np.sqrt(1 - lam) * h)), int(np.round(np.sqrt(1 - lam) * w))
    r0, r1 = max(center[0] - bh // 2, 0), min(center[0] + bh // 2, h)
    c0, c1 = max(center[1] - bw // 2, 0), min(center[1] + bw // 2, w)
    x = x1.copy()
    x[r0:r1, c0:c1] = x2[r0:r1, c0:c1]
    kept = 1 - (r1 - r0) * (c1 - c0) / (h * w)
    return x, kept * y1 + (1 - kept) * y2


@wrong("int instead of round")
def cutmix(x1, y1, x2, y2, lam, center):
    h, w = x1.shape[:2]
    bh, bw = int(np.sqrt(1 - lam) * h), int(np.sqrt(1 - lam) * w)
    r0, c0 = center[0] - bh // 2, center[1] - bw // 2
    r1, c1 = min(r0 + bh, h), min(c0 + bw, w)
    r0, c0 = max(r0, 0), max(c0, 0)
    x = x1.copy()
    x[r0:r1, c0:c1] = x2[r0:r1, c0:c1]
    kept = 1 - (r1 - r0) * (c1 - c0) / (h * w)
    return x, kept * y1 + (1 - kept) * y2


@wrong("labels exchanged")
def cutmix(x1, y1, x2, y2, lam, center):
    h, w = x1.shape[:2]
    bh, bw = int(np.round(np.sqrt(1 - lam) * h)), int(np.round(np.sqrt(1 - lam) * w))
    r0, c0 = center[0] - bh // 2, center[1] - bw // 2
    r1, c1 = min(r0 + bh, h), min(c0 + bw, w)
    r0, c0 = max(r0, 0), max(c0, 0)
    x = x1.copy()
    x[r0:r1, c0:c1] = x2[r0:r1, c0:c1]
    share = (r1 - r0) * (c1 - c0) / (h * w)
    return x, share * y1 + (1 - share) * y2


@right("a mask")
def cutmix(x1, y1, x2, y2, lam, center):
    inside = np.ones(x1.shape[:2], bool)
    for axis, (n, c) in enumerate(zip(x1.shape, center, strict=False)):
        side = int(round((1 - lam) ** 0.5 * n))
        i = np.arange(n)
        ok = (i >= c - side // 2) & (i < c - side // 2 + side)
        inside &= ok[:, None] if axis == 0 else ok[None]
    share = inside.mean()
    return np.where(inside[..., None], x2, x1), y1 + share * (y2 - y1)
