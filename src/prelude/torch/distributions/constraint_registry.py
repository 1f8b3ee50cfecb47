"""The transforms that lead from all real numbers to a constrained set: `transform_to`, and one to one, `biject_to`."""
from . import constraints
from . import transforms


class ConstraintRegistry:
    """A table from constraints to functions that make a transform onto them."""

    def __init__(self, bijective):
        self.bijective = bijective
        self._registry = {}

    def register(self, constraint, factory=None):
        """Adds a factory for a class of constraints, or for that of one; a decorator without one."""
        if factory is None:
            return lambda factory: self.register(constraint, factory)
        kind = type(constraint) if isinstance(constraint, constraints.Constraint) else constraint
        self._registry[kind] = factory
        return factory

    def __call__(self, constraint):
        if type(constraint) in self._registry:
            return self._registry[type(constraint)](constraint)
        found = self._known(constraint)
        if found is None:
            name = type(constraint).__name__
            raise NotImplementedError(f"Cannot transform {name} constraints")
        return found

    def _known(self, constraint):
        if isinstance(constraint, constraints._Independent):
            inner = self(constraint.base_constraint)
            return transforms.IndependentTransform(inner, constraint.reinterpreted_batch_ndims)
        if isinstance(constraint, constraints._Real):
            return transforms.identity_transform
        if isinstance(constraint, constraints._GreaterThan):
            exp = transforms.ExpTransform()
            if constraint is constraints.positive or constraint is constraints.nonnegative:
                return exp
            return transforms.ComposeTransform([exp, transforms.AffineTransform(constraint.lower_bound, 1)])
        if isinstance(constraint, constraints._LessThan):
            parts = [transforms.ExpTransform(), transforms.AffineTransform(constraint.upper_bound, -1)]
            return transforms.ComposeTransform(parts)
        if isinstance(constraint, constraints._Interval):
            sigmoid = transforms.SigmoidTransform()
            if constraint is constraints.unit_interval:
                return sigmoid
            width = constraint.upper_bound - constraint.lower_bound
            return transforms.ComposeTransform([sigmoid, transforms.AffineTransform(constraint.lower_bound, width)])
        if isinstance(constraint, constraints._Simplex):
            return transforms.StickBreakingTransform() if self.bijective else transforms.SoftmaxTransform()
        if isinstance(constraint, constraints._LowerCholesky):
            return transforms.LowerCholeskyTransform()
        if isinstance(constraint, constraints._PositiveDefinite):
            return transforms.PositiveDefiniteTransform()
        if isinstance(constraint, constraints._CorrCholesky):
            return transforms.CorrCholeskyTransform()
        return None


biject_to = ConstraintRegistry(True)
transform_to = ConstraintRegistry(False)
