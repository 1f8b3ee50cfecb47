//! Pooling: maxima and means of windows, also of windows that adapt to an output size.

use super::args::Call;
use super::columns::{geometry_of, geometry_value};
use super::convolution::three;
use super::def::{Example, Forms, OpDef, Out};
use super::methods::zeros;
use super::node::grads;
use crate::array::layout::show_sizes;
use crate::array::windows::{self, Divisor, Geometry, Span};
use crate::array::{Array, DType, Dims, Layout};
use crate::diag::{Fault, Result};
use crate::tensor::{Grads, Tensor};
use crate::value::{Bound, Value};

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[
    &MAX_POOL1D,
    &MAX_POOL2D,
    &MAX_POOL3D,
    &MAX_POOL1D_WITH,
    &MAX_POOL2D_WITH,
    &MAX_POOL3D_WITH,
    &AVG_POOL1D,
    &AVG_POOL2D,
    &AVG_POOL3D,
    &ADAPTIVE_AVG1D,
    &ADAPTIVE_AVG2D,
    &ADAPTIVE_AVG3D,
    &ADAPTIVE_MAX1D,
    &ADAPTIVE_MAX2D,
    &ADAPTIVE_MAX3D,
    &ADAPTIVE_MAX1D_WITH,
    &ADAPTIVE_MAX2D_WITH,
    &ADAPTIVE_MAX3D_WITH,
    &MAX_UNPOOL1D,
    &MAX_UNPOOL2D,
    &MAX_UNPOOL3D,
];

/// One number for all dimensions, or one for each.
fn numbers(c: &Call, i: usize, n: usize, what: &str) -> Result<Vec<i64>> {
    let ints = c.ints(i)?;
    if ints.iter().any(|&v| i32::try_from(v).is_err()) {
        return Err(super::convolution::too_large());
    }
    match ints.len() {
        1 => Ok(vec![ints[0]; n]),
        m if m == n => Ok(ints.to_vec()),
        _ => Err(Fault::runtime(format!("{}: {what} must either be a single int, or a tuple of {n} ints", c.def.name))),
    }
}

/// The sizes before the pooled ones, and those.
fn split(c: &Call, n: usize) -> Result<(Dims, Vec<usize>)> {
    let x = c.tensor(0)?;
    let sizes = x.sizes();
    let fits = sizes.len() == n + 1 || sizes.len() == n + 2;
    let first = sizes.len().saturating_sub(n);
    if !fits || sizes[first.saturating_sub(1)..].contains(&0) {
        let (name, low, high, shown) = (c.def.name, n + 1, n + 2, show_sizes(&sizes));
        if name == "avg_pool2d" && sizes.len() < low {
            crate::array::layout::wrap_dim(-3, sizes.len())?;
        }
        return Err(Fault::runtime(if name.starts_with("adaptive_avg") {
            format!("{name}(): Expected {low}D or {high}D tensor, but got {shown}")
        } else if name.starts_with("adaptive") || sizes.len() >= low && fits {
            format!(
                "{name}: Expected {low}D or {high}D (batch mode) tensor with optional 0 dim batch size for input, but got: \
                 {shown}"
            )
        } else if name.starts_with("avg_pool1d") {
            let dims = sizes.len();
            format!(
                "Expected {low} to {high} dimensions, but got {dims}-dimensional tensor for argument #1 'self' (while \
                 checking arguments for {name})"
            )
        } else if name.starts_with("max_pool1d") {
            format!(
                "{name}: Expected {low}D or {high}D (batch mode) tensor with optional 0 dim batch size for input, but \
                 got:{shown}"
            )
        } else {
            format!("non-empty {low}D or {high}D (batch mode) tensor expected for input")
        }));
    }
    Ok((Dims::from_slice(&sizes[..first]), sizes[first..].to_vec()))
}

/// How many windows fit; in ceil mode one more that may run over the end but begins before it.
fn count(size: i64, kernel: i64, stride: i64, padding: i64, dilation: i64, ceil: bool) -> i64 {
    let room = size + 2 * padding - dilation * (kernel - 1) - 1;
    let mut n = (if ceil { room + stride - 1 } else { room }).div_euclid(stride) + 1;
    if ceil && (n - 1) * stride >= size + padding {
        n -= 1;
    }
    n
}

/// The parameters of a pool: kernel, stride, padding and dilation for each dimension.
struct Windows {
    kernel: Vec<i64>,
    stride: Vec<i64>,
    padding: Vec<i64>,
    dilation: Vec<i64>,
    output: Vec<i64>,
}

fn pool_windows(c: &Call, n: usize, sizes: &[usize], dilation: Option<usize>, ceil: bool) -> Result<Windows> {
    let kernel = numbers(c, 1, n, "kernel_size")?;
    let stride = if c.is_none(2) || c.ints(2)?.is_empty() { kernel.clone() } else { numbers(c, 2, n, "stride")? };
    let padding = numbers(c, 3, n, "padding")?;
    let dilation = match dilation {
        Some(i) => numbers(c, i, n, "dilation")?,
        None => vec![1; n],
    };
    if kernel.iter().any(|&k| k <= 0) {
        return Err(Fault::runtime(format!("kernel size should be greater than zero, but got {kernel:?}")));
    }
    if stride.iter().any(|&s| s <= 0) {
        return Err(Fault::runtime("stride should not be zero"));
    }
    if dilation.iter().any(|&d| d <= 0) {
        return Err(Fault::runtime(format!("dilation should be greater than zero, but got {dilation:?}")));
    }
    for d in 0..n {
        if padding[d] < 0 || padding[d] > ((kernel[d] - 1) * dilation[d] + 1) / 2 {
            return Err(Fault::runtime(format!(
                "pad should be at most half of effective kernel size, but got pad={}, kernel_size={} and dilation={}",
                padding[d], kernel[d], dilation[d]
            )));
        }
    }
    let output: Vec<i64> =
        (0..n).map(|d| count(sizes[d] as i64, kernel[d], stride[d], padding[d], dilation[d], ceil)).collect();
    if output.iter().any(|&o| o < 1) {
        // With the channels before the plane; one dimension is treated as a plane of height 1.
        let all = c.tensor(0)?.sizes();
        let channels = all.len().checked_sub(n + 1).map_or(1, |at| all[at]) as i64;
        let before = if n == 1 { vec![channels, 1] } else { vec![channels] };
        let show = |v: &mut dyn Iterator<Item = i64>| {
            before.iter().copied().chain(v).map(|v| v.to_string()).collect::<Vec<_>>().join("x")
        };
        return Err(Fault::runtime(format!(
            "Given input size: ({}). Calculated output size: ({}). Output size is too small",
            show(&mut sizes.iter().map(|&s| s as i64)),
            show(&mut output.iter().copied())
        )));
    }
    Ok(Windows { kernel, stride, padding, dilation, output })
}

/// Maxima of windows given as spans; arguments: input, sizes of the plane, of the result, and the spans as flat numbers.
pub static MAXIMA: OpDef =
    OpDef::kernel("max_pool_with_indices", "input: Tensor, plane: int[], size: int[], spans: int[]", |c| {
        let array = c.array(0)?;
        let plane = c.sizes(1)?;
        let size = c.sizes(2)?;
        let numbers = c.ints(3)?;
        let mut spans: [Vec<Span>; 3] = Default::default();
        let mut rest = numbers.iter().map(|&v| v.max(0) as usize);
        for list in &mut spans {
            let n = rest.next().unwrap_or(0);
            for _ in 0..n {
                let (start, end, step) = (rest.next(), rest.next(), rest.next());
                list.push(Span { start: start.unwrap_or(0), end: end.unwrap_or(0), step: step.unwrap_or(1).max(1) });
            }
        }
        let (values, places) = windows::maxima(&array, [plane[0], plane[1], plane[2]], &spans)?;
        let shaped = |a: Array| a.with_layout(crate::array::Layout::contiguous(size.clone()));
        let (values, places) = (shaped(values), shaped(places));
        let node = match c.args.len() {
            _ if array.ndim() >= 2 && plane[0] > 1 => "MaxPool3DWithIndicesBackward0",
            _ => "MaxPool2DWithIndicesBackward0",
        };
        Ok(Out::many([values, places.clone()]).keep(places).named(node))
    })
    .forms(Forms::HIDDEN)
    .grad(|b| {
        let sizes = b.sizes(0);
        let plane: usize = b.call().sizes(1)?.iter().product();
        let planes = sizes.iter().product::<usize>() / plane.max(1);
        let places = b.kept(0)?;
        let count = places.numel() / planes.max(1);
        let flat = zeros(&[planes, plane], b.dtype(0))?;
        let grad = flat.scatter_add(1, places.reshape(&[planes, count])?, b.grad().reshape(&[planes, count])?)?;
        Ok(Grads::from_iter([Some(grad.reshape(&sizes)?)]))
    });

/// Maxima of windows over the last dimensions.
fn maxima(x: &Tensor, lead: &[usize], sizes: &[usize], spans: &[Vec<Span>]) -> Result<(Tensor, Tensor)> {
    let mut plane = vec![1; 3 - sizes.len()];
    plane.extend(sizes);
    let mut flat: Vec<i64> = Vec::new();
    for _ in 0..3 - sizes.len() {
        flat.extend([1, 0, 1, 1]);
    }
    let mut out = Dims::from_slice(lead);
    for list in spans {
        flat.push(list.len() as i64);
        flat.extend(list.iter().flat_map(|s| [s.start as i64, s.end as i64, s.step as i64]));
        out.push(list.len());
    }
    let flat = Value::tuple(flat.into_iter().map(Value::Int));
    let args = Bound::from_iter([x.into(), Value::size(&plane), Value::size(&out), flat]);
    match super::apply(&MAXIMA, args)? {
        Value::Tuple(t) => match (&t[0], &t[1]) {
            (Value::Tensor(v), Value::Tensor(i)) => Ok((v.clone(), i.clone())),
            _ => Err(Fault::internal("max_pool gave no tensors")),
        },
        _ => Err(Fault::internal("max_pool gave no pair")),
    }
}

/// One result or both.
fn with_indices(pair: (Tensor, Tensor), both: bool) -> Value {
    if both { Value::tuple([pair.0.into(), pair.1.into()]) } else { pair.0.into() }
}

fn max_pool(c: &Call, n: usize, always: bool) -> Result<Value> {
    let (lead, sizes) = split(c, n)?;
    let ceil = c.bool(5)?;
    let w = pool_windows(c, n, &sizes, Some(4), ceil)?;
    let x = c.tensor(0)?;
    if x.dtype() == DType::Bool {
        return Err(super::kernel::not_for("max_pool2d", DType::Bool));
    }
    let spans: Vec<Vec<Span>> = (0..n)
        .map(|d| {
            (0..w.output[d])
                .map(|o| {
                    let first = o * w.stride[d] - w.padding[d];
                    let end = (first + (w.kernel[d] - 1) * w.dilation[d] + 1).min(sizes[d] as i64).max(0);
                    // The first element inside, in step with the window.
                    let skip = if first < 0 { (-first + w.dilation[d] - 1) / w.dilation[d] } else { 0 };
                    let start = first + skip * w.dilation[d];
                    Span { start: start as usize, end: end as usize, step: w.dilation[d] as usize }
                })
                .collect()
        })
        .collect();
    Ok(with_indices(maxima(x, &lead, &sizes, &spans)?, always || c.bool(6)?))
}

const MAX: &str = "input: Tensor, kernel_size: int[], stride: int[]? = None, padding: int[] = 0, dilation: int[] = 1, ceil_mode: \
                   bool = False, return_indices: bool = False";

/// Declares a pool in a number of dimensions.
macro_rules! pool {
    ($id:ident, $name:literal, $signature:expr, |$c:ident| $run:expr, $doc:literal, $example:literal => $shown:literal, $sample:literal, $forms:expr) => {
        #[doc = $doc]
        pub static $id: OpDef = OpDef::composite($name, $signature, |$c| $run)
            .doc($doc)
            .examples(&[Example($example, $shown)])
            .forms($forms)
            .samples(&[$sample]);
    };
}

const BOTH: Forms = Forms::NN.and(Forms::FUNCTION);

pool!(
    MAX_POOL1D,
    "max_pool1d",
    MAX,
    |c| max_pool(c, 1, false),
    "The maxima of windows of signals [N, C, L].",
    "F.max_pool1d(torch.tensor([[1., 3., 2., 0.]]), 2)" => "tensor([[3., 2.]])",
    "randn(1, 2, 6), 2",
    BOTH
);
pool!(
    MAX_POOL2D,
    "max_pool2d",
    MAX,
    |c| max_pool(c, 2, false),
    "The maxima of windows of images [N, C, H, W].",
    "F.max_pool2d(torch.tensor([[[1., 3.], [2., 0.]]]), 2)" => "tensor([[[3.]]])",
    "randn(1, 2, 4, 4), 2",
    BOTH
);
pool!(
    MAX_POOL3D,
    "max_pool3d",
    MAX,
    |c| max_pool(c, 3, false),
    "The maxima of windows of volumes [N, C, D, H, W].",
    "F.max_pool3d(torch.ones(1, 2, 2, 2), 2)" => "tensor([[[[1.]]]])",
    "randn(1, 1, 4, 4, 4), 2",
    BOTH
);
pool!(
    MAX_POOL1D_WITH,
    "max_pool1d_with_indices",
    MAX,
    |c| max_pool(c, 1, true),
    "The maxima of windows and where they are.",
    "F.max_pool1d_with_indices(torch.tensor([[1., 3., 2., 0.]]), 2)" => "(tensor([[3., 2.]]), tensor([[1, 2]]))",
    "randn(1, 2, 6), 2",
    BOTH
);
pool!(
    MAX_POOL2D_WITH,
    "max_pool2d_with_indices",
    MAX,
    |c| max_pool(c, 2, true),
    "The maxima of windows and where they are.",
    "F.max_pool2d_with_indices(torch.tensor([[[1., 3.], [2., 0.]]]), 2)" => "(tensor([[[3.]]]), tensor([[[1]]]))",
    "randn(1, 2, 4, 4), 2",
    BOTH
);
pool!(
    MAX_POOL3D_WITH,
    "max_pool3d_with_indices",
    MAX,
    |c| max_pool(c, 3, true),
    "The maxima of windows and where they are.",
    "F.max_pool3d_with_indices(torch.ones(1, 2, 2, 2), 2)" => "(tensor([[[[1.]]]]), tensor([[[[0]]]]))",
    "randn(1, 1, 4, 4, 4), 2",
    BOTH
);

const AVERAGE: &str = "input: Tensor, geometry: int[], with_padding: bool, divisor: int?, size: int[]";

/// What means are divided by, from the arguments of [`MEANS`].
fn divisor(c: &Call) -> Result<Divisor> {
    Ok(match c.opt_int(3)? {
        Some(n) => Divisor::Fixed(n),
        None if c.bool(2)? => Divisor::Padded,
        None => Divisor::Inside,
    })
}

/// The means of windows of checked arguments.
pub static MEANS: OpDef = OpDef::kernel("avg_pool", AVERAGE, |c| {
    let g = geometry_of(c, 1)?;
    let out = windows::means(&c.array(0)?, &g, divisor(c)?)?;
    let node = if g.input[0] > 1 { "AvgPool3DBackward0" } else { "AvgPool2DBackward0" };
    Ok(Out::from(out.with_layout(Layout::contiguous(c.sizes(4)?))).named(node))
})
.forms(Forms::HIDDEN)
.grad(|b| {
    let args = [b.grad().into(), b.arg(1).clone(), b.arg(2).clone(), b.arg(3).clone(), Value::size(&b.sizes(0))];
    grads([super::call(&MEANS_BACKWARD, args)?])
});

/// The gradient of [`MEANS`], of the sizes given.
pub static MEANS_BACKWARD: OpDef = OpDef::kernel("avg_pool_backward", AVERAGE, |c| {
    let out = windows::means_backward(&c.array(0)?, &geometry_of(c, 1)?, divisor(c)?)?;
    Ok(out.with_layout(Layout::contiguous(c.sizes(4)?)).into())
})
.forms(Forms::HIDDEN)
.node("AvgPool2DBackwardBackward0")
.grad(|b| {
    let args = [b.grad().into(), b.arg(1).clone(), b.arg(2).clone(), b.arg(3).clone(), Value::size(&b.sizes(0))];
    grads([super::call(&MEANS, args)?])
});

fn avg_pool(c: &Call, n: usize) -> Result<Value> {
    let (lead, sizes) = split(c, n)?;
    let ceil = c.bool(4)?;
    let w = pool_windows(c, n, &sizes, None, ceil)?;
    let x = c.tensor(0)?;
    if !x.dtype().is_float() && x.dtype() != DType::I64 {
        return Err(super::kernel::not_for("avg_pool2d", x.dtype()));
    }
    let of = |v: &[i64], fill| three(v, fill);
    let input: Vec<i64> = sizes.iter().map(|&s| s as i64).collect();
    let g = Geometry {
        input: of(&input, 1),
        kernel: of(&w.kernel, 1),
        stride: of(&w.stride, 1),
        padding: of(&w.padding, 0),
        dilation: [1; 3],
        output: of(&w.output, 1),
    };
    let divisor = if c.args.len() > 6 { c.value(6).clone() } else { Value::None };
    if divisor.as_int() == Some(0) {
        return Err(Fault::runtime("divisor must be not zero"));
    }
    let mut out = lead.clone();
    out.extend(w.output.iter().map(|&o| o as usize));
    let args = [x.into(), geometry_value(&g), c.bool(5)?.into(), divisor, Value::size(&out)];
    Ok(super::call(&MEANS, args)?.into())
}

const AVG1: &str = "input: Tensor, kernel_size: int[], stride: int[]? = None, padding: int[] = 0, ceil_mode: bool = False, \
                    count_include_pad: bool = True";
const AVG: &str = "input: Tensor, kernel_size: int[], stride: int[]? = None, padding: int[] = 0, ceil_mode: bool = False, \
                   count_include_pad: bool = True, divisor_override: int? = None";

pool!(
    AVG_POOL1D,
    "avg_pool1d",
    AVG1,
    |c| avg_pool(c, 1),
    "The means of windows of signals [N, C, L].",
    "F.avg_pool1d(torch.tensor([[1., 3., 2., 0.]]), 2)" => "tensor([[2., 1.]])",
    "randn(1, 2, 6), 2",
    BOTH
);
pool!(
    AVG_POOL2D,
    "avg_pool2d",
    AVG,
    |c| avg_pool(c, 2),
    "The means of windows of images [N, C, H, W].",
    "F.avg_pool2d(torch.tensor([[[1., 3.], [2., 0.]]]), 2)" => "tensor([[[1.5000]]])",
    "randn(1, 2, 4, 4), 2",
    Forms::NN
);
pool!(
    AVG_POOL3D,
    "avg_pool3d",
    AVG,
    |c| avg_pool(c, 3),
    "The means of windows of volumes [N, C, D, H, W].",
    "F.avg_pool3d(torch.ones(1, 2, 2, 2), 2)" => "tensor([[[[1.]]]])",
    "randn(1, 1, 4, 4, 4), 2",
    Forms::NN
);

/// The output sizes of an adaptive pool; None keeps a size.
fn target(c: &Call, n: usize, sizes: &[usize]) -> Result<Vec<usize>> {
    let items: Vec<Value> = match c.value(1) {
        Value::Tuple(t) => t.to_vec(),
        Value::List(l) => l.to_vec(),
        one => vec![one.clone(); n],
    };
    let items = if items.len() == 1 { vec![items[0].clone(); n] } else { items };
    if items.len() != n {
        return Err(Fault::runtime(format!("{}: output_size must be {n}", c.def.name)));
    }
    items
        .iter()
        .zip(sizes)
        .map(|(v, &size)| match v {
            Value::None if n > 1 => Ok(size),
            v => match v.as_int() {
                Some(i) if i >= 0 => Ok(i as usize),
                Some(_) => Err(Fault::runtime("elements of output_size must be greater than or equal to 0")),
                None => Err(c.wrong(1, "tuple of ints", v)),
            },
        })
        .collect()
}

/// The windows of one dimension that adapt to an output size.
fn adaptive(size: usize, out: usize) -> Vec<Span> {
    (0..out).map(|o| Span { start: o * size / out, end: ((o + 1) * size).div_ceil(out), step: 1 }).collect()
}

/// A matrix applied to one dimension: [out, in] to that dimension.
pub(super) fn along(x: &Tensor, matrix: Vec<f64>, out: usize, dim: usize) -> Result<Tensor> {
    let size = x.sizes()[dim];
    let m = Tensor::new(Array::from_vec(matrix, Dims::from_slice(&[out, size]))).to_dtype(x.dtype())?;
    let last = x.transpose(dim, -1)?;
    super::matmul::product(&last, &m.transpose(0, 1)?)?.transpose(dim, -1)
}

/// A matrix [out, size] of zeros, for weights.
///
/// Errors: MemoryError for more than there is room for.
pub(super) fn weights(out: usize, size: usize) -> Result<Vec<f64>> {
    Ok(vec![0.0; crate::array::storage::room_for(&[out, size])?])
}

/// Means of windows that adapt to an output size, one dimension after the other.
pub(super) fn adaptive_means(x: &Tensor, first: usize, outs: &[usize]) -> Result<Tensor> {
    let mut y = x.clone();
    for (i, &out) in outs.iter().enumerate() {
        let size = x.sizes()[first + i];
        let mut matrix = weights(out, size)?;
        for (o, s) in adaptive(size, out).into_iter().enumerate() {
            matrix[o * size + s.start..o * size + s.end].fill(1.0 / (s.end - s.start) as f64);
        }
        y = along(&y, matrix, out, first + i)?;
    }
    super::call(&super::shape::CONTIGUOUS, [y.into()])
}

/// Refuses a tuple that asks for more dimensions than there are.
fn check_listed(c: &Call, n: usize) -> Result<()> {
    let sizes = c.tensor(0)?.sizes();
    let listed = match c.value(1) {
        Value::Tuple(t) => Some(t.len()),
        Value::List(l) => Some(l.to_vec().len()),
        _ => None,
    };
    if let Some(len) = listed.filter(|&len| n > 1 && sizes.len() <= len) {
        return Err(Fault::value(format!("Input dimension should be at least {}", len + 1)));
    }
    Ok(())
}

/// Refuses what no pool adapts to: too few dimensions, and empty ones.
///
/// Errors: RuntimeError; ValueError as of [`check_listed`].
fn check_adaptive(c: &Call, n: usize) -> Result<()> {
    let sizes = c.tensor(0)?.sizes();
    let name = c.def.name.trim_end_matches("_with_indices");
    check_listed(c, n)?;
    if sizes.len() != n + 1 && sizes.len() != n + 2 {
        return Err(Fault::runtime(if n == 1 {
            format!(
                "Expected 2 to 3 dimensions, but got {}-dimensional tensor for argument #1 'self' (while checking arguments \
                 for {name})",
                sizes.len()
            )
        } else {
            let colon = if name == "adaptive_avg_pool2d" { "" } else { ":" };
            format!("{name}(): Expected {}D or {}D tensor, but got{colon} {}", n + 1, n + 2, show_sizes(&sizes))
        }));
    }
    // Means over no channels are nothing; other pools refuse them.
    let first = sizes.len() - n - usize::from(sizes.len() == n + 2 && !(name.contains("avg") && n < 3));
    if let Some(d) = (first..sizes.len()).find(|&d| sizes[d] == 0) {
        return Err(Fault::runtime(format!(
            "{name}(): Expected input to have non-zero size for non-batch dimensions, but input has sizes {} with \
             dimension {d} being empty",
            show_sizes(&sizes)
        )));
    }
    Ok(())
}

fn adaptive_avg(c: &Call, n: usize) -> Result<Value> {
    let x = c.tensor(0)?;
    let ones = match c.value(1) {
        Value::Tuple(t) => t.len() == n && t.iter().all(|v| v.as_int() == Some(1)),
        Value::List(l) => l.to_vec().len() == n && l.to_vec().iter().all(|v| v.as_int() == Some(1)),
        one => one.as_int() == Some(1),
    };
    check_listed(c, n)?;
    if ones && n > 1 && x.dtype().is_float() {
        // One window is a mean, whatever the other dimensions are.
        let dims: Vec<i64> = (1..=n as i64).map(|d| -d).collect();
        return Ok(x.mean_dims(&dims, true)?.into());
    }
    check_adaptive(c, n)?;
    let sizes = x.sizes();
    let lead = sizes.len() - n;
    let outs = target(c, n, &sizes[lead..])?;
    if !x.dtype().is_float() {
        let name = if n == 3 { "adaptive_avg_pool3d_cpu" } else { "adaptive_avg_pool2d" };
        return Err(super::kernel::not_for(name, x.dtype()));
    }
    Ok(adaptive_means(x, lead, &outs)?.into())
}

fn adaptive_max(c: &Call, n: usize, always: bool) -> Result<Value> {
    check_adaptive(c, n)?;
    let x = c.tensor(0)?;
    let all = x.sizes();
    let (lead, sizes) = all.split_at(all.len() - n);
    let outs = target(c, n, sizes)?;
    for &out in &outs {
        crate::array::storage::room_for(&[out])?;
    }
    let spans: Vec<Vec<Span>> = sizes.iter().zip(&outs).map(|(&s, &o)| adaptive(s, o)).collect();
    if !x.dtype().is_float() {
        let name = if n == 3 { "adaptive_max_pool3d_cpu" } else { "adaptive_max_pool2d" };
        return Err(super::kernel::not_for(name, x.dtype()));
    }
    Ok(with_indices(maxima(x, lead, sizes, &spans)?, always || c.bool(2)?))
}

const ADAPTIVE: &str = "input: Tensor, output_size";
const ADAPTIVE_MAX: &str = "input: Tensor, output_size, return_indices: bool = False";

pool!(
    ADAPTIVE_AVG1D,
    "adaptive_avg_pool1d",
    ADAPTIVE,
    |c| adaptive_avg(c, 1),
    "The means of windows that divide signals into output_size parts.",
    "F.adaptive_avg_pool1d(torch.tensor([[1., 3., 2., 0.]]), 2)" => "tensor([[2., 1.]])",
    "randn(1, 2, 5), 3",
    BOTH
);
pool!(
    ADAPTIVE_AVG2D,
    "adaptive_avg_pool2d",
    ADAPTIVE,
    |c| adaptive_avg(c, 2),
    "The means of windows that divide images into output_size parts.",
    "F.adaptive_avg_pool2d(torch.ones(1, 4, 4), 1)" => "tensor([[[1.]]])",
    "randn(1, 2, 5, 4), (3, 2)",
    Forms::NN
);
pool!(
    ADAPTIVE_AVG3D,
    "adaptive_avg_pool3d",
    ADAPTIVE,
    |c| adaptive_avg(c, 3),
    "The means of windows that divide volumes into output_size parts.",
    "F.adaptive_avg_pool3d(torch.ones(1, 2, 2, 2), 1)" => "tensor([[[[1.]]]])",
    "randn(1, 1, 4, 4, 4), 2",
    Forms::NN
);
pool!(
    ADAPTIVE_MAX1D,
    "adaptive_max_pool1d",
    ADAPTIVE_MAX,
    |c| adaptive_max(c, 1, false),
    "The maxima of windows that divide signals into output_size parts.",
    "F.adaptive_max_pool1d(torch.tensor([[1., 3., 2., 0.]]), 2)" => "tensor([[3., 2.]])",
    "randn(1, 2, 5), 3",
    BOTH
);
pool!(
    ADAPTIVE_MAX2D,
    "adaptive_max_pool2d",
    ADAPTIVE_MAX,
    |c| adaptive_max(c, 2, false),
    "The maxima of windows that divide images into output_size parts.",
    "F.adaptive_max_pool2d(torch.ones(1, 4, 4), 1)" => "tensor([[[1.]]])",
    "randn(1, 2, 5, 4), (3, 2)",
    Forms::NN
);
pool!(
    ADAPTIVE_MAX3D,
    "adaptive_max_pool3d",
    ADAPTIVE_MAX,
    |c| adaptive_max(c, 3, false),
    "The maxima of windows that divide volumes into output_size parts.",
    "F.adaptive_max_pool3d(torch.ones(1, 2, 2, 2), 1)" => "tensor([[[[1.]]]])",
    "randn(1, 1, 4, 4, 4), 2",
    Forms::NN
);
pool!(
    ADAPTIVE_MAX1D_WITH,
    "adaptive_max_pool1d_with_indices",
    ADAPTIVE_MAX,
    |c| adaptive_max(c, 1, true),
    "Adaptive maxima and where they are.",
    "F.adaptive_max_pool1d_with_indices(torch.tensor([[1., 3.]]), 1)" => "(tensor([[3.]]), tensor([[1]]))",
    "randn(1, 2, 5), 3",
    Forms::NN
);
pool!(
    ADAPTIVE_MAX2D_WITH,
    "adaptive_max_pool2d_with_indices",
    ADAPTIVE_MAX,
    |c| adaptive_max(c, 2, true),
    "Adaptive maxima and where they are.",
    "F.adaptive_max_pool2d_with_indices(torch.ones(1, 2, 2), 1)" => "(tensor([[[1.]]]), tensor([[[0]]]))",
    "randn(1, 2, 5, 4), 3",
    Forms::NN
);
pool!(
    ADAPTIVE_MAX3D_WITH,
    "adaptive_max_pool3d_with_indices",
    ADAPTIVE_MAX,
    |c| adaptive_max(c, 3, true),
    "Adaptive maxima and where they are.",
    "F.adaptive_max_pool3d_with_indices(torch.ones(1, 2, 2, 2), 1)" => "(tensor([[[[1.]]]]), tensor([[[[0]]]]))",
    "randn(1, 1, 4, 4, 4), 2",
    Forms::NN
);

/// Values put back where their maxima came from.
fn unpool(c: &Call, n: usize) -> Result<Value> {
    let x = c.tensor(0)?;
    let indices = c.tensor(1)?;
    if x.sizes() != indices.sizes() {
        return Err(Fault::runtime(format!(
            "Expected shape of indices to be same as that of the input tensor ({}) but got indices tensor with shape: {}",
            show_sizes(&x.sizes()),
            show_sizes(&indices.sizes())
        )));
    }
    if indices.dtype() != DType::I64 {
        return Err(Fault::runtime(format!(
            "elements in indices should be type int64 but got: {}",
            indices.dtype().scalar_type()
        )));
    }
    if !x.dtype().is_float() {
        return Err(super::kernel::not_for("max_unpool2d", x.dtype()));
    }
    let sizes = x.sizes();
    if sizes.len() != n + 1 && sizes.len() != n + 2 {
        return Err(Fault::runtime(format!("Input to {} should be a {}d or {}d Tensor", c.def.name, n + 1, n + 2)));
    }
    let first = sizes.len() - n;
    let kernel = numbers(c, 2, n, "kernel_size")?;
    let stride = if c.is_none(3) || c.ints(3)?.is_empty() { kernel.clone() } else { numbers(c, 3, n, "stride")? };
    let padding = numbers(c, 4, n, "padding")?;
    let given = c.ints(5)?;
    let outs: Vec<usize> = if given.is_empty() {
        (0..n)
            .map(|d| ((sizes[first + d] as i64 - 1) * stride[d] - 2 * padding[d] + kernel[d]).max(0) as usize)
            .collect()
    } else {
        given[given.len().saturating_sub(n)..].iter().map(|&o| o.max(0) as usize).collect()
    };
    let planes: usize = sizes[..first].iter().product();
    let (inner, outer) = (sizes[first..].iter().product::<usize>(), outs.iter().product::<usize>());
    if let Some(i) = indices.array().to_vec::<i64>()?.into_iter().find(|&i| i < 0 || i >= outer as i64) {
        return Err(Fault::runtime(format!(
            "Found an invalid max index: {i} (output volumes are of size {}",
            outs.iter().map(|o| o.to_string()).collect::<Vec<_>>().join("x")
        )));
    }
    let flat = zeros(&[planes, outer], x.dtype())?;
    let out = flat.scatter(1, indices.reshape(&[planes, inner])?, x.reshape(&[planes, inner])?)?;
    let mut shape = Dims::from_slice(&sizes[..first]);
    shape.extend(outs);
    Ok(out.reshape(&shape)?.into())
}

const UNPOOL: &str = "input: Tensor, indices: Tensor, kernel_size: int[], stride: int[]? = None, padding: int[] = 0, output_size: \
                      int[]? = None";

pool!(
    MAX_UNPOOL1D,
    "max_unpool1d",
    UNPOOL,
    |c| unpool(c, 1),
    "Values put back where max_pool1d found them, zeros elsewhere.",
    "F.max_unpool1d(torch.tensor([[3.]]), torch.tensor([[1]]), 2)" => "tensor([[0., 3.]])",
    "randn(1, 1, 2), tensor([[[0, 3]]]), 2",
    Forms::NN
);
pool!(
    MAX_UNPOOL2D,
    "max_unpool2d",
    UNPOOL,
    |c| unpool(c, 2),
    "Values put back where max_pool2d found them, zeros elsewhere.",
    "F.max_unpool2d(torch.tensor([[[3.]]]), torch.tensor([[[1]]]), 2)" => "tensor([[[0., 3.],\n         [0., 0.]]])",
    "randn(1, 1, 1, 1), tensor([[[[3]]]]), 2",
    Forms::NN
);
pool!(
    MAX_UNPOOL3D,
    "max_unpool3d",
    UNPOOL,
    |c| unpool(c, 3),
    "Values put back where max_pool3d found them, zeros elsewhere.",
    "F.max_unpool3d(torch.ones(1, 1, 1, 1), torch.zeros(1, 1, 1, 1, dtype=torch.int64), 2)" => "tensor([[[[1., 0.],\n          [0., 0.]],\n\n         [[0., 0.],\n          [0., 0.]]]])",
    "randn(1, 1, 1, 1, 1), tensor([[[[[3]]]]]), 2",
    Forms::NN
);
