//! Differences of neighbours, areas under curves, slopes.

use super::args::Call;
use super::def::{Example, Forms, OpDef};
use crate::array::DType;
use crate::array::layout::wrap_dim;
use crate::diag::{Fault, Result};
use crate::tensor::Tensor;
use crate::value::Value;

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[&DIFF, &TRAPEZOID, &CUMULATIVE_TRAPEZOID, &GRADIENT];

/// The indices from `start` up to `end` along a dimension.
fn slice(t: &Tensor, dim: usize, start: i64, end: i64) -> Result<Tensor> {
    let args = [t.into(), Value::Int(dim as i64), Value::Int(start), Value::Int(end)];
    super::call(&super::shape::SLICE, args)
}

fn cat(parts: impl IntoIterator<Item = Tensor>, dim: usize) -> Result<Tensor> {
    let parts = Value::tuple(parts.into_iter().map(Value::Tensor));
    super::call(&super::join::CAT, [parts, Value::Int(dim as i64)])
}

/// Neighbours along a dimension: all but the first, all but the last.
fn neighbours(t: &Tensor, dim: usize) -> Result<(Tensor, Tensor)> {
    let n = t.sizes()[dim] as i64;
    Ok((slice(t, dim, 1, n)?, slice(t, dim, 0, n - 1)?))
}

/// Differences of neighbours.
pub static DIFF: OpDef = OpDef::composite(
    "diff",
    "input: Tensor, n: int = 1, dim: int = -1, prepend: Tensor? = None, append: Tensor? = None",
    |c| {
        let input = c.tensor(0)?;
        if input.ndim() == 0 {
            return Err(Fault::runtime("diff expects input to be at least one-dimensional"));
        }
        let n = c.int(1)?;
        if n < 0 {
            return Err(Fault::runtime(format!("order must be non-negative but got {n}")));
        }
        let dim = c.dim(2, input.ndim())?;
        let mut out = input.clone();
        if n == 0 {
            return Ok(out.copied()?.into());
        }
        if !c.is_none(3) || !c.is_none(4) {
            for part in [c.opt_tensor(3)?, c.opt_tensor(4)?].into_iter().flatten() {
                if part.ndim() != input.ndim() {
                    return Err(Fault::runtime("diff expects prepend or append to be the same dimension as input"));
                }
            }
            let parts = [c.opt_tensor(3)?.cloned(), Some(out), c.opt_tensor(4)?.cloned()];
            out = cat(parts.into_iter().flatten(), dim)?;
        }
        for _ in 0..n {
            if out.sizes()[dim] <= 1 {
                return Ok(slice(&out, dim, 0, 0)?.into());
            }
            let (later, earlier) = neighbours(&out, dim)?;
            out = if out.dtype() == DType::Bool {
                super::call(&super::compare::LOGICAL_XOR, [later.into(), earlier.into()])?
            } else {
                later.sub(&earlier)?
            };
        }
        Ok(out.into())
    },
)
.doc("The n-th differences of neighbours along dim, after joining prepend and append to the input.")
.examples(&[Example("torch.diff(torch.tensor([1, 3, 2]))", "tensor([ 2, -1])")])
.forms(Forms::BOTH.and(Forms::NP))
.samples(&["randn(4)", "randn(2, 4), 2, 0", "randn(2, 4), 1, 1"]);

fn sum(t: &Tensor, dim: usize) -> Result<Tensor> {
    super::call(&super::reduce::SUM, [t.into(), Value::Int(dim as i64)])
}

/// The steps between the points `x`, shaped to go with `y`.
fn steps(c: &Call, y: &Tensor, x: &Tensor, dim: usize) -> Result<Tensor> {
    let name = c.def.name;
    if x.ndim() == 0 {
        return Err(Fault::index(format!("{name}(): Expected `x` to have at least one dimension")));
    }
    let n = y.sizes()[dim];
    let x = if x.ndim() == 1 {
        if x.numel() != n {
            return Err(Fault::runtime(format!("{name}: There must be one `x` value for each sample point")));
        }
        let mut sizes = vec![1; y.ndim()];
        sizes[dim] = n;
        x.reshape(&sizes)?
    } else if x.ndim() < y.ndim() {
        let sizes: Vec<usize> = std::iter::repeat_n(1, y.ndim() - x.ndim()).chain(x.sizes()).collect();
        x.reshape(&sizes)?
    } else {
        x.clone()
    };
    let (later, earlier) = neighbours(&x, dim)?;
    later.sub(&earlier)
}

/// The pairs of neighbours summed, with their dimension and the steps between the points.
fn pairs(c: &Call) -> Result<(Tensor, usize, Option<Tensor>)> {
    let y = c.tensor(0)?;
    if y.ndim() == 0 {
        return Err(Fault::index("Dimension specified as -1 but tensor has no dimensions"));
    }
    let dim = c.dim(3, y.ndim())?;
    let x = c.opt_tensor(1)?;
    if x.is_some() && !c.is_none(2) {
        return Err(c.invalid_combination(2));
    }
    if y.dtype() == DType::Bool {
        return Err(Fault::runtime(format!(
            "{}: received a bool input for `y`, but bool is not supported",
            c.def.name
        )));
    }
    if x.is_some_and(|x| x.dtype() == DType::Bool) {
        return Err(Fault::runtime(format!(
            "{}: received a bool input for `x`, but bool is not supported",
            c.def.name
        )));
    }
    if y.sizes()[dim] == 0 {
        return Ok((y.clone(), dim, None));
    }
    let dx = x.map(|x| steps(c, y, x, dim)).transpose()?;
    let (later, earlier) = neighbours(y, dim)?;
    Ok((later.add(&earlier)?, dim, dx))
}

const CURVE: &str = "y: Tensor, x: Tensor? = None, *, dx: Number? = None, dim: int = -1";

fn spacing(c: &Call) -> Result<f64> {
    Ok(c.opt_scalar(2)?.map_or(1.0, |s| s.as_f64()))
}

/// The area under a curve.
pub static TRAPEZOID: OpDef = OpDef::composite("trapezoid", CURVE, |c| {
    let (sums, dim, dx) = pairs(c)?;
    Ok(match dx {
        Some(dx) => sum(&sums.mul(&dx)?, dim)?.div(2.0)?,
        None => sum(&sums, dim)?.mul(spacing(c)? / 2.0)?,
    }
    .into())
})
.aliases(&["trapz"])
.doc("The area under the curve y along dim by the trapezoidal rule, at the points x or at distances dx.")
.examples(&[Example("torch.trapezoid(torch.tensor([1., 5., 10.]))", "tensor(10.5000)")])
.forms(Forms::FUNCTION.and(Forms::NP))
.samples(&["randn(2, 4)", "randn(2, 4), randn(4)", "randn(4, 2), dx=0.5, dim=0"]);

/// The running area under a curve.
pub static CUMULATIVE_TRAPEZOID: OpDef = OpDef::composite("cumulative_trapezoid", CURVE, |c| {
    let (sums, dim, dx) = pairs(c)?;
    let cumsum = |t: Tensor| super::call(&super::scan::CUMSUM, [t.into(), Value::Int(dim as i64)]);
    Ok(match dx {
        Some(dx) => cumsum(sums.mul(&dx)?)?.div(2.0)?,
        None => cumsum(sums.mul(spacing(c)? / 2.0)?)?,
    }
    .into())
})
.doc("The running area under the curve y along dim by the trapezoidal rule.")
.examples(&[Example("torch.cumulative_trapezoid(torch.tensor([1., 5., 10.]))", "tensor([ 3.0000, 10.5000])")])
.forms(Forms::FUNCTION)
.samples(&["randn(2, 4)", "randn(2, 4), randn(4)"]);

/// The distances between points along a dimension.
enum Spacing {
    Even(f64),
    Points(Tensor),
}

/// Second-order estimates of the slope along one dimension.
fn slope(t: &Tensor, dim: usize, spacing: &Spacing, edge_order: i64) -> Result<Tensor> {
    let n = t.sizes()[dim] as i64;
    if n < edge_order + 1 {
        return Err(Fault::runtime("torch.gradient expected each dimension size to be at least edge_order+1"));
    }
    let at = |i: i64| slice(t, dim, i, i + 1);
    let h = match spacing {
        Spacing::Even(h) => {
            let h = *h;
            let inner = slice(t, dim, 2, n)?.sub(&slice(t, dim, 0, n - 2)?)?.div(2.0 * h)?;
            let (first, last) = if edge_order == 1 {
                (at(1)?.sub(&at(0)?)?.div(h)?, at(n - 1)?.sub(&at(n - 2)?)?.div(h)?)
            } else {
                let edge = |a: i64, b: i64, d: i64, sign: f64| -> Result<Tensor> {
                    at(a)?.mul(-1.5 * sign)?.add(&at(b)?.mul(2.0 * sign)?)?.add(&at(d)?.mul(-0.5 * sign)?)?.div(h)
                };
                (edge(0, 1, 2, 1.0)?, edge(n - 1, n - 2, n - 3, -1.0)?)
            };
            return cat([first, inner, last], dim);
        }
        Spacing::Points(x) => {
            let (later, earlier) = neighbours(x, 0)?;
            let mut sizes = vec![1; t.ndim()];
            sizes[dim] = n as usize - 1;
            later.sub(&earlier)?.reshape(&sizes)?
        }
    };
    let step = |i: i64| slice(&h, dim, i, i + 1);
    let (d1, d2) = (slice(&h, dim, 0, n - 2)?, slice(&h, dim, 1, n - 1)?);
    let sum = d1.add(&d2)?;
    let a = d2.neg()?.div(&d1.mul(&sum)?)?;
    let b = d2.sub(&d1)?.div(&d1.mul(&d2)?)?;
    let d = d1.div(&d2.mul(&sum)?)?;
    let inner = a
        .mul(&slice(t, dim, 0, n - 2)?)?
        .add(&b.mul(&slice(t, dim, 1, n - 1)?)?)?
        .add(&d.mul(&slice(t, dim, 2, n)?)?)?;
    let (first, last) = if edge_order == 1 {
        (at(1)?.sub(&at(0)?)?.div(&step(0)?)?, at(n - 1)?.sub(&at(n - 2)?)?.div(&step(n - 2)?)?)
    } else {
        let edge = |near: Tensor, far: Tensor, points: [i64; 3], sign: f64| -> Result<Tensor> {
            let both = near.add(&far)?;
            let a = near.mul(2.0)?.add(&far)?.neg()?.div(&near.mul(&both)?)?.mul(sign)?;
            let b = both.div(&near.mul(&far)?)?.mul(sign)?;
            let d = near.neg()?.div(&far.mul(&both)?)?.mul(sign)?;
            a.mul(&at(points[0])?)?.add(&b.mul(&at(points[1])?)?)?.add(&d.mul(&at(points[2])?)?)
        };
        (edge(step(0)?, step(1)?, [0, 1, 2], 1.0)?, edge(step(n - 2)?, step(n - 3)?, [n - 1, n - 2, n - 3], -1.0)?)
    };
    cat([first, inner, last], dim)
}

/// Slopes.
pub static GRADIENT: OpDef = OpDef::composite(
    "gradient",
    "input: Tensor, *, spacing=None, dim: int[]? = None, edge_order: int = 1",
    |c| {
        let input = c.tensor(0)?;
        let edge_order = c.int(3)?;
        if !matches!(edge_order, 1 | 2) {
            return Err(Fault::runtime("torch.gradient only supports edge_order=1 and edge_order=2."));
        }
        if input.dtype() == DType::U8 {
            return Err(Fault::not_implemented("torch.gradient does not support uint8 input."));
        }
        if input.dtype() == DType::Bool {
            return Ok(input.sub(input)?.into());
        }
        let input = if input.dtype().is_differentiable() { input.clone() } else { input.to_dtype(DType::F32)? };
        let dims: Vec<usize> = match c.is_none(2) {
            true => (0..input.ndim()).collect(),
            false => {
                c.dims(2, input.ndim(), false)?;
                c.ints(2)?.iter().map(|&d| wrap_dim(d, input.ndim())).collect::<Result<_>>()?
            }
        };
        let one = |v: &Value| -> Result<Spacing> {
            Ok(match v {
                Value::Tensor(t) if t.ndim() == 1 => Spacing::Points(t.clone()),
                Value::Tensor(t) => Spacing::Even(t.item()?.as_f64()),
                other => Spacing::Even(other.as_scalar().ok_or_else(|| c.invalid_combination(1))?.as_f64()),
            })
        };
        let given: Vec<Spacing> = match c.value(1) {
            Value::None => dims.iter().map(|_| Spacing::Even(1.0)).collect(),
            Value::List(l) => l.borrow().iter().map(one).collect::<Result<_>>()?,
            Value::Tuple(t) => t.iter().map(one).collect::<Result<_>>()?,
            other => dims.iter().map(|_| one(other)).collect::<Result<_>>()?,
        };
        if given.len() != dims.len() {
            return Err(Fault::runtime(if c.is_none(2) {
                format!(
                    "torch.gradient expected spacing to be unspecified, a scalar, or a list of length equal to \
                     'self.dim() = {}', since dim argument was not given, but got a list of length {}",
                    dims.len(),
                    given.len()
                )
            } else {
                format!(
                    "torch.gradient expected spacing to be unspecified, a scalar or it's spacing and dim arguments to \
                     have the same length, but got a spacing argument of length {} and a dim argument of length {}.",
                    given.len(),
                    dims.len()
                )
            }));
        }
        let slopes: Result<Vec<Value>> = dims
            .iter()
            .zip(&given)
            .map(|(&d, s)| Ok(slope(&input, d, s, edge_order)?.into()))
            .collect();
        Ok(Value::tuple(slopes?))
    },
)
.doc("The slopes along each of the dimensions dim by second-order differences, as a tuple; spacing gives distances or points.")
.examples(&[Example("torch.gradient(torch.tensor([1., 4., 9.]))", "(tensor([3., 4., 5.]),)")])
.forms(Forms::FUNCTION)
.samples(&["randn(5)", "randn(4, 5), spacing=2.0, dim=1"]);
