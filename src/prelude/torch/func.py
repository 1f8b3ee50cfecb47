"""Function transforms: derivatives and batches of functions as functions."""
import torch


def _argnums(argnums):
    return argnums if isinstance(argnums, tuple) else (argnums,)


def _flatten(value):
    """The tensors in nested tuples, lists and dicts, and a function that rebuilds the nest around others."""
    if isinstance(value, torch.Tensor):
        return [value], lambda tensors: tensors[0]
    if isinstance(value, dict):
        parts = {key: _flatten(part) for key, part in value.items()}
        tensors = [tensor for leaves, _ in parts.values() for tensor in leaves]

        def rebuild(tensors):
            result, start = {}, 0
            for key, (leaves, build) in parts.items():
                result[key] = build(tensors[start:start + len(leaves)])
                start += len(leaves)
            return result

        return tensors, rebuild
    if isinstance(value, (tuple, list)):
        parts = [_flatten(part) for part in value]
        tensors = [tensor for leaves, _ in parts for tensor in leaves]
        kind = type(value)

        def rebuild(tensors):
            result, start = [], 0
            for leaves, build in parts:
                result.append(build(tensors[start:start + len(leaves)]))
                start += len(leaves)
            return kind(result)

        return tensors, rebuild
    return [], lambda tensors: value


def _watched(value):
    """A copy of a nest whose tensors can be differentiated by, its tensors, and the rebuilding function."""
    tensors, rebuild = _flatten(value)
    # A tensor that is being differentiated by from outside stays connected: derivatives nest.
    watched = [t.view_as(t) if t.requires_grad else t.detach().requires_grad_() for t in tensors]
    return rebuild(watched), watched, rebuild


def _inner(tensors, watched):
    """Tensors cut from the graph, unless an outer transform differentiates."""
    keep = any(t.grad_fn is not None for t in watched)
    return list(tensors) if keep else [t.detach() for t in tensors]


def _derivative(output, watched):
    grads = torch.autograd.grad(output, watched, create_graph=True, allow_unused=True)
    return [torch.zeros_like(w) if g is None else g for g, w in zip(grads, watched)]


def _watched_arguments(args, argnums):
    """The arguments with those of `argnums` watched, the parts and builder of each of these, and all parts."""
    args, nests = list(args), []
    for number in _argnums(argnums):
        args[number], watched, rebuild = _watched(args[number])
        nests.append((watched, rebuild))
    return args, nests, [w for watched, _ in nests for w in watched]


def _by_argument(grads, nests, argnums):
    """One value per part, built up to what the arguments look like."""
    results, start = [], 0
    for watched, rebuild in nests:
        results.append(rebuild(grads[start:start + len(watched)]))
        start += len(watched)
    return tuple(results) if isinstance(argnums, tuple) else results[0]


def grad_and_value(func, argnums=0, has_aux=False):
    """The function that gives (gradient, value) of a scalar function; with has_aux, (gradient, (value, aux))."""

    def wrapper(*args, **kwargs):
        with torch.enable_grad():
            args, nests, everything = _watched_arguments(args, argnums)
            output = func(*args, **kwargs)
            if has_aux:
                if not (isinstance(output, tuple) and len(output) == 2):
                    raise RuntimeError("grad_and_value(f)(*args): output of function f should be a tuple: "
                                       "(output, aux) if has_aux is True")
                output, aux = output
            if not isinstance(output, torch.Tensor):
                raise RuntimeError("grad_and_value(f)(*args): Expected f(*args) to return a tensor, got unsupported "
                                   f"type {type(output)}")
            if output.dim() != 0:
                raise RuntimeError("grad_and_value(f)(*args): Expected f(*args) to return a scalar Tensor, got tensor "
                                   f"with {output.dim()} dims. Maybe you wanted to use the vjp or jacrev APIs instead?")
            grads = _inner(_derivative(output, everything), everything)
        (value,) = _inner([output], everything)
        gradient = _by_argument(grads, nests, argnums)
        if has_aux:
            leaves, build = _flatten(aux)
            return gradient, (value, build(_inner(leaves, everything)))
        return gradient, value

    return wrapper


def grad(func, argnums=0, has_aux=False):
    """The function that gives the gradient of a scalar function; with has_aux, (gradient, aux)."""
    both = grad_and_value(func, argnums, has_aux)

    def wrapper(*args, **kwargs):
        gradient, value = both(*args, **kwargs)
        return (gradient, value[1]) if has_aux else gradient

    return wrapper


def vjp(func, *primals, has_aux=False):
    """The value of a function, and the function from output to input gradients."""
    with torch.enable_grad():
        args, watched, rebuild = _watched(primals)
        output = func(*args)
        if has_aux:
            output, aux = output
    outputs, build = _flatten(output)

    def pull(cotangents):
        given, _ = _flatten(cotangents)
        grads = torch.autograd.grad(outputs, watched, given, retain_graph=True, create_graph=True, allow_unused=True)
        grads = [torch.zeros_like(w) if g is None else g for g, w in zip(grads, watched)]
        return rebuild(_inner(grads, watched))

    value = build(_inner(outputs, watched))
    return (value, pull, aux) if has_aux else (value, pull)


def jvp(func, primals, tangents):
    """The value of a function and its derivative in the direction of the tangents."""
    with torch.enable_grad():
        args, watched, _ = _watched(primals)
        outputs, build = _flatten(func(*args))
        given, _ = _flatten(tangents)
        # The gradient is linear in its weights: its own derivative by them is the forward derivative.
        weights = [torch.zeros_like(o).requires_grad_() for o in outputs]
        grads = torch.autograd.grad(outputs, watched, weights, create_graph=True, allow_unused=True)
        pairs = [(g, t) for g, t in zip(grads, given) if g is not None]
        moved = torch.autograd.grad([g for g, _ in pairs], weights, [t for _, t in pairs], allow_unused=True)
        moved = [torch.zeros_like(w) if m is None else m for m, w in zip(moved, weights)]
    return build(_inner(outputs, watched)), build(_inner(moved, watched))


def jacrev(func, argnums=0, *, has_aux=False, chunk_size=None):
    """The function that gives the Jacobian [*output, *input]."""

    def wrapper(*args, **kwargs):
        with torch.enable_grad():
            args, nests, everything = _watched_arguments(args, argnums)
            output = func(*args, **kwargs)
            if has_aux:
                output, aux = output
            outputs, build = _flatten(output)

            def one(tensor):
                rows = [_derivative(element, everything) for element in tensor.reshape(-1)]
                grads = [torch.stack(column).reshape(tensor.shape + w.shape) for column, w in
                         zip(zip(*rows), everything)]
                return _by_argument(_inner(grads, everything), nests, argnums)

            result = build([one(tensor) for tensor in outputs])
        return (result, aux) if has_aux else result

    return wrapper


def jacfwd(func, argnums=0, has_aux=False, *, randomness="error"):
    """The function that gives the Jacobian [*output, *input]."""
    return jacrev(func, argnums, has_aux=has_aux)


def hessian(func, argnums=0):
    """The function that gives the second derivatives [*input, *input] of a scalar function."""
    return jacrev(jacrev(func, argnums), argnums)


def vmap(func, in_dims=0, out_dims=0, randomness="error", *, chunk_size=None):
    """The function applied to every slice of its arguments along `in_dims`, results stacked along `out_dims`."""

    def slices(value, dim, i):
        if dim is None:
            return value
        if isinstance(value, torch.Tensor):
            return value.select(dim, i)
        if isinstance(value, dict):
            dims = dim if isinstance(dim, dict) else {key: dim for key in value}
            return {key: slices(part, dims[key], i) for key, part in value.items()}
        if isinstance(value, (tuple, list)):
            dims = dim if isinstance(dim, (tuple, list)) else [dim] * len(value)
            return type(value)([slices(part, d, i) for part, d in zip(value, dims)])
        return value

    def sizes(value, dim):
        if dim is None:
            return []
        if isinstance(value, torch.Tensor):
            return [value.shape[dim]]
        if isinstance(value, dict):
            return [n for key, part in value.items() for n in sizes(part, dim[key] if isinstance(dim, dict) else dim)]
        if isinstance(value, (tuple, list)):
            dims = dim if isinstance(dim, (tuple, list)) else [dim] * len(value)
            return [n for part, d in zip(value, dims) for n in sizes(part, d)]
        return []

    def wrapper(*args, **kwargs):
        dims = in_dims if isinstance(in_dims, (tuple, list)) else (in_dims,) * len(args)
        if len(dims) != len(args):
            raise ValueError(f"vmap({func.__name__}, in_dims={in_dims}, ...)(<inputs>): in_dims is not compatible with "
                             f"the structure of inputs.")
        counts = sizes(args, dims) + sizes(kwargs, 0)
        if not counts:
            raise ValueError(f"vmap({func.__name__}, in_dims={in_dims}, ...)(<inputs>): at least one input tensor must be "
                             "mapped over")
        if any(count != counts[0] for count in counts):
            raise ValueError("vmap: Expected all tensors to have the same size in the mapped dimension, got sizes "
                             f"{counts} for the mapped dimension")
        results = [func(*slices(list(args), dims, i), **slices(kwargs, 0, i)) for i in range(counts[0])]
        leaves = [_flatten(result)[0] for result in results]
        _, build = _flatten(results[0])
        columns = list(zip(*leaves))
        where = out_dims if isinstance(out_dims, (tuple, list)) else (out_dims,) * len(columns)
        return build([torch.stack(list(column), dim) for column, dim in zip(columns, where)])

    return wrapper


def functional_call(module, parameter_and_buffer_dicts, args=None, kwargs=None, *, tie_weights=True, strict=False):
    """The module called with other tensors in place of its parameters and buffers, named as in its state dict."""
    given = parameter_and_buffer_dicts
    tensors = {}
    for part in given if isinstance(given, (tuple, list)) else [given]:
        tensors.update(part)
    arguments = () if args is None else args if isinstance(args, tuple) else (args,)
    saved = []
    try:
        for name, tensor in tensors.items():
            path, _, last = name.rpartition(".")
            owner = module.get_submodule(path)
            for table in (owner._parameters, owner._buffers):
                if last in table:
                    saved.append((table, last, table[last]))
                    table[last] = tensor
        return module(*arguments, **(kwargs or {}))
    finally:
        for table, last, tensor in reversed(saved):
            table[last] = tensor


def stack_module_state(models):
    """The parameters and the buffers of several equal modules, each stacked in one tensor: two dicts."""
    def stacked(tables):
        return {name: torch.stack([table[name] for table in tables]).detach() for name in tables[0]}

    parameters = stacked([dict(model.named_parameters()) for model in models])
    return {n: p.requires_grad_() for n, p in parameters.items()}, stacked([dict(m.named_buffers()) for m in models])
