"""Numerical checks of derivatives."""
import torch


class GradcheckError(RuntimeError):
    """What a failed check raises."""

    __module__ = "torch.autograd.gradcheck"


def _tensors(inputs):
    return inputs if isinstance(inputs, (tuple, list)) else (inputs,)


def _differentiable(outputs):
    return [
        o
        for o in _tensors(outputs)
        if isinstance(o, torch.Tensor) and (o.is_floating_point() or o.is_complex()) and o.requires_grad
    ]


def _real(t):
    """A complex tensor as the real one of its parts, which a gradient pairs alike; a real tensor itself."""
    return torch.view_as_real(t) if t.is_complex() else t


def _numerical(func, inputs, input, eps):
    """The Jacobian of each output with respect to one input, by central differences: one row for each of its elements."""
    data = _real(input.data)
    columns = []
    for i in range(data.numel()):
        index = []
        rest = i
        for size in reversed(data.shape):
            index.insert(0, rest % size)
            rest //= size
        at = tuple(index)
        old = data[at].item()
        results = []
        for shift in (eps, -eps):
            data[at] = old + shift
            results.append([_real(o.detach()).clone() for o in _tensors(func(*inputs)) if isinstance(o, torch.Tensor)])
        data[at] = old
        columns.append([((a - b) / (2 * eps)).reshape(-1) for a, b in zip(*results)])
    return [torch.stack([c[k] for c in columns]) for k in range(len(columns[0]))] if columns else []


def _analytical(output, input):
    """The Jacobian of one output with respect to one input by backward passes: one row for each element of the input."""
    flat = _real(output).reshape(-1)
    rows = []
    for i in range(flat.numel()):
        (grad,) = torch.autograd.grad(flat[i], input, retain_graph=True, allow_unused=True)
        rows.append(torch.zeros_like(_real(input)).reshape(-1) if grad is None else _real(grad).reshape(-1))
    return torch.stack(rows).T if rows else torch.zeros(_real(input).numel(), 0, dtype=_real(input).dtype)


def _check(func, inputs, eps, atol, rtol):
    outputs = [o for o in _tensors(func(*inputs)) if isinstance(o, torch.Tensor)]
    for j, input in enumerate(inputs):
        if not isinstance(input, torch.Tensor) or not input.requires_grad:
            continue
        numerical = _numerical(func, inputs, input, eps)
        for i, output in enumerate(outputs):
            if not output.requires_grad or not numerical:
                continue
            analytical = _analytical(output, input)
            if not torch.allclose(analytical, numerical[i].to(analytical.dtype), rtol, atol):
                raise GradcheckError(
                    f"Jacobian mismatch for output {i} with respect to input {j},\n"
                    f"numerical:{numerical[i]}\nanalytical:{analytical}\n"
                )
    return True


def gradcheck(
    func,
    inputs,
    *,
    eps=1e-6,
    atol=1e-5,
    rtol=1e-3,
    raise_exception=True,
    nondet_tol=0.0,
    check_undefined_grad=True,
    check_grad_dtypes=False,
    check_batched_grad=False,
    check_forward_ad=False,
    check_backward_ad=True,
    fast_mode=False,
    masked=None,
):
    """Whether the gradients of func at inputs agree with finite differences; inputs should be float64."""
    inputs = tuple(_tensors(inputs))
    wanted = [x for x in inputs if isinstance(x, torch.Tensor) and x.requires_grad]
    if not wanted:
        raise ValueError(
            "gradcheck expects at least one input tensor to require gradient, but none of them have requires_grad=True."
        )
    for i, x in enumerate(inputs):
        if isinstance(x, torch.Tensor) and x.requires_grad and x.dtype not in (torch.float64, torch.complex128):
            import warnings

            warnings.warn(
                f"Input #{i} requires gradient and is not a double precision floating point or complex. This check will "
                "likely fail if all the inputs are not of double precision floating point or complex. "
            )
    for x in wanted:
        if x.is_leaf:
            x.retain_grad()
    try:
        return _check(func, inputs, eps, atol, rtol)
    except GradcheckError:
        if raise_exception:
            raise
        return False


def gradgradcheck(
    func,
    inputs,
    grad_outputs=None,
    *,
    eps=1e-6,
    atol=1e-5,
    rtol=1e-3,
    gen_non_contig_grad_outputs=False,
    raise_exception=True,
    nondet_tol=0.0,
    check_undefined_grad=True,
    check_grad_dtypes=False,
    check_batched_grad=False,
    check_fwd_over_rev=False,
    check_rev_over_rev=True,
    fast_mode=False,
    masked=False,
):
    """Whether the second derivatives of func at inputs agree with finite differences of the first."""
    inputs = tuple(_tensors(inputs))
    if grad_outputs is None:
        outputs = _differentiable(func(*inputs))
        grad_outputs = tuple(torch.randn_like(o).requires_grad_() for o in outputs)
    else:
        grad_outputs = tuple(_tensors(grad_outputs))
    count = len(inputs)

    def gradient(*args):
        args, vectors = args[:count], args[count:]
        outputs = _differentiable(func(*args))
        wanted = [x for x in args if isinstance(x, torch.Tensor) and x.requires_grad]
        grads = torch.autograd.grad(outputs, wanted, vectors, create_graph=True, allow_unused=True)
        return tuple(g for g in grads if g is not None)

    return gradcheck(
        gradient, inputs + grad_outputs, eps=eps, atol=atol, rtol=rtol, raise_exception=raise_exception
    )
