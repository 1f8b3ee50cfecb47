"""Functions of `torch.nn.functional` that are written with others."""
import torch
from torch.nn import functional as F


def gumbel_softmax(logits, tau=1, hard=False, eps=1e-10, dim=-1):
    """Samples of the Gumbel-softmax distribution; `hard` makes them one-hot, with the gradient of the soft ones."""
    gumbels = -torch.empty_like(logits).exponential_().log()
    soft = ((logits + gumbels) / tau).softmax(dim)
    if not hard:
        return soft
    index = soft.max(dim, keepdim=True)[1]
    return torch.zeros_like(logits).scatter_(dim, index, 1.0) - soft.detach() + soft


def _power_average(pool, input, norm_type, kernel_size, stride, ceil_mode, count):
    out = pool(input.pow(norm_type), kernel_size, stride, 0, ceil_mode)
    return (torch.sign(out) * F.relu(torch.abs(out))).mul(count).pow(1.0 / norm_type)


def _product(kernel_size, dims):
    sizes = kernel_size if isinstance(kernel_size, (tuple, list)) else (kernel_size,) * dims
    count = 1
    for size in sizes:
        count *= size
    return count


def lp_pool1d(input, norm_type, kernel_size, stride=None, ceil_mode=False):
    """The p-norm of each window of [N, C, L]."""
    return _power_average(F.avg_pool1d, input, norm_type, kernel_size, stride, ceil_mode, _product(kernel_size, 1))


def lp_pool2d(input, norm_type, kernel_size, stride=None, ceil_mode=False):
    """The p-norm of each window of [N, C, H, W]."""
    return _power_average(F.avg_pool2d, input, norm_type, kernel_size, stride, ceil_mode, _product(kernel_size, 2))


def lp_pool3d(input, norm_type, kernel_size, stride=None, ceil_mode=False):
    """The p-norm of each window of [N, C, D, H, W]."""
    return _power_average(F.avg_pool3d, input, norm_type, kernel_size, stride, ceil_mode, _product(kernel_size, 3))


def triplet_margin_with_distance_loss(anchor, positive, negative, *, distance_function=None, margin=1.0, swap=False,
                                      reduction="mean"):
    """max(d(a, p) - d(a, n) + margin, 0) for a distance of one's own."""
    distance = distance_function if distance_function is not None else F.pairwise_distance
    near, far = distance(anchor, positive), distance(anchor, negative)
    if swap:
        far = torch.minimum(far, distance(positive, negative))
    loss = torch.clamp_min(margin + near - far, 0)
    return loss.mean() if reduction == "mean" else loss.sum() if reduction == "sum" else loss


def ctc_loss(log_probs, targets, input_lengths, target_lengths, blank=0, reduction="mean", zero_infinity=False):
    """The negative log-probability of target sequences under all their alignments with [T, N, C] log-probabilities."""
    single = log_probs.dim() == 2
    if single:
        log_probs = log_probs.unsqueeze(1)
    lengths = torch.as_tensor(target_lengths).reshape(-1).tolist()
    steps = torch.as_tensor(input_lengths).reshape(-1).tolist()
    if targets.dim() == 2:
        rows = [targets[i, :n] for i, n in enumerate(lengths)]
    else:
        rows = list(targets[:sum(lengths)].split(lengths))
    losses = []
    for i, (row, count) in enumerate(zip(rows, steps)):
        loss = _alignments(log_probs[:count, i], row, blank)
        losses.append(torch.where(torch.isinf(loss), torch.zeros_like(loss), loss) if zero_infinity else loss)
    losses = torch.stack(losses)
    if reduction == "mean":
        return (losses / torch.tensor(lengths).clamp(min=1)).mean()
    if reduction == "sum":
        return losses.sum()
    return losses[0] if single else losses


def _alignments(log_probs, target, blank):
    """Minus the log of the sum over all alignments of one sequence, by the forward recursion of Graves et al."""
    size = 2 * len(target) + 1
    labels = torch.full((size,), blank, dtype=torch.long)
    labels[1::2] = target
    skips = torch.zeros(size, dtype=torch.bool)
    skips[3::2] = labels[3::2] != labels[1:-2:2]
    never = torch.tensor(-1e30 if log_probs.dtype == torch.float32 else -1e300, dtype=log_probs.dtype)
    scores = log_probs[:, labels]
    state = torch.where(torch.arange(size) < 2, scores[0], never)
    pad = F.pad
    for step in scores[1:]:
        one = pad(state[:-1], (1, 0), value=never.item())
        two = torch.where(skips, pad(state[:-2], (2, 0), value=never.item())[:size], never)
        state = torch.logsumexp(torch.stack([state, one, two]), 0) + step
    total = torch.logsumexp(state[-2:], 0)
    return torch.where(total < never / 2, torch.full_like(total, float("inf")), -total)


def multi_head_attention_forward(*args, **kwargs):
    raise NotImplementedError("F.multi_head_attention_forward is outside of this REPL: use nn.MultiheadAttention")


def relu_(input):
    """The positive part, in place."""
    return F.relu(input, inplace=True)


def elu_(input, alpha=1.0):
    return F.elu(input, alpha, inplace=True)


def selu_(input):
    return F.selu(input, inplace=True)


def celu_(input, alpha=1.0):
    return F.celu(input, alpha, inplace=True)


def leaky_relu_(input, negative_slope=0.01):
    return F.leaky_relu(input, negative_slope, inplace=True)


def hardtanh_(input, min_val=-1.0, max_val=1.0):
    return F.hardtanh(input, min_val, max_val, inplace=True)


def threshold_(input, threshold, value):
    return F.threshold(input, threshold, value, inplace=True)
