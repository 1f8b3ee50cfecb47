"""Comparisons for tests."""
import torch

_TOLERANCES = {
    torch.float16: (1e-3, 1e-5),
    torch.bfloat16: (1.6e-2, 1e-5),
    torch.float32: (1.3e-6, 1e-5),
    torch.float64: (1e-7, 1e-7),
}


def _tolerances(actual, expected, rtol, atol):
    if rtol is not None:
        return rtol, atol
    pairs = [_TOLERANCES.get(t.dtype, (0.0, 0.0)) for t in (actual, expected)]
    return max(p[0] for p in pairs), max(p[1] for p in pairs)


def assert_close(
    actual,
    expected,
    *,
    allow_subclasses=True,
    rtol=None,
    atol=None,
    equal_nan=False,
    check_device=True,
    check_dtype=True,
    check_layout=True,
    check_stride=False,
    msg=None,
):
    """Raises AssertionError unless both are close, element by element; containers are compared item by item."""
    options = dict(rtol=rtol, atol=atol, equal_nan=equal_nan, check_dtype=check_dtype, msg=msg)
    if isinstance(actual, dict) and isinstance(expected, dict):
        if list(actual) != list(expected) and set(actual) != set(expected):
            raise AssertionError("The keys of the mappings do not match")
        for key in actual:
            assert_close(actual[key], expected[key], **options)
        return
    if isinstance(actual, (list, tuple)) and isinstance(expected, (list, tuple)):
        if len(actual) != len(expected):
            raise AssertionError(f"The length of the sequences mismatch: {len(actual)} != {len(expected)}")
        for a, b in zip(actual, expected):
            assert_close(a, b, **options)
        return
    scalars = not isinstance(actual, torch.Tensor)
    if scalars:
        actual, expected = torch.as_tensor(actual), torch.as_tensor(expected)
        if actual.is_floating_point() or expected.is_floating_point():
            actual, expected = actual.double(), expected.double()
    if actual.shape != expected.shape:
        raise AssertionError(msg or f"The values for attribute 'shape' do not match: {actual.shape} != {expected.shape}.")
    if check_dtype and actual.dtype != expected.dtype:
        raise AssertionError(msg or f"The values for attribute 'dtype' do not match: {actual.dtype} != {expected.dtype}.")
    rtol, atol = _tolerances(actual, expected, rtol, atol)
    dtype = torch.promote_types(actual.dtype, expected.dtype)
    a, b = actual.detach().to(dtype), expected.detach().to(dtype)
    close = torch.isclose(a, b, rtol=rtol, atol=atol, equal_nan=equal_nan)
    if close.all():
        return
    if msg is not None:
        raise AssertionError(msg)
    a, b = a.double(), b.double()
    difference = (a - b).abs().masked_fill(close, 0)
    if scalars:
        raise AssertionError(
            f"Scalars are not close!\n\nExpected {b.item()} but got {a.item()}.\n"
            f"Absolute difference: {difference.item()} (up to {atol} allowed)\n"
            f"Relative difference: {(difference / b.abs()).item()} (up to {rtol} allowed)"
        )
    wrong = (~close).sum().item()
    relative = (difference / b.abs()).masked_fill(close, 0)

    def place(t):
        at = t.argmax().item()
        index = []
        for size in reversed(t.shape):
            index.insert(0, at % size)
            at //= size
        return tuple(index)

    raise AssertionError(
        "Tensor-likes are not close!\n\n"
        f"Mismatched elements: {wrong} / {close.numel()} ({100 * wrong / close.numel():.1f}%)\n"
        f"Greatest absolute difference: {difference.max().item()} at index {place(difference)} (up to {atol} allowed)\n"
        f"Greatest relative difference: {relative.max().item()} at index {place(relative)} (up to {rtol} allowed)"
    )
