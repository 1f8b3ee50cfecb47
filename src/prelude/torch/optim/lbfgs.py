"""L-BFGS: a quasi-Newton method that remembers a few steps."""
import torch
from .optimizer import Optimizer


def _cubic_minimum(x1, f1, g1, x2, f2, g2, bounds=None):
    """The minimum of the cubic through two points with given slopes, within the bounds."""
    low, high = bounds if bounds is not None else (min(x1, x2), max(x1, x2))
    d1 = g1 + g2 - 3 * (f1 - f2) / (x1 - x2)
    square = d1**2 - g1 * g2
    if square < 0:
        return (low + high) / 2.0
    d2 = square**0.5
    if x1 <= x2:
        best = x2 - (x2 - x1) * ((g2 + d2 - d1) / (g2 - g1 + 2 * d2))
    else:
        best = x1 - (x1 - x2) * ((g1 + d2 - d1) / (g1 - g2 + 2 * d2))
    return min(max(best, low), high)


def _strong_wolfe(evaluate, t, d, f, g, slope, c1=1e-4, c2=0.9, tolerance=1e-9, most=25):
    """A step length that meets the strong Wolfe conditions: (loss, gradient, length, evaluations)."""
    size = d.abs().max()
    g = g.clone()
    new_f, new_g = evaluate(t)
    calls = 1
    new_slope = new_g.dot(d)
    last_t, last_f, last_g, last_slope = 0, f, g, slope
    found, count = False, 0
    while count < most:  # grow the step until the minimum lies between two steps
        if new_f > f + c1 * t * slope or (count > 1 and new_f >= last_f):
            ends = [[last_t, last_f, last_g, last_slope], [t, new_f, new_g.clone(), new_slope]]
            break
        if abs(new_slope) <= -c2 * slope:
            ends, found = [[t, new_f, new_g, new_slope]], True
            break
        if new_slope >= 0:
            ends = [[last_t, last_f, last_g, last_slope], [t, new_f, new_g.clone(), new_slope]]
            break
        bounds = (t + 0.01 * (t - last_t), t * 10)
        longer = _cubic_minimum(last_t, last_f, last_slope, t, new_f, new_slope, bounds)
        last_t, last_f, last_g, last_slope = t, new_f, new_g.clone(), new_slope
        t = longer
        new_f, new_g = evaluate(t)
        calls += 1
        new_slope = new_g.dot(d)
        count += 1
    else:
        ends = [[0, f, g, slope], [t, new_f, new_g, new_slope]]
    stuck = False
    low, high = (0, 1) if ends[0][1] <= ends[-1][1] else (1, 0)
    while not found and count < most:  # shrink the interval
        left, right = min(ends[0][0], ends[1][0]), max(ends[0][0], ends[1][0])
        if (right - left) * size < tolerance:
            break
        t = _cubic_minimum(ends[0][0], ends[0][1], ends[0][3], ends[1][0], ends[1][1], ends[1][3])
        margin = 0.1 * (right - left)
        if min(right - t, t - left) < margin:  # too near an end: once is forgiven
            if stuck or t >= right or t <= left:
                t = right - margin if abs(t - right) < abs(t - left) else left + margin
                stuck = False
            else:
                stuck = True
        else:
            stuck = False
        new_f, new_g = evaluate(t)
        calls += 1
        new_slope = new_g.dot(d)
        count += 1
        point = [t, new_f, new_g.clone(), new_slope]
        if new_f > f + c1 * t * slope or new_f >= ends[low][1]:
            ends[high] = point
            low, high = (0, 1) if ends[0][1] <= ends[1][1] else (1, 0)
        else:
            if abs(new_slope) <= -c2 * slope:
                found = True
            elif new_slope * (ends[high][0] - ends[low][0]) >= 0:
                ends[high] = ends[low]
            ends[low] = point
    best = ends[low] if len(ends) > 1 else ends[0]
    return best[1], best[2], best[0], calls


class LBFGS(Optimizer):
    """Up to `max_iter` quasi-Newton steps per call of step(closure), from the last `history_size` changes.

    line_search_fn="strong_wolfe" searches each step's length; otherwise it is lr. One parameter group only.
    """

    def __init__(self, params, lr=1, max_iter=20, max_eval=None, tolerance_grad=1e-7, tolerance_change=1e-9,
                 history_size=100, line_search_fn=None, *, maximize=False):
        if not 0.0 <= lr:
            raise ValueError(f"Invalid learning rate: {lr}")
        if max_eval is None:
            max_eval = max_iter * 5 // 4
        super().__init__(params, dict(
            lr=lr, max_iter=max_iter, max_eval=max_eval, tolerance_grad=tolerance_grad,
            tolerance_change=tolerance_change, history_size=history_size, line_search_fn=line_search_fn, maximize=maximize))
        if len(self.param_groups) != 1:
            raise ValueError("LBFGS doesn't support per-parameter options (parameter groups)")
        self._params = self.param_groups[0]["params"]

    def _gather(self):
        """All gradients in one vector."""
        parts = [torch.zeros(p.numel(), dtype=p.dtype) if p.grad is None else p.grad.reshape(-1) for p in self._params]
        return torch.cat(parts).neg_() if self.param_groups[0]["maximize"] else torch.cat(parts)

    def _move(self, length, direction):
        start = 0
        for param in self._params:
            end = start + param.numel()
            param.add_(direction[start:end].view_as(param), alpha=length)
            start = end

    def step(self, closure):
        """Several updates; the closure clears the gradients, computes the loss, calls backward and returns the loss."""
        self._stepped = True
        with torch.no_grad():
            return self._iterate(closure)

    def _iterate(self, closure):
        group = self.param_groups[0]
        state = self.state.setdefault(self._params[0], {})
        state.setdefault("func_evals", 0)
        state.setdefault("n_iter", 0)

        sign = -1 if group["maximize"] else 1

        def run():
            with torch.enable_grad():
                return closure()

        first_loss = run()
        loss = sign * float(first_loss)
        evals, count = 1, 0
        state["func_evals"] += 1
        grad = self._gather()
        if grad.abs().max() <= group["tolerance_grad"]:
            return first_loss
        direction, t = state.get("d"), state.get("t")
        steps, changes, inverses = state.get("old_stps"), state.get("old_dirs"), state.get("ro")
        scale, last_grad, last_loss = state.get("H_diag"), state.get("prev_flat_grad"), state.get("prev_loss")
        while count < group["max_iter"]:
            count += 1
            state["n_iter"] += 1
            if state["n_iter"] == 1:
                direction = grad.neg()
                steps, changes, inverses, scale = [], [], [], 1
            else:
                change = grad.sub(last_grad)
                moved = direction.mul(t)
                curvature = change.dot(moved)
                if curvature > 1e-10:
                    if len(changes) == group["history_size"]:
                        changes.pop(0)
                        steps.pop(0)
                        inverses.pop(0)
                    changes.append(change)
                    steps.append(moved)
                    inverses.append(1.0 / curvature)
                    scale = curvature / change.dot(change)
                weights = state["al"] = [None] * len(changes)
                q = grad.neg()
                for i in range(len(changes) - 1, -1, -1):
                    weights[i] = steps[i].dot(q) * inverses[i]
                    q.add_(changes[i], alpha=-float(weights[i]))
                direction = q * scale
                for i in range(len(changes)):
                    back = changes[i].dot(direction) * inverses[i]
                    direction.add_(steps[i], alpha=float(weights[i] - back))
            last_grad = grad.clone()
            last_loss = loss
            t = min(1.0, float(1.0 / grad.abs().sum())) * group["lr"] if state["n_iter"] == 1 else group["lr"]
            slope = grad.dot(direction)
            if slope > -group["tolerance_change"]:
                break
            calls = 0
            if group["line_search_fn"] is not None:
                if group["line_search_fn"] != "strong_wolfe":
                    raise RuntimeError("only 'strong_wolfe' is supported")
                start = [param.clone() for param in self._params]

                def evaluate(length):
                    self._move(length, direction)
                    value = sign * float(run())
                    slopes = self._gather()
                    for param, saved in zip(self._params, start):
                        param.copy_(saved)
                    return value, slopes

                loss, grad, t, calls = _strong_wolfe(evaluate, t, direction, loss, grad, slope)
                self._move(t, direction)
                small = grad.abs().max() <= group["tolerance_grad"]
            else:
                self._move(t, direction)
                small = False
                if count != group["max_iter"]:
                    loss = sign * float(run())
                    grad = self._gather()
                    small = grad.abs().max() <= group["tolerance_grad"]
                    calls = 1
            evals += calls
            state["func_evals"] += calls
            if (count == group["max_iter"] or evals >= group["max_eval"] or small
                    or direction.mul(t).abs().max() <= group["tolerance_change"]
                    or abs(loss - last_loss) < group["tolerance_change"]):
                break
        state.update(d=direction, t=t, old_dirs=changes, old_stps=steps, ro=inverses, H_diag=scale,
                     prev_flat_grad=last_grad, prev_loss=last_loss)
        return first_loss
