import numpy as np

from . import right, wrong


@wrong("no half")
def l2_penalty(W, b, lam):
    return lam * np.sum(W**2), 2 * lam * W, np.zeros_like(b)


@wrong("bias penalized")
def l2_penalty(W, b, lam):
    penalty = lam / 2 * (np.sum(W**2) + np.sum(b**2))
    return penalty, lam * W, lam * b


@wrong("db is the number 0")
def l2_penalty(W, b, lam):
    return lam / 2 * np.sum(W**2), lam * W, 0


@wrong("lam squared")
def l2_penalty(W, b, lam):
    return lam**2 / 2 * np.sum(W**2), lam * W, np.zeros(b.shape)


@wrong("sum then squared")
def l2_penalty(W, b, lam):
    return lam / 2 * np.sum(W) ** 2, lam * W, np.zeros(b.shape)


@wrong("divides by 2 W.size")
def l2_penalty(W, b, lam):
    return lam / (2 * W.size) * np.sum(W**2), lam * W / W.size, np.zeros(b.shape)


@right("vdot")
def l2_penalty(W, b, lam):
    return 0.5 * lam * np.vdot(W, W), W * lam, b * 0.0


@wrong("sign times abs")
def elastic_net(W, l1, l2):
    return l1 * abs(W).sum() + l2 / 2 * (W**2).sum(), l1 * np.sign(W) * abs(W) + l2 * W


@wrong("l2 gradient with 2")
def elastic_net(W, l1, l2):
    return l1 * abs(W).sum() + l2 / 2 * (W**2).sum(), l1 * np.sign(W) + 2 * l2 * W


@wrong("halves both")
def elastic_net(W, l1, l2):
    return (l1 * abs(W).sum() + l2 * (W**2).sum()) / 2, l1 * np.sign(W) + l2 * W


@wrong("norms")
def elastic_net(W, l1, l2):
    return l1 * abs(W).sum() + l2 / 2 * np.linalg.norm(W), l1 * np.sign(W) + l2 * W


@wrong("minus")
def elastic_net(W, l1, l2):
    return l1 * abs(W).sum() - l2 / 2 * (W**2).sum(), l1 * np.sign(W) - l2 * W


@wrong("W over abs W")
def elastic_net(W, l1, l2):
    return l1 * np.abs(W).sum() + l2 / 2 * np.sum(W * W), l1 * W / np.abs(W) + l2 * W


@right("where")
def elastic_net(W, l1, l2):
    sign = (W > 0) * 1.0 - (W < 0) * 1.0
    return l1 * (sign * W).sum() + 0.5 * l2 * np.linalg.norm(W) ** 2, l1 * sign + l2 * W


@wrong("0/0 at 0")
def soft_threshold(w, t):
    return w / np.abs(w) * np.maximum(np.abs(w) - t, 0)


@wrong("hard")
def soft_threshold(w, t):
    out = w.copy()
    out[np.abs(w) < t] = 0
    return out


@wrong("no maximum")
def soft_threshold(w, t):
    return np.sign(w) * (np.abs(w) - t)


@wrong("plus t")
def soft_threshold(w, t):
    return np.sign(w) * np.maximum(np.abs(w) + t, 0)


@wrong("positive only")
def soft_threshold(w, t):
    return np.where(w > t, w - t, 0)


@wrong("works for numbers only")
def soft_threshold(w, t):
    if w > t:
        return w - t
    if w < -t:
        return w + t
    return 0


@right("three parts")
def soft_threshold(w, t):
    return np.where(w > t, w - t, np.where(w < -t, w + t, 0))


@right("minus the clipped")
def soft_threshold(w, t):
    return w - np.clip(w, -t, t)


@wrong("greater than patience")
def early_stop(val_losses, patience):
    best, wait = 0, 0
    for epoch, loss in enumerate(val_losses):
        if loss < val_losses[best]:
            best, wait = epoch, 0
        elif epoch > 0:
            wait += 1
            if wait > patience:
                return epoch, best
    return epoch, best


@wrong("compares with the last")
def early_stop(val_losses, patience):
    best, wait = 0, 0
    for epoch in range(1, len(val_losses)):
        if val_losses[epoch] < val_losses[epoch - 1]:
            best, wait = epoch, 0
        else:
            wait += 1
        if wait == patience:
            return epoch, best
    return epoch, best


@wrong("wait is never reset")
def early_stop(val_losses, patience):
    best_loss, best, wait = np.inf, 0, 0
    for epoch in range(len(val_losses)):
        if val_losses[epoch] < best_loss:
            best_loss, best = val_losses[epoch], epoch
        else:
            wait += 1
        if wait >= patience:
            break
    return epoch, best


@wrong("returns the loss")
def early_stop(val_losses, patience):
    best_loss, wait = np.inf, 0
    for epoch in range(len(val_losses)):
        if val_losses[epoch] < best_loss:
            best_loss, wait = val_losses[epoch], 0
        else:
            wait += 1
        if wait >= patience:
            break
    return epoch, best_loss


@wrong("argmin of everything")
def early_stop(val_losses, patience):
    best = int(np.argmin(val_losses))
    return min(best + patience, len(val_losses) - 1), best


@wrong("best_loss is not updated")
def early_stop(val_losses, patience):
    best_loss, best, wait = val_losses[0], 0, 0
    for epoch in range(1, len(val_losses)):
        if val_losses[epoch] < best_loss:
            best, wait = epoch, 0
        else:
            wait += 1
        if wait >= patience:
            break
    return epoch, best


@right("a counter")
def early_stop(val_losses, patience):
    lowest, best, bad = float("inf"), 0, 0
    for epoch, loss in enumerate(val_losses):
        bad += 1
        if loss < lowest:
            lowest, best, bad = loss, epoch, 0
        if bad == patience:
            return epoch, best
    return len(val_losses) - 1, best
