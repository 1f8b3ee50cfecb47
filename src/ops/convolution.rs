//! Convolutions and their transposes in one, two and three dimensions.

use super::args::Call;
use super::columns::geometry_value;
use super::def::{Example, Forms, OpDef, Save};
use super::node::Back;
use crate::array::layout::show_sizes;
use crate::array::windows::Geometry;
use crate::array::{DType, Dims, conv};
use crate::diag::{Fault, Result};
use crate::tensor::{Grads, Tensor, mode};
use crate::value::{Bound, Value};

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[&CONV1D, &CONV2D, &CONV3D, &CONV_TRANSPOSE1D, &CONV_TRANSPOSE2D, &CONV_TRANSPOSE3D];

/// Numbers for each spatial dimension: one for all, or as many as there are.
///
/// Errors: RuntimeError for another number of them.
pub(super) fn per_dim(c: &Call, i: usize, n: usize, what: &str) -> Result<Vec<i64>> {
    let ints = c.ints(i)?;
    if ints.iter().any(|&v| i32::try_from(v).is_err()) {
        return Err(too_large());
    }
    match ints.len() {
        1 => Ok(vec![ints[0]; n]),
        m if m == n => Ok(ints.to_vec()),
        m => Err(Fault::runtime(format!(
            "expected {what} to be a single integer value or a list of {n} values to match the convolution dimensions, but got {what}={ints:?} ({m} values)"
        ))),
    }
}

/// The refusal of a stride, padding or the like beyond what sizes can be computed with.
#[cold]
pub(super) fn too_large() -> crate::diag::Error {
    Fault::runtime("value cannot be converted to type int without overflow")
}

/// Three numbers, missing ones in front filled.
pub(super) fn three(values: &[i64], fill: usize) -> [usize; 3] {
    let mut out = [fill; 3];
    let lead = 3 - values.len().min(3);
    for (o, &v) in out[lead..].iter_mut().zip(values) {
        *o = v.max(0) as usize;
    }
    out
}

/// A tensor as [batch, channels, ...], and whether the batch was added.
fn batch(x: &Tensor, n: usize) -> Result<(Tensor, bool)> {
    if x.ndim() == n + 1 { Ok((x.unsqueeze(0)?, true)) } else { Ok((x.clone(), false)) }
}

/// Refuses a bias of another dtype, which is asked before all sizes.
fn check_bias(x: &Tensor, bias: Option<&Tensor>) -> Result<()> {
    match bias.filter(|b| b.dtype() != x.dtype()) {
        Some(b) => Err(Fault::runtime(format!(
            "Input type ({}) and bias type ({}) should be the same",
            type_name(x.dtype()),
            type_name(b.dtype())
        ))),
        None => Ok(()),
    }
}

/// Refuses a weight, or a bias, of another dtype.
fn check_types(x: &Tensor, w: &Tensor, bias: Option<&Tensor>) -> Result<()> {
    match [Some(w), bias].into_iter().flatten().find(|t| t.dtype() != x.dtype()) {
        Some(other) => Err(Fault::runtime(format!(
            "expected scalar type {} but found {}",
            x.dtype().scalar_type(),
            other.dtype().scalar_type()
        ))),
        None => Ok(()),
    }
}

fn type_name(dtype: DType) -> String {
    dtype.c_name().to_string()
}

/// A convolution of `torch.nn.functional`.
fn convolved(c: &Call, n: usize) -> Result<Value> {
    let (x, w, bias) = (c.tensor(0)?, c.tensor(1)?, c.opt_tensor(2)?);
    let (k, sizes) = (w.sizes(), x.sizes());
    let groups = c.int(6)?;
    if groups <= 0 {
        return Err(Fault::runtime("non-positive groups is not supported"));
    }
    let name = c.def.name;
    if k.len() < 3 {
        return Err(Fault::runtime("weight should have at least three dimensions"));
    }
    if k.len() != n + 2 || (sizes.len() != n + 2 && sizes.len() != n + 1) {
        return Err(Fault::runtime(format!(
            "Expected {}D (unbatched) or {}D (batched) input to {name}, but got input of size: {}",
            n + 1,
            n + 2,
            show_sizes(&sizes)
        )));
    }
    check_bias(x, bias)?;
    let (x, added) = batch(x, n)?;
    let sizes = x.sizes();
    let g = groups as usize;
    if sizes[1] != k[1] * g {
        return Err(Fault::runtime(format!(
            "Given groups={g}, weight of size {}, expected input{} to have {} channels, but got {} channels instead",
            show_sizes(&k),
            show_sizes(&sizes),
            k[1] * g,
            sizes[1]
        )));
    }
    if k[0] % g != 0 {
        return Err(Fault::runtime(format!(
            "Given groups={g}, expected weight to be at least {g} at dimension 0, and divisible by it, but got weight of \
             size {} instead",
            show_sizes(&k)
        )));
    }
    if let Some(b) = bias
        && (b.ndim() != 1 || b.numel() != k[0])
    {
        return Err(Fault::runtime(format!(
            "Given weight of size {}, expected bias to be 1-dimensional with {} elements, but got bias of size {} instead",
            show_sizes(&k),
            k[0],
            show_sizes(&b.sizes())
        )));
    }
    let (stride, dilation) = (per_dim(c, 3, n, "stride")?, per_dim(c, 5, n, "dilation")?);
    if stride.iter().any(|&s| s <= 0) {
        return Err(Fault::runtime("non-positive stride is not supported"));
    }
    if dilation.iter().any(|&d| d <= 0) {
        return Err(Fault::runtime("dilation should be greater than zero"));
    }
    check_types(&x, w, bias)?;
    let (x, padding) = padded(c, &x, &k, &stride, &dilation, n)?;
    let sizes = x.sizes();
    let mut output = Vec::with_capacity(n);
    for d in 0..n {
        let reach = dilation[d] * (k[d + 2] as i64 - 1) + 1;
        let room = sizes[d + 2] as i64 + 2 * padding[d];
        if k[d + 2] == 0 || reach > room {
            return Err(Fault::runtime(format!(
                "Calculated padded input size per channel: ({}). Kernel size: ({}). Kernel size can't be greater than \
                 actual input size",
                shown((0..n).map(|d| sizes[d + 2] as i64 + 2 * padding[d])),
                shown((0..n).map(|d| dilation[d] * (k[d + 2] as i64 - 1) + 1))
            )));
        }
        output.push((room - reach) / stride[d] + 1);
    }
    let spatial = |s: &[usize]| -> Vec<i64> { s[2..].iter().map(|&v| v as i64).collect() };
    let geometry = Geometry {
        input: three(&spatial(&sizes), 1),
        kernel: three(&spatial(&k), 1),
        stride: three(&stride, 1),
        padding: three(&padding, 0),
        dilation: three(&dilation, 1),
        output: three(&output, 1),
    };
    let mut out_sizes = Dims::from_slice(&[sizes[0], k[0]]);
    out_sizes.extend(output.iter().map(|&o| o as usize));
    finish(&CONVOLUTION, &x, w, bias, &geometry, g, &out_sizes, added)
}

fn shown(values: impl Iterator<Item = i64>) -> String {
    values.map(|v| v.to_string()).collect::<Vec<_>>().join(" x ")
}

/// Runs a convolution kernel and takes an added batch away again.
#[allow(clippy::too_many_arguments)]
fn finish(
    def: &'static OpDef,
    x: &Tensor,
    w: &Tensor,
    bias: Option<&Tensor>,
    geometry: &Geometry,
    groups: usize,
    sizes: &[usize],
    added: bool,
) -> Result<Value> {
    let args = Bound::from_iter([
        x.into(),
        w.into(),
        bias.cloned().into(),
        geometry_value(geometry),
        Value::from(groups),
        Value::size(sizes),
    ]);
    let out = super::apply(def, args)?;
    match out {
        Value::Tensor(t) if added => Ok(super::call(&super::shape::SQUEEZE_DIM, [t.into(), Value::Int(0)])?.into()),
        other => Ok(other),
    }
}

/// The padding of a convolution; 'same' and 'valid' are words, and uneven padding is done beforehand.
fn padded(c: &Call, x: &Tensor, k: &[usize], stride: &[i64], dilation: &[i64], n: usize) -> Result<(Tensor, Vec<i64>)> {
    match c.value(4).as_str() {
        Some("valid") => Ok((x.clone(), vec![0; n])),
        Some("same") => {
            if stride.iter().any(|&s| s != 1) {
                return Err(Fault::runtime("padding='same' is not supported for strided convolutions"));
            }
            let total: Vec<i64> = (0..n).map(|d| dilation[d] * (k[d + 2] as i64 - 1)).collect();
            let even: Vec<i64> = total.iter().map(|t| t / 2).collect();
            if total.iter().all(|t| t % 2 == 0) {
                return Ok((x.clone(), even));
            }
            let pads: Vec<i64> = total.iter().rev().flat_map(|t| [0, t % 2]).collect();
            Ok((super::pad::constant(x, &pads, crate::array::Scalar::Int(0))?, even))
        }
        Some(other) => Err(Fault::runtime(format!("Invalid padding string: '{other}'"))),
        None => {
            let padding = per_dim(c, 4, n, "padding")?;
            if padding.iter().any(|&p| p < 0) {
                return Err(Fault::runtime("negative padding is not supported"));
            }
            Ok((x.clone(), padding))
        }
    }
}

/// The geometry and the groups among a kernel's arguments.
fn geometry(c: &Call, i: usize) -> Result<(Geometry, usize)> {
    Ok((super::columns::geometry_of(c, i)?, c.int(i + 1)?.max(1) as usize))
}

/// Outputs of windows from inputs.
fn gathered(x: &Tensor, w: &Tensor, b: &Back, like: usize) -> Result<Tensor> {
    super::call(&CONVOLUTION, [x.into(), w.into(), Value::None, b.arg(3).clone(), b.arg(4).clone(), sizes_of(b, like)])
}

/// Inputs of windows from their outputs: the adjoint of [`gathered`].
fn scattered(y: &Tensor, w: &Tensor, b: &Back, like: usize) -> Result<Tensor> {
    let args = [y.into(), w.into(), Value::None, b.arg(3).clone(), b.arg(4).clone(), sizes_of(b, like)];
    super::call(&CONVOLUTION_TRANSPOSED, args)
}

/// The gradient of the weights from gradients of outputs and inputs of windows.
fn weight_gradient(y: &Tensor, x: &Tensor, b: &Back, like: usize) -> Result<Tensor> {
    super::call(&CONVOLUTION_WEIGHTS, [y.into(), x.into(), b.arg(3).clone(), b.arg(4).clone(), sizes_of(b, like)])
}

/// The sizes of an argument.
fn sizes_of(b: &Back, i: usize) -> Value {
    Value::size(&b.sizes(i))
}

/// The sum of a gradient over all but the channels.
fn bias_gradient(b: &Back) -> Result<Tensor> {
    let g = b.grad();
    let dims: Vec<i64> = (0..g.ndim() as i64).filter(|&d| d != 1).collect();
    g.sum_dims(&dims, false)
}

const KERNEL: &str = "input: Tensor, weight: Tensor, bias: Tensor?, geometry: int[], groups: int, size: int[]";

/// A convolution of checked arguments.
pub static CONVOLUTION: OpDef = OpDef::kernel("convolution", KERNEL, |c| {
    let (g, groups) = geometry(c, 3)?;
    let bias = c.opt_tensor(2)?.map(|b| b.array().clone());
    Ok(conv::conv(&c.array(0)?, &c.array(1)?, bias.as_ref(), &g, groups, &c.sizes(5)?)?.into())
})
.forms(Forms::HIDDEN)
.saves(&[Save::InFor(0, 1), Save::InFor(1, 0)])
.grad(|b| {
    let first = b.when(0, || scattered(&b.grad(), &b.input(1)?, b, 0))?;
    let second = b.when(1, || weight_gradient(&b.grad(), &b.input(0)?, b, 1))?;
    Ok(Grads::from_iter([first, second, b.when(2, || bias_gradient(b))?]))
});

/// A transposed convolution of checked arguments; the geometry is that of the convolution it undoes.
pub static CONVOLUTION_TRANSPOSED: OpDef = OpDef::kernel("convolution_transposed", KERNEL, |c| {
    let (g, groups) = geometry(c, 3)?;
    let out = conv::conv_input(&c.array(0)?, &c.array(1)?, &g, groups, &c.sizes(5)?)?;
    let Some(bias) = c.opt_tensor(2)? else { return Ok(out.into()) };
    let mut shape = Dims::from_elem(1, out.ndim());
    shape[1] = bias.numel();
    let sum = mode::with_grad_enabled(false, || Tensor::new(out).add(&bias.detach().reshape(&shape)?))?;
    let array = sum.array().clone();
    Ok(array.into())
})
.forms(Forms::HIDDEN)
.node("ConvolutionBackward0")
.saves(&[Save::InFor(0, 1), Save::InFor(1, 0)])
.grad(|b| {
    let first = b.when(0, || gathered(&b.grad(), &b.input(1)?, b, 0))?;
    let second = b.when(1, || weight_gradient(&b.input(0)?, &b.grad(), b, 1))?;
    Ok(Grads::from_iter([first, second, b.when(2, || bias_gradient(b))?]))
});

/// The gradient of a convolution with respect to its weights: linear in the gradient of the outputs and in the inputs.
pub static CONVOLUTION_WEIGHTS: OpDef = OpDef::kernel(
    "convolution_weights",
    "grad: Tensor, input: Tensor, geometry: int[], groups: int, size: int[]",
    |c| {
        let (g, groups) = geometry(c, 2)?;
        Ok(conv::conv_weight(&c.array(0)?, &c.array(1)?, &g, groups, &c.sizes(4)?)?.into())
    },
)
.forms(Forms::HIDDEN)
.node("ConvolutionBackwardBackward0")
.saves(&[Save::InFor(0, 1), Save::InFor(1, 0)])
.grad(|b| {
    let args = |x: &Tensor, like: usize| {
        [x.into(), Value::from(&b.grad()), Value::None, b.arg(2).clone(), b.arg(3).clone(), sizes_of(b, like)]
    };
    let first = b.when(0, || super::call(&CONVOLUTION, args(&b.input(1)?, 0)))?;
    let second = b.when(1, || super::call(&CONVOLUTION_TRANSPOSED, args(&b.input(0)?, 1)))?;
    Ok(Grads::from_iter([first, second]))
});

/// A transposed convolution of `torch.nn.functional`.
fn conv_transpose(c: &Call, n: usize) -> Result<Value> {
    let (x, w, bias) = (c.tensor(0)?, c.tensor(1)?, c.opt_tensor(2)?);
    let (k, sizes) = (w.sizes(), x.sizes());
    if k.len() != n + 2 || (sizes.len() != n + 2 && sizes.len() != n + 1) {
        return Err(Fault::runtime(format!(
            "Expected {}D (unbatched) or {}D (batched) input to {}, but got input of size: {}",
            n + 1,
            n + 2,
            c.def.name,
            show_sizes(&sizes)
        )));
    }
    let groups = c.int(6)?;
    if groups <= 0 {
        return Err(Fault::runtime("non-positive groups is not supported"));
    }
    let g = groups as usize;
    let (x, added) = batch(x, n)?;
    let sizes = x.sizes();
    if sizes[1] != k[0] {
        return Err(Fault::runtime(format!(
            "Given transposed=1, weight of size {}, expected input{} to have {} channels, but got {} channels instead",
            show_sizes(&k),
            show_sizes(&sizes),
            k[0],
            sizes[1]
        )));
    }
    let (stride, padding) = (per_dim(c, 3, n, "stride")?, per_dim(c, 4, n, "padding")?);
    let (extra, dilation) = (per_dim(c, 5, n, "output_padding")?, per_dim(c, 7, n, "dilation")?);
    if stride.iter().any(|&s| s <= 0) {
        return Err(Fault::runtime("non-positive stride is not supported"));
    }
    if dilation.iter().any(|&s| s <= 0) {
        return Err(Fault::runtime("dilation should be greater than zero"));
    }
    if padding.iter().chain(&extra).any(|&p| p < 0) {
        return Err(Fault::runtime("negative padding is not supported"));
    }
    check_types(&x, w, bias)?;
    if !x.dtype().is_float() && x.dtype() != DType::I64 {
        return Err(super::kernel::not_for("slow_conv_transpose2d_out_cpu", x.dtype()));
    }
    if let Some(b) = bias
        && (b.ndim() != 1 || b.numel() != k[1] * g)
    {
        return Err(Fault::runtime(format!(
            "Given transposed=1, weight of size {}, expected bias to be 1-dimensional with {} elements, but got bias of \
             size {} instead",
            show_sizes(&k),
            k[1] * g,
            show_sizes(&b.sizes())
        )));
    }
    let mut output = Vec::with_capacity(n);
    for d in 0..n {
        if extra[d] >= stride[d] && extra[d] >= dilation[d] {
            return Err(Fault::runtime(format!(
                "output padding must be smaller than either stride or dilation, but got output_padding_height: {}",
                extra[d]
            )));
        }
        let size =
            (sizes[d + 2] as i64 - 1) * stride[d] - 2 * padding[d] + dilation[d] * (k[d + 2] as i64 - 1) + extra[d] + 1;
        if size <= 0 {
            return Err(Fault::runtime(format!(
                "Given input size per channel: ({}). Calculated output size per channel: ({size}). Output size is too small",
                shown(sizes[2..].iter().map(|&s| s as i64))
            )));
        }
        output.push(size);
    }
    let spatial = |s: &[usize]| -> Vec<i64> { s[2..].iter().map(|&v| v as i64).collect() };
    let geometry = Geometry {
        input: three(&output, 1),
        kernel: three(&spatial(&k), 1),
        stride: three(&stride, 1),
        padding: three(&padding, 0),
        dilation: three(&dilation, 1),
        output: three(&spatial(&sizes), 1),
    };
    let mut out_sizes = Dims::from_slice(&[sizes[0], k[1] * g]);
    out_sizes.extend(output.iter().map(|&o| o as usize));
    finish(&CONVOLUTION_TRANSPOSED, &x, w, bias, &geometry, g, &out_sizes, added)
}

const CONV: &str = "input: Tensor, weight: Tensor, bias: Tensor? = None, stride: int[] = 1, padding = 0, dilation: int[] = 1, \
                    groups: int = 1";
const TRANSPOSED: &str = "input: Tensor, weight: Tensor, bias: Tensor? = None, stride: int[] = 1, padding: int[] = 0, \
                          output_padding: int[] = 0, groups: int = 1, dilation: int[] = 1";
const BOTH: Forms = Forms::NN.and(Forms::FUNCTION);

/// Declares a convolution in a number of dimensions.
macro_rules! convolution {
    ($id:ident, $name:literal, $run:ident, $n:literal, $signature:expr, $doc:literal, $example:literal => $shown:literal, $sample:literal) => {
        #[doc = $doc]
        pub static $id: OpDef = OpDef::composite($name, $signature, |c| $run(c, $n))
            .doc($doc)
            .examples(&[Example($example, $shown)])
            .forms(BOTH)
            .samples(&[$sample]);
    };
}

convolution!(
    CONV1D,
    "conv1d",
    convolved,
    1,
    CONV,
    "The convolution of signals: [N, C, L] with weight [O, C / groups, K].",
    "F.conv1d(torch.tensor([[[1., 2., 3.]]]), torch.tensor([[[1., 1.]]]))" => "tensor([[[3., 5.]]])",
    "randn(2, 2, 5), randn(3, 2, 3), randn(3)"
);
convolution!(
    CONV2D,
    "conv2d",
    convolved,
    2,
    CONV,
    "The convolution of images: [N, C, H, W] with weight [O, C / groups, KH, KW].",
    "F.conv2d(torch.ones(1, 1, 2, 2), torch.ones(1, 1, 2, 2))" => "tensor([[[[4.]]]])",
    "randn(1, 2, 4, 4), randn(3, 2, 2, 2), randn(3), 2, 1"
);
convolution!(
    CONV3D,
    "conv3d",
    convolved,
    3,
    CONV,
    "The convolution of volumes: [N, C, D, H, W] with weight [O, C / groups, KD, KH, KW].",
    "F.conv3d(torch.ones(1, 1, 1, 2, 2), torch.ones(1, 1, 1, 2, 2))" => "tensor([[[[[4.]]]]])",
    "randn(1, 1, 3, 3, 3), randn(2, 1, 2, 2, 2)"
);
convolution!(
    CONV_TRANSPOSE1D,
    "conv_transpose1d",
    conv_transpose,
    1,
    TRANSPOSED,
    "The transpose of conv1d: [N, C, L] with weight [C, O / groups, K].",
    "F.conv_transpose1d(torch.tensor([[[1., 2.]]]), torch.tensor([[[1., 1.]]]))" => "tensor([[[1., 3., 2.]]])",
    "randn(1, 2, 4), randn(2, 3, 3), randn(3), 2, 1"
);
convolution!(
    CONV_TRANSPOSE2D,
    "conv_transpose2d",
    conv_transpose,
    2,
    TRANSPOSED,
    "The transpose of conv2d: [N, C, H, W] with weight [C, O / groups, KH, KW].",
    "F.conv_transpose2d(torch.ones(1, 1, 1, 1), torch.ones(1, 1, 2, 2))" => "tensor([[[[1., 1.],\n          [1., 1.]]]])",
    "randn(1, 2, 3, 3), randn(2, 3, 2, 2), randn(3)"
);
convolution!(
    CONV_TRANSPOSE3D,
    "conv_transpose3d",
    conv_transpose,
    3,
    TRANSPOSED,
    "The transpose of conv3d: [N, C, D, H, W] with weight [C, O / groups, KD, KH, KW].",
    "F.conv_transpose3d(torch.ones(1, 1, 1, 1, 1), torch.ones(1, 1, 1, 2, 2))" => "tensor([[[[[1., 1.],\n           [1., 1.]]]]])",
    "randn(1, 1, 2, 2, 2), randn(1, 2, 2, 2, 2)"
);
