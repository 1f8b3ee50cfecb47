"""Pruning: weights of a module held at zero by a mask."""
import torch
from torch import nn


class BasePruningMethod:
    """What decides which elements stay: `compute_mask(tensor, default_mask)` gives ones for those.

    A pruned tensor NAME becomes a parameter NAME_orig, a buffer NAME_mask and their product, renewed before forward.
    """

    PRUNING_TYPE = "unstructured"

    def __call__(self, module, inputs):
        setattr(module, self._tensor_name, self.apply_mask(module))

    def compute_mask(self, t, default_mask):
        raise NotImplementedError

    def apply_mask(self, module):
        original = getattr(module, self._tensor_name + "_orig")
        return getattr(module, self._tensor_name + "_mask").to(dtype=original.dtype) * original

    @classmethod
    def apply(cls, module, name, *args, importance_scores=None, **kwargs):
        method = cls(*args, **kwargs)
        method._tensor_name = name
        original = getattr(module, name)
        scores = importance_scores if importance_scores is not None else original
        pruned = name + "_mask" in module._buffers
        before = module._buffers[name + "_mask"] if pruned else torch.ones_like(original)
        if not pruned:
            if not isinstance(original, nn.Parameter):
                raise AssertionError("expected a parameter")
            del module._parameters[name]
            module.register_parameter(name + "_orig", original)
        mask = method._restricted(scores, before)
        module._buffers[name + "_mask"] = mask
        setattr(module, name, method.apply_mask(module))
        table = module.__dict__.setdefault("_pruned", {})
        if name in table:
            table[name].remove()
        table[name] = module.register_forward_pre_hook(method)
        return method

    def _restricted(self, scores, before):
        """The new mask where the one before leaves something."""
        kept = before == 1
        mask = before.clone()
        mask[kept] = self.compute_mask(scores[kept], torch.ones_like(scores[kept]))
        return mask

    def prune(self, t, default_mask=None, importance_scores=None):
        scores = importance_scores if importance_scores is not None else t
        return t * self.compute_mask(scores, default_mask if default_mask is not None else torch.ones_like(t))

    def remove(self, module):
        name = self._tensor_name
        weight = self.apply_mask(module)
        module.__dict__["_pruned"].pop(name).remove()
        delattr(module, name)
        original = module._parameters.pop(name + "_orig")
        original.data = weight.data
        del module._buffers[name + "_mask"]
        setattr(module, name, original)


def _count(amount, size):
    if isinstance(amount, bool) or not isinstance(amount, (int, float)):
        raise TypeError(f"Invalid type for amount: {amount}. Must be int or float.")
    if amount < 0 or isinstance(amount, float) and amount > 1.0:
        raise ValueError(f"amount={amount} should either be a float in the range [0.0, 1.0] or a non-negative integer")
    if isinstance(amount, int):
        if amount > size:
            raise ValueError(f"amount={amount} should be smaller than the number of parameters to prune={size}")
        return amount
    return round(amount * size)


class Identity(BasePruningMethod):
    """Prunes nothing."""

    def compute_mask(self, t, default_mask):
        return default_mask


class _Unstructured(BasePruningMethod):
    """The common part of pruning single elements: those that `_scores` gives the largest numbers go."""

    def __init__(self, amount):
        self.amount = amount

    def compute_mask(self, t, default_mask):
        count = _count(self.amount, t.nelement())
        mask = default_mask.clone()
        if count:
            mask.view(-1)[torch.topk(self._scores(t).view(-1), k=count).indices] = 0
        return mask


class RandomUnstructured(_Unstructured):
    """Prunes elements at random."""

    def _scores(self, t):
        return torch.rand_like(t)


class L1Unstructured(_Unstructured):
    """Prunes the elements nearest to zero."""

    def _scores(self, t):
        return -t.abs()


class _Structured(BasePruningMethod):
    """The common part of pruning whole slices: those that `_scores` gives the largest numbers stay."""

    PRUNING_TYPE = "structured"

    def __init__(self, amount, dim=-1):
        self.amount = amount
        self.dim = dim

    def _restricted(self, scores, before):
        dim = self.dim % before.dim()
        others = tuple(i for i in range(before.dim()) if i != dim)
        kept = (slice(None),) * dim + (before.sum(others) != 0 if others else before != 0,)
        mask = before.clone()
        mask[kept] = self.compute_mask(scores[kept], before[kept])
        return mask

    def compute_mask(self, t, default_mask):
        size = t.shape[self.dim]
        count = _count(self.amount, size)
        mask = default_mask.clone()
        if count:
            kept = torch.zeros(size)
            kept[torch.topk(self._scores(t), k=size - count).indices] = 1
            shape = [1] * t.dim()
            shape[self.dim] = size
            mask = mask * kept.reshape(shape).to(mask.dtype)
        return mask


class RandomStructured(_Structured):
    """Prunes slices at random."""

    def _scores(self, t):
        return torch.rand(t.shape[self.dim])


class LnStructured(_Structured):
    """Prunes the slices of the smallest n-norm."""

    def __init__(self, amount, n, dim=-1):
        super().__init__(amount, dim)
        self.n = n

    def _scores(self, t):
        others = tuple(i for i in range(t.dim()) if i != self.dim % t.dim())
        return torch.norm(t, p=self.n, dim=others)


class CustomFromMask(BasePruningMethod):
    """Prunes by a mask that is given."""

    def __init__(self, mask):
        self.mask = mask

    def _restricted(self, scores, before):
        return before * self.mask.to(dtype=before.dtype)


def identity(module, name):
    Identity.apply(module, name)
    return module


def random_unstructured(module, name, amount):
    """Prunes `amount` elements (a count or a share) at random."""
    RandomUnstructured.apply(module, name, amount)
    return module


def l1_unstructured(module, name, amount, importance_scores=None):
    """Prunes the `amount` elements (a count or a share) nearest to zero."""
    L1Unstructured.apply(module, name, amount=amount, importance_scores=importance_scores)
    return module


def random_structured(module, name, amount, dim):
    """Prunes `amount` slices of a dimension at random."""
    RandomStructured.apply(module, name, amount, dim)
    return module


def ln_structured(module, name, amount, n, dim, importance_scores=None):
    """Prunes the `amount` slices of a dimension with the smallest n-norm."""
    LnStructured.apply(module, name, amount, n, dim, importance_scores=importance_scores)
    return module


def custom_from_mask(module, name, mask):
    """Prunes where a mask is 0."""
    CustomFromMask.apply(module, name, mask)
    return module


def global_unstructured(parameters, pruning_method, importance_scores=None, **kwargs):
    """Prunes several tensors as if they were one."""
    parameters = list(parameters)
    table = importance_scores or {}
    scores = [table.get((module, name), getattr(module, name)) for module, name in parameters]
    masks = [module._buffers.get(name + "_mask", torch.ones_like(getattr(module, name))) for module, name in parameters]
    method = pruning_method(**kwargs)
    flat = method._restricted(nn.utils.parameters_to_vector(scores), nn.utils.parameters_to_vector(masks))
    at = 0
    for (module, name), mask in zip(parameters, masks):
        custom_from_mask(module, name, flat[at:at + mask.numel()].view_as(mask))
        at += mask.numel()


def remove(module, name):
    """Makes pruning permanent: the masked tensor becomes the parameter."""
    hooks = module.__dict__.get("_pruned", {})
    if name not in hooks:
        raise ValueError(f"Parameter '{name}' of module {module} has to be pruned before pruning can be removed")
    method = Identity()
    method._tensor_name = name
    method.remove(module)
    return module


def is_pruned(module):
    """Whether a module, or one below it, is pruned."""
    return any(other.__dict__.get("_pruned") for other in module.modules())
