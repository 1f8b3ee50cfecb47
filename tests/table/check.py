"""How one operator is tried: its samples, its derivative against differences, every dtype. Loaded by the test `table`."""
import warnings

import torch

# Samples are tried with sizes that warn: no observations, no matrices.
warnings.simplefilter("ignore")
nan = float("nan")
inf = float("inf")
int32 = torch.int32
int64 = torch.int64
complex128 = torch.complex128
dtypes = [torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.float16, torch.bfloat16,
          torch.float32, torch.float64, torch.complex64, torch.complex128]


class Slot:
    """The place of an input among an operator's arguments."""

    def __init__(self, index):
        self.index = index


def take(value, tensors, wanted):
    """The value with each wanted tensor put into a list and replaced by its slot."""
    if isinstance(value, torch.Tensor):
        if not wanted(value):
            return value
        tensors.append(value)
        return Slot(len(tensors) - 1)
    if isinstance(value, list):
        return [take(v, tensors, wanted) for v in value]
    if type(value) is tuple:
        return tuple([take(v, tensors, wanted) for v in value])
    return value


def put(value, tensors):
    """The value with each slot replaced by its tensor."""
    if isinstance(value, Slot):
        return tensors[value.index]
    if isinstance(value, list):
        return [put(v, tensors) for v in value]
    if type(value) is tuple:
        return tuple([put(v, tensors) for v in value])
    return value


def outputs(value):
    """The tensors of a result that gradients flow to."""
    if isinstance(value, torch.Tensor):
        return [value] if value.requires_grad else []
    if isinstance(value, (list, tuple)):
        return [t for v in value for t in outputs(v)]
    return []


def parts(t):
    """A tensor in double precision; a complex one as the pairs of its parts."""
    return torch.view_as_real(t.to(complex128)) if t.is_complex() else t.double()


# Functions of symmetric matrices: one triangle is not read, but shares the gradient.
symmetric = ["cholesky", "linalg_cholesky", "linalg_cholesky_ex", "linalg_eigh", "linalg_eigvalsh",
             "linalg_matrix_sqrth"]
# Random values have no derivative for their parameters: PyTorch gives zeros.
constant = ["normal"]
# Views of memory itself: other strides are other values.
placed = ["as_strided"]


def domain(name, function):
    """The function restricted to what is defined: its matrices, or what of its result is unique."""
    if name in symmetric:
        return lambda t, *args, **kwargs: function((t + t.mT) / 2, *args, **kwargs)
    if name == "linalg_eig":
        # The phase of an eigenvector is nobody's choice, so that a loss must not depend on it.
        def without_phase(t):
            values, vectors = function(t)
            return values, vectors.abs()
        return without_phase
    if name == "cholesky_solve":
        return lambda b, t, *args, **kwargs: function(b, t.tril(), *args, **kwargs)
    if name == "cholesky_inverse":
        return lambda t, *args, **kwargs: function(t.tril(), *args, **kwargs)
    return function


class Case:
    """A call of an operator: the inputs that can have gradients, and the function of them."""

    def __init__(self, function, args, kwargs):
        found = []
        args = take(args, found, lambda t: t.is_floating_point())
        kwargs = {k: take(v, found, lambda t: t.is_floating_point()) for k, v in kwargs.items()}
        self.inputs = [t.detach().double() for t in found]

        def call(*tensors):
            torch.manual_seed(0)
            return function(*put(args, tensors), **{k: put(v, tensors) for k, v in kwargs.items()})

        self.call = call


def strided(t):
    """The same values with other strides."""
    if t.dim() == 0:
        return t
    wide = torch.stack([t, t], -1)
    other = wide[..., 0]
    return other if t.dim() < 2 else other.transpose(0, -1).clone().transpose(0, -1)


def variants(case):
    """Each kind of input that the operator accepts: as it is, with other strides, 0-d, empty."""
    yield "plain", case.inputs
    for name, change in [("strided", strided), ("0-d", lambda t: t.flatten()[0].clone()),
                         ("empty", lambda t: t[:0].clone() if t.dim() else t.clone())]:
        changed = [change(t) for t in case.inputs]
        try:
            differentiable = outputs(case.call(*[t.detach().requires_grad_() for t in changed]))
        except Exception as refused:
            if name != "strided" or "view size is not compatible" in str(refused) or "with stride 1" in str(refused):
                continue
            raise
        if differentiable:
            yield name, changed


def directional(function, inputs, tolerance):
    """Compares the derivative in random directions with a difference quotient; the first disagreement as text."""
    leaves = [t.clone().requires_grad_() if t.is_contiguous() else strided(t).requires_grad_() for t in inputs]
    out = outputs(function(*leaves))
    if not out:
        return "no gradient"
    torch.manual_seed(1)
    weights = [torch.randn(parts(o).shape, dtype=torch.float64) for o in out]
    steps = [torch.randn(t.shape, dtype=torch.float64) for t in leaves]

    def value(tensors):
        again = outputs(function(*[t.requires_grad_() for t in tensors]))
        return sum([(parts(o.detach()) * w).sum().item() for o, w in zip(again, weights)])

    total = sum([(parts(o) * w).sum() for o, w in zip(out, weights)])
    grads = torch.autograd.grad(total, leaves, allow_unused=True)
    eps = 1e-6
    for i, (step, grad) in enumerate(zip(steps, grads)):
        def moved(sign):
            return [t + sign * eps * step if i == j else t.clone() for j, t in enumerate(inputs)]
        numeric = (value(moved(1)) - value(moved(-1))) / (2 * eps)
        analytic = 0.0 if grad is None else (grad * step).sum().item()
        if grad is not None and grad.shape != inputs[i].shape:
            return f"input {i}: the gradient has shape {tuple(grad.shape)} for {tuple(inputs[i].shape)}"
        if not abs(numeric - analytic) <= tolerance * max(1.0, abs(numeric)) and not (numeric != numeric):
            return f"input {i}: {analytic:.6g}, numerically {numeric:.6g}"
    return None


def gradients(function):
    """The function that gives the gradients of a function's outputs."""

    def second(*tensors):
        out = outputs(function(*tensors))
        torch.manual_seed(2)
        total = sum([(parts(o) * torch.randn(parts(o).shape, dtype=torch.float64)).sum() for o in out])
        grads = torch.autograd.grad(total, tensors, create_graph=True, allow_unused=True)
        return [g for g in grads if g is not None]

    return second


def complex_derivative(case, smooth):
    """Checks the derivative at complex inputs, as a function of their parts; what is wrong as text."""
    torch.manual_seed(3)
    pairs = [torch.stack([t, 0.3 * torch.randn(t.shape, dtype=torch.float64)], -1) for t in case.inputs]

    def call(*tensors):
        return case.call(*[torch.view_as_complex(t.contiguous()) for t in tensors])

    try:
        if not outputs(call(*[t.clone().requires_grad_() for t in pairs])):
            return None
    except Exception:
        return None  # refused
    why = directional(call, pairs, 1e-4)
    if why is None and smooth:
        why = directional(gradients(call), pairs, 1e-3)
        why = None if why is None or why == "no gradient" else "second order, " + why
    return why


def derivative(operator, function, smooth, expected, *args, **kwargs):
    """Checks an operator's derivative; prints what is wrong."""
    case = Case(domain(operator, function), args, kwargs)
    if not case.inputs or operator in constant:
        return
    probe = [t.clone().requires_grad_() for t in case.inputs]
    if not outputs(case.call(*probe)):
        if expected:
            print("plain: no gradient")
        return
    for name, inputs in variants(case):
        if name == "strided" and operator in placed:
            continue
        why = directional(case.call, inputs, 1e-4)
        if why is None and smooth:
            why = directional(gradients(case.call), inputs, 1e-3)
            if why == "no gradient":
                why = None  # linear: the first derivative is constant
            elif why is not None:
                why = "second order, " + why
        if why is not None:
            print(f"{name}: {why}")
    why = complex_derivative(case, smooth)
    if why is not None:
        print(f"complex: {why}")


def every_dtype(function, *args, **kwargs):
    """Calls with every dtype; refusals are fine."""
    found = []
    args = take(args, found, lambda t: True)
    kwargs = {k: take(v, found, lambda t: True) for k, v in kwargs.items()}
    for dtype in dtypes:
        try:
            function(*put(args, [t.to(dtype) for t in found]), **{k: put(v, [t.to(dtype) for t in found]) for k, v in kwargs.items()})
        except Exception:
            pass
    for i in range(len(found)):  # one input of another dtype, and one emptied
        for change in [lambda t: t.to(torch.float64), lambda t: t.to(torch.int32), lambda t: t[:0], lambda t: t.flatten()]:
            try:
                changed = [change(t) if i == j else t for j, t in enumerate(found)]
                function(*put(args, changed), **{k: put(v, changed) for k, v in kwargs.items()})
            except Exception:
                pass
