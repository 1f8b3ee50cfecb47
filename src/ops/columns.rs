//! Windows as columns and back, `unfold` and `fold`, and pixels moved between channels and space.

use super::args::Call;
use super::convolution::{per_dim, three};
use super::def::{Example, Forms, OpDef};
use super::node::grads;
use crate::array::layout::show_sizes;
use crate::array::windows::{self, Geometry};
use crate::diag::{Fault, Result};
use crate::tensor::Tensor;
use crate::value::Value;

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[&NN_UNFOLD, &NN_FOLD, &PIXEL_SHUFFLE, &PIXEL_UNSHUFFLE];

/// A geometry as an argument.
pub(super) fn geometry_value(g: &Geometry) -> Value {
    let all = [g.input, g.kernel, g.stride, g.padding, g.dilation, g.output];
    Value::tuple(all.into_iter().flatten().map(|n| Value::Int(n as i64)))
}

/// The geometry in an argument.
pub(super) fn geometry_of(c: &Call, i: usize) -> Result<Geometry> {
    let n: Vec<usize> = c.ints(i)?.iter().map(|&v| v.max(0) as usize).collect();
    let part = |k: usize| -> [usize; 3] { std::array::from_fn(|d| n.get(3 * k + d).copied().unwrap_or(1)) };
    Ok(Geometry {
        input: part(0),
        kernel: part(1),
        stride: part(2),
        padding: part(3),
        dilation: part(4),
        output: part(5),
    })
}

/// The windows of planes as columns.
pub static COLUMNS: OpDef = OpDef::kernel("im2col", "input: Tensor, geometry: int[]", |c| {
    Ok(windows::columns(&c.array(0)?, &geometry_of(c, 1)?)?.into())
})
.complex()
.forms(Forms::HIDDEN)
.node("Im2ColBackward0")
.grad(|b| grads([super::call(&UNCOLUMNS, [b.grad().into(), b.arg(1).clone()])?]));

/// Columns added up to planes.
pub static UNCOLUMNS: OpDef = OpDef::kernel("col2im", "input: Tensor, geometry: int[]", |c| {
    Ok(windows::uncolumns(&c.array(0)?, &geometry_of(c, 1)?)?.into())
})
.complex()
.forms(Forms::HIDDEN)
.node("Col2ImBackward0")
.grad(|b| grads([super::call(&COLUMNS, [b.grad().into(), b.arg(1).clone()])?]));

/// The geometry of windows over images of a size, from parameters kernel_size, dilation, padding, stride at `at`.
fn image_windows(c: &Call, at: usize, size: [i64; 2]) -> Result<Geometry> {
    let kernel = per_dim(c, at, 2, "kernel_size")?;
    let dilation = per_dim(c, at + 1, 2, "dilation")?;
    let padding = per_dim(c, at + 2, 2, "padding")?;
    let stride = per_dim(c, at + 3, 2, "stride")?;
    for (name, values, least) in
        [("kernel size", &kernel, 1), ("dilation", &dilation, 1), ("padding", &padding, 0), ("stride", &stride, 1)]
    {
        if values.iter().any(|&v| v < least) {
            let what = if least == 1 { "greater than zero" } else { "non-negative" };
            return Err(Fault::runtime(format!("{name} should be {what}, but got {values:?}")));
        }
    }
    let output: Vec<i64> = (0..2)
        .map(|d| (size[d] + 2 * padding[d] - dilation[d] * (kernel[d] - 1) - 1).div_euclid(stride[d]) + 1)
        .collect();
    if output.iter().any(|&o| o < 1) {
        return Err(Fault::runtime(format!(
            "Given input with spatial size ({}, {}), kernel_size=({}, {}), dilation=({}, {}), padding=({}, {}), \
             calculated shape of the array of sliding blocks as ({}, {}), but its components must be at least one.",
            size[0],
            size[1],
            kernel[0],
            kernel[1],
            dilation[0],
            dilation[1],
            padding[0],
            padding[1],
            output[0],
            output[1]
        )));
    }
    Ok(Geometry {
        input: three(&size, 1),
        kernel: three(&kernel, 1),
        stride: three(&stride, 1),
        padding: three(&padding, 0),
        dilation: three(&dilation, 1),
        output: three(&output, 1),
    })
}

/// Windows of images as columns.
pub static NN_UNFOLD: OpDef = OpDef::composite(
    "unfold",
    "input: Tensor, kernel_size: int[], dilation: int[] = 1, padding: int[] = 0, stride: int[] = 1",
    |c| {
        let x = c.tensor(0)?;
        let sizes = x.sizes();
        if sizes.len() < 3 {
            // Refused where the channels are looked for.
            crate::array::layout::wrap_dim(sizes.len() as i64, sizes.len())?;
        }
        if sizes.len() != 3 && sizes.len() != 4 || sizes[sizes.len() - 3..].contains(&0) {
            return Err(Fault::runtime(format!(
                "Expected 3D or 4D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for input, \
                 but got: {}",
                show_sizes(&sizes)
            )));
        }
        if !x.dtype().is_float() && x.dtype() != crate::array::DType::Bool {
            return Err(super::kernel::not_for("im2col_out_cpu", x.dtype()));
        }
        let n = sizes.len();
        let g = image_windows(c, 1, [sizes[n - 2] as i64, sizes[n - 1] as i64])?;
        let channels = sizes[n - 3];
        let batch = if n == 4 { sizes[0] } else { 1 };
        let flat = x.reshape(&[batch * channels, g.plane()])?;
        let cols = super::call(&COLUMNS, [flat.into(), geometry_value(&g)])?;
        let out = if n == 4 {
            cols.reshape(&[batch, channels * g.window(), g.count()])?
        } else {
            cols.reshape(&[channels * g.window(), g.count()])?
        };
        Ok(out.into())
    },
)
.doc("The windows of images as columns: [N, C, H, W] to [N, C * window, count].")
.examples(&[Example("F.unfold(torch.tensor([[[[1., 2.], [3., 4.]]]]), 2)", "tensor([[[1.],\n         [2.],\n         [3.],\n         [4.]]])")])
.forms(Forms::NN)
.samples(&["randn(1, 2, 3, 3), 2"]);

/// Columns of windows added up to images.
pub static NN_FOLD: OpDef = OpDef::composite(
    "fold",
    "input: Tensor, output_size: int[], kernel_size: int[], dilation: int[] = 1, padding: int[] = 0, stride: int[] = 1",
    |c| {
        let x = c.tensor(0)?;
        let sizes = x.sizes();
        let n = sizes.len();
        if n != 2 && n != 3 {
            return Err(Fault::runtime(format!(
                "Expected 2D or 3D (batch mode) tensor for input with possibly 0 batch size and non-zero dimensions for \
                 input, but got: {}",
                show_sizes(&sizes)
            )));
        }
        let size = per_dim(c, 1, 2, "output_size")?;
        let g = image_windows(c, 2, [size[0], size[1]])?;
        let (rows, count) = (sizes[n - 2], sizes[n - 1]);
        if rows % g.window() != 0 {
            return Err(Fault::runtime(format!(
                "Expected size of input's dimension 1 to be divisible by the product of kernel_size, but got \
                 input.size(1)={rows} and kernel_size=({}, {}).",
                g.kernel[1], g.kernel[2]
            )));
        }
        if count != g.count() {
            return Err(Fault::runtime(format!(
                "Given output_size=({}, {}), expected size of input's dimension 2 to match the calculated number of \
                 sliding blocks {} * {} = {}, but got input.size(2)={count}.",
                size[0],
                size[1],
                g.output[1],
                g.output[2],
                g.count()
            )));
        }
        let channels = rows / g.window();
        let batch = if n == 3 { sizes[0] } else { 1 };
        let planes = x.reshape(&[batch * channels, g.window(), count])?;
        let out = super::call(&UNCOLUMNS, [planes.into(), geometry_value(&g)])?;
        let (h, w) = (g.input[1], g.input[2]);
        Ok(if n == 3 { out.reshape(&[batch, channels, h, w])? } else { out.reshape(&[channels, h, w])? }.into())
    },
)
.doc("Columns of windows added up to images of output_size: [N, C * window, count] to [N, C, H, W].")
.examples(&[Example("F.fold(torch.ones(1, 4, 1), (2, 2), 2)", "tensor([[[[1., 1.],\n          [1., 1.]]]])")])
.forms(Forms::NN)
.samples(&["randn(1, 8, 4), (3, 3), 2"]);

/// The last three sizes and what stands before them.
fn image(x: &Tensor, name: &str) -> Result<(Vec<usize>, [usize; 3])> {
    let sizes = x.sizes();
    if sizes.len() < 3 {
        return Err(Fault::runtime(format!(
            "{name} expects input to have at least 3 dimensions, but got input with {} dimension(s)",
            sizes.len()
        )));
    }
    let at = sizes.len() - 3;
    Ok((sizes[..at].to_vec(), [sizes[at], sizes[at + 1], sizes[at + 2]]))
}

/// A reshape to six dimensions behind the batch, a permutation of them, and a reshape to three.
fn moved(x: &Tensor, lead: &[usize], split: &[usize], order: &[usize], joined: &[usize]) -> Result<Tensor> {
    let n = lead.len();
    let sizes: Vec<usize> = lead.iter().chain(split).copied().collect();
    let dims: Vec<i64> = (0..n).chain(order.iter().map(|o| o + n)).map(|d| d as i64).collect();
    let out: Vec<usize> = lead.iter().chain(joined).copied().collect();
    x.reshape(&sizes)?.permute(&dims)?.reshape(&out)
}

/// Channels moved into space.
pub static PIXEL_SHUFFLE: OpDef = OpDef::composite("pixel_shuffle", "input: Tensor, upscale_factor: int", |c| {
    let x = c.tensor(0)?;
    let (lead, [channels, h, w]) = image(x, "pixel_shuffle")?;
    let r = c.int(1)?;
    if r <= 0 {
        return Err(Fault::runtime(format!("pixel_shuffle expects a positive upscale_factor, but got {r}")));
    }
    let r = r as usize;
    if r.checked_mul(r).is_none_or(|area| area > i64::MAX as usize) {
        return Err(Fault::value(format!(
            "upscale factor is too large, (upscale_factor)^2 overflowed: upscale_factor={r}"
        )));
    }
    if channels % (r * r) != 0 {
        return Err(Fault::runtime(format!(
            "pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of upscale_factor, but \
             input.size(-3)={channels} is not divisible by {}",
            r * r
        )));
    }
    let o = channels / (r * r);
    Ok(moved(x, &lead, &[o, r, r, h, w], &[0, 3, 1, 4, 2], &[o, h * r, w * r])?.into())
})
.doc("Channels moved into space: [..., C * r * r, H, W] to [..., C, H * r, W * r].")
.examples(&[Example("F.pixel_shuffle(torch.arange(4.).reshape(1, 4, 1, 1), 2)", "tensor([[[[0., 1.],\n          [2., 3.]]]])")])
.forms(Forms::NN.and(Forms::FUNCTION))
.samples(&["randn(1, 4, 2, 2), 2"]);

/// Space moved into channels.
pub static PIXEL_UNSHUFFLE: OpDef = OpDef::composite("pixel_unshuffle", "input: Tensor, downscale_factor: int", |c| {
    let x = c.tensor(0)?;
    let (lead, [channels, h, w]) = image(x, "pixel_unshuffle")?;
    let r = c.int(1)?;
    if r <= 0 {
        return Err(Fault::runtime(format!("pixel_unshuffle expects a positive downscale_factor, but got {r}")));
    }
    let r = r as usize;
    for (size, name, at) in [(h, "height", -2), (w, "width", -1)] {
        if size % r != 0 {
            return Err(Fault::runtime(format!(
                "pixel_unshuffle expects {name} to be divisible by downscale_factor, but input.size({at})={size} is not \
                 divisible by {r}"
            )));
        }
    }
    let (p, q) = (h / r, w / r);
    Ok(moved(x, &lead, &[channels, p, r, q, r], &[0, 2, 4, 1, 3], &[channels * r * r, p, q])?.into())
})
.doc("Space moved into channels: [..., C, H * r, W * r] to [..., C * r * r, H, W].")
.examples(&[Example("F.pixel_unshuffle(torch.arange(4.).reshape(1, 1, 2, 2), 2)", "tensor([[[[0.]],\n\n         [[1.]],\n\n         [[2.]],\n\n         [[3.]]]])")])
.forms(Forms::NN.and(Forms::FUNCTION))
.samples(&["randn(1, 1, 4, 4), 2"]);
