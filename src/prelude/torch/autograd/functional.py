"""Jacobians, Hessians and their products with vectors, by repeated backward passes."""
import torch


def _tuple_of(value, what, name):
    """The tensors of an argument as a tuple, and whether they were given as one."""
    is_tuple = isinstance(value, (tuple, list))
    tensors = tuple(value) if is_tuple else (value,)
    for i, tensor in enumerate(tensors):
        if not isinstance(tensor, torch.Tensor):
            if is_tuple:
                raise TypeError(
                    f"The {what} given to {name} must be either a Tensor or a tuple of Tensors but the value at index "
                    f"{i} has type {type(tensor)}."
                )
            raise TypeError(
                f"The {what} given to {name} must be either a Tensor or a tuple of Tensors but the given {what} has "
                f"type {type(tensor)}."
            )
    return tensors, is_tuple


def _fresh(inputs, create_graph):
    """The inputs as tensors that require a gradient: the program's own where the result is to be differentiated."""
    if create_graph:
        return tuple(x.view_as(x) if x.requires_grad else x.detach().requires_grad_() for x in inputs)
    return tuple(x.detach().requires_grad_() for x in inputs)


def _run(func, inputs, name):
    outputs, is_tuple = _tuple_of(func(*inputs), "outputs of the user-provided function", name)
    return outputs, is_tuple


def _check_strict(outputs, strict):
    if not strict:
        return
    for i, output in enumerate(outputs):
        if not output.requires_grad:
            raise RuntimeError(
                f"Output {i} of the user-provided function does not require gradients. The outputs must be computed in "
                "a differentiable manner from the input when running in strict mode."
            )


def _grad(outputs, inputs, vectors, create_graph, retain_graph=True):
    """The gradients of those outputs that depend on anything; zeros for inputs that were not used."""
    pairs = [(o, v) for o, v in zip(outputs, vectors) if o.requires_grad]
    if not pairs:
        return tuple(torch.zeros_like(x) for x in inputs)
    grads = torch.autograd.grad(
        [o for o, _ in pairs],
        inputs,
        [v for _, v in pairs],
        retain_graph=retain_graph,
        create_graph=create_graph,
        allow_unused=True,
    )
    return tuple(torch.zeros_like(x) if g is None else g for x, g in zip(inputs, grads))


def _shaped(tensors, as_tuple, create_graph):
    if not create_graph:
        tensors = tuple(t.detach() for t in tensors)
    return tuple(tensors) if as_tuple else tensors[0]


def _vectors(v, targets, what, name):
    """The vectors of a product, checked against the tensors that they are multiplied with."""
    if v is None:
        if len(targets) != 1 or targets[0].numel() != 1:
            raise RuntimeError(f"The vector v can only be None if {what}.")
        return tuple(torch.ones_like(t) for t in targets)
    vectors, is_tuple = _tuple_of(v, "v", name)
    if len(vectors) != len(targets):
        raise RuntimeError(
            f"v is a tuple of invalid length: should be {len(targets)} but got {len(vectors)}."
            if is_tuple
            else f"The given v should contain {len(targets)} Tensors."
        )
    for i, (vector, target) in enumerate(zip(vectors, targets)):
        if vector.size() != target.size():
            prepend = f"Entry {i} in " if len(targets) > 1 else ""
            raise RuntimeError(
                f"{prepend}v has invalid size: should be {target.size()} but got {vector.size()}."
            )
    return tuple(t.detach() for t in vectors)


def jacobian(func, inputs, create_graph=False, strict=False, vectorize=False, strategy="reverse-mode"):
    """The derivatives of every element of the outputs with respect to every element of the inputs.

    For one output and one input a tensor of shape output.shape + input.shape; nested tuples where there are several.
    """
    if strategy == "forward-mode" and not vectorize:
        raise NotImplementedError(
            "Computing Jacobian using forward-AD or forward-over-reverse Hessian is"
            "only implemented for `vectorize=True`."
        )
    inputs, inputs_tuple = _tuple_of(inputs, "inputs", "jacobian")
    with torch.enable_grad():
        inputs = _fresh(inputs, create_graph)
        outputs, outputs_tuple = _run(func, inputs, "jacobian")
        _check_strict(outputs, strict)
        rows = []
        for output in outputs:
            flat = output.reshape(-1)
            grads = [_grad([flat[i]], inputs, [None], create_graph) for i in range(flat.numel())]
            row = []
            for k, x in enumerate(inputs):
                shape = output.size() + x.size()
                if grads:
                    row.append(torch.stack([g[k] for g in grads]).view(shape))
                else:
                    row.append(torch.zeros(shape, dtype=x.dtype))
            rows.append(_shaped(row, inputs_tuple, create_graph))
    return tuple(rows) if outputs_tuple else rows[0]


def _scalar(func, name):
    def checked(*args):
        out = func(*args)
        outputs, is_tuple = _tuple_of(out, "outputs of the user-provided function", name)
        if is_tuple or not isinstance(out, torch.Tensor):
            raise RuntimeError(f"The function given to {name} should return a single Tensor")
        if out.numel() != 1:
            raise RuntimeError(f"The Tensor returned by the function given to {name} should contain a single element")
        return out.squeeze()

    return checked


def hessian(func, inputs, create_graph=False, strict=False, vectorize=False, outer_jacobian_strategy="reverse-mode"):
    """The second derivatives of a number with respect to every pair of elements of the inputs."""
    inputs, is_tuple = _tuple_of(inputs, "inputs", "hessian")
    func = _scalar(func, "hessian")

    def gradient(*args):
        return jacobian(func, args if is_tuple else args[0], create_graph=True, strict=strict)

    return jacobian(gradient, inputs if is_tuple else inputs[0], create_graph=create_graph, strict=strict)


def vjp(func, inputs, v=None, create_graph=False, strict=False):
    """The outputs, and a vector times their Jacobian."""
    inputs, inputs_tuple = _tuple_of(inputs, "inputs", "vjp")
    with torch.enable_grad():
        inputs = _fresh(inputs, create_graph)
        outputs, outputs_tuple = _run(func, inputs, "vjp")
        _check_strict(outputs, strict)
        v = _vectors(v, outputs, "the user-provided function returns a single Tensor with a single element", "vjp")
        grads = _grad(outputs, inputs, v, create_graph, retain_graph=None)
    return _shaped(outputs, outputs_tuple, create_graph), _shaped(grads, inputs_tuple, create_graph)


def jvp(func, inputs, v=None, create_graph=False, strict=False):
    """The outputs, and their Jacobian times a vector, by differentiating a backward pass."""
    inputs, inputs_tuple = _tuple_of(inputs, "inputs", "jvp")
    with torch.enable_grad():
        inputs = _fresh(inputs, create_graph)
        what = "the input to the user-provided function is a single Tensor with a single element"
        v = _vectors(v, inputs, what, "jvp")
        outputs, outputs_tuple = _run(func, inputs, "jvp")
        _check_strict(outputs, strict)
        # The gradient is linear in these zeros; its derivative with respect to them is the product.
        zeros = tuple(torch.zeros_like(o, requires_grad=True) for o in outputs)
        grads = _grad(outputs, inputs, zeros, True)
        products = _grad(grads, zeros, v, create_graph)
    return _shaped(outputs, outputs_tuple, create_graph), _shaped(products, outputs_tuple, create_graph)


def vhp(func, inputs, v=None, create_graph=False, strict=False):
    """The value of a function that gives a number, and a vector times its Hessian."""
    inputs, inputs_tuple = _tuple_of(inputs, "inputs", "vhp")
    with torch.enable_grad():
        inputs = _fresh(inputs, create_graph)
        what = "the input to the user-provided function is a single Tensor with a single element"
        v = _vectors(v, inputs, what, "vhp")
        output = _scalar(func, "vhp")(*inputs)
        grads = _grad([output], inputs, [None], True)
        products = _grad(grads, inputs, v, create_graph)
    return _shaped((output,), False, create_graph), _shaped(products, inputs_tuple, create_graph)


def hvp(func, inputs, v=None, create_graph=False, strict=False):
    """The value of a function that gives a number, and its Hessian times a vector: the Hessian is symmetric."""
    return vhp(func, inputs, v, create_graph, strict)
