//! Images and signals in other sizes: interpolation as a matrix for each dimension.

use super::args::Call;
use super::def::{Example, Forms, OpDef};
use super::pool::{adaptive_means, along, weights};
use crate::array::layout::show_sizes;
use crate::array::{Array, DType, Dims};
use crate::diag::{Fault, Result};
use crate::tensor::Tensor;
use crate::value::Value;

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[&INTERPOLATE];

const SIGNATURE: &str = "input: Tensor, size: int[]? = None, scale_factor = None, mode: str = nearest, align_corners: bool? = \
                         None, recompute_scale_factor: bool? = None, antialias: bool = False";

/// The input position of an output position.
fn source(o: f64, size: usize, out: usize, align: bool, scale: Option<f64>, cubic: bool) -> f64 {
    if align {
        return if out > 1 { o * (size as f64 - 1.0) / (out as f64 - 1.0) } else { 0.0 };
    }
    let step = scale.map_or(size as f64 / out as f64, |s| 1.0 / s);
    let at = (o + 0.5) * step - 0.5;
    if cubic { at } else { at.max(0.0) }
}

/// The weights of linear interpolation, [out, size].
fn linear(size: usize, out: usize, align: bool, scale: Option<f64>) -> Result<Vec<f64>> {
    let mut m = weights(out, size)?;
    for o in 0..out {
        let at = source(o as f64, size, out, align, scale, false);
        let low = (at.floor() as usize).min(size - 1);
        let high = (low + 1).min(size - 1);
        let part = (at - low as f64).clamp(0.0, 1.0);
        m[o * size + low] += 1.0 - part;
        m[o * size + high] += part;
    }
    Ok(m)
}

/// The weights of cubic interpolation, [out, size].
fn cubic(size: usize, out: usize, align: bool, scale: Option<f64>) -> Result<Vec<f64>> {
    const A: f64 = -0.75;
    let near = |x: f64| ((A + 2.0) * x - (A + 3.0)) * x * x + 1.0;
    let far = |x: f64| ((A * x - 5.0 * A) * x + 8.0 * A) * x - 4.0 * A;
    let mut m = weights(out, size)?;
    for o in 0..out {
        let at = source(o as f64, size, out, align, scale, true);
        let (base, t) = (at.floor(), at - at.floor());
        for (k, w) in [far(t + 1.0), near(t), near(1.0 - t), far(2.0 - t)].into_iter().enumerate() {
            let i = (base as i64 - 1 + k as i64).clamp(0, size as i64 - 1) as usize;
            m[o * size + i] += w;
        }
    }
    Ok(m)
}

/// Makes weights for bytes whole: as many binary places as keep the largest within 16 bits, as PyTorch takes for its
/// vector instructions. Returns the value of one.
fn whole_weights(weights: &mut [f64]) -> f64 {
    const PLACES: i32 = 22;
    let largest = weights.iter().copied().fold(0.0, f64::max);
    let one = (0..PLACES).map(|p| f64::from(1 << p)).find(|one| (largest * 2.0 * one + 0.5).floor() >= 32768.0);
    let one = one.unwrap_or(f64::from(1 << PLACES));
    for w in weights {
        // Halves go away from 0.
        *w = (*w * one).round();
    }
    one
}

/// The indices of nearest interpolation.
fn nearest(size: usize, out: usize, scale: Option<f64>, exact: bool) -> Vec<i64> {
    let step = scale.map_or(size as f32 / out as f32, |s| (1.0 / s) as f32);
    let at = |o: usize| if exact { (o as f32 + 0.5) * step } else { o as f32 * step };
    (0..out).map(|o| (at(o) as i64).min(size as i64 - 1)).collect()
}

/// The sizes asked for, and the scales where those were given.
fn target(c: &Call, sizes: &[usize]) -> Result<(Vec<usize>, Vec<Option<f64>>)> {
    let n = sizes.len();
    if c.is_none(1) == c.is_none(2) {
        return Err(Fault::value(if c.is_none(1) {
            "either size or scale_factor should be defined"
        } else {
            "only one of size or scale_factor should be defined"
        }));
    }
    if !c.is_none(1) {
        let ints = c.ints(1)?;
        let list = matches!(c.value(1), Value::Tuple(_) | Value::List(_));
        if list && ints.len() != n {
            return Err(Fault::value(format!(
                "Input and output must have the same number of spatial dimensions, but got input with spatial dimensions of \
                 {sizes:?} and output size of {ints:?}. Please provide input tensor in (N, C, d1, d2, ...,dK) format and \
                 output size in (o1, o2, ...,oK) format."
            )));
        }
        let one = |d: usize| if list { ints[d] } else { ints[0] };
        let outs: Vec<i64> = (0..n).map(one).collect();
        if outs.iter().any(|&o| o <= 0) {
            return Err(Fault::runtime(format!(
                "Input and output sizes should be greater than 0, but got input {} and output {outs:?}",
                show_sizes(sizes)
            )));
        }
        for &out in &outs {
            crate::array::storage::room_for(&[out as usize])?;
        }
        return Ok((outs.iter().map(|&o| o as usize).collect(), vec![None; n]));
    }
    let scales: Vec<f64> = match c.value(2) {
        Value::Tuple(_) | Value::List(_) => {
            let items = match c.value(2) {
                Value::Tuple(t) => t.to_vec(),
                Value::List(l) => l.to_vec(),
                _ => Vec::new(),
            };
            if items.len() != n {
                return Err(Fault::value(format!(
                    "Input and scale_factor must have the same number of spatial dimensions, but got input with spatial \
                     dimensions of {sizes:?} and scale_factor of shape {}.",
                    items.len()
                )));
            }
            items
                .iter()
                .map(|v| v.as_scalar().map(|s| s.as_f64()).ok_or_else(|| c.wrong(2, "float", v)))
                .collect::<Result<_>>()?
        }
        _ => vec![c.float(2)?; n],
    };
    let outs: Vec<usize> = sizes.iter().zip(&scales).map(|(&s, f)| (s as f64 * f).floor() as usize).collect();
    if outs.contains(&0) {
        return Err(Fault::runtime(format!(
            "Input and output sizes should be greater than 0, but got input {} and output {}",
            show_sizes(sizes),
            show_sizes(&outs)
        )));
    }
    if let Some(f) = scales.iter().find(|f| !f.is_finite()) {
        return Err(Fault::overflow(format!(
            "cannot convert float {} to integer",
            if f.is_nan() { "NaN" } else { "infinity" }
        )));
    }
    for &out in &outs {
        crate::array::storage::room_for(&[out])?;
    }
    let recompute = !c.is_none(5) && c.bool(5)?;
    Ok((outs, scales.into_iter().map(|s| if recompute { None } else { Some(s) }).collect()))
}

/// Interpolation.
pub static INTERPOLATE: OpDef = OpDef::composite("interpolate", SIGNATURE, |c| {
    let x = c.tensor(0)?;
    let all = x.sizes();
    if all.len() < 3 {
        return Err(Fault::not_implemented(format!(
            "Input Error: Only 3D, 4D and 5D input Tensors supported (got {}D) for the modes: nearest | linear | bilinear | \
             bicubic | trilinear | lanczos | area | nearest-exact (got {})",
            all.len(),
            c.text(3)?
        )));
    }
    let mode = c.text(3)?;
    let n = all.len() - 2;
    let linear_mode = matches!(mode, "linear" | "bilinear" | "trilinear" | "bicubic");
    if !linear_mode && !c.is_none(4) {
        return Err(Fault::value(
            "align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic | trilinear",
        ));
    }
    let align = !c.is_none(4) && c.bool(4)?;
    let (outs, scales) = target(c, &all[2..])?;
    let fits = match mode {
        "nearest" | "area" | "nearest-exact" => n <= 3,
        "linear" => n == 1,
        "bilinear" | "bicubic" => n == 2,
        "trilinear" => n == 3,
        other => {
            return Err(Fault::not_implemented(format!(
                "Input Error: Only 3D, 4D and 5D input Tensors supported (got {}D) for the modes: nearest | linear | \
                 bilinear | bicubic | trilinear | area | nearest-exact (got {other})",
                all.len()
            )));
        }
    };
    if !fits {
        let wanted = match mode {
            "linear" => 3,
            "trilinear" => 5,
            _ => 4,
        };
        return Err(Fault::not_implemented(format!("Got {}D input, but {mode} mode needs {wanted}D input", all.len())));
    }
    if x.numel() == 0 && all[1..].contains(&0) {
        return Err(Fault::runtime(format!(
            "Non-empty {}D data tensor expected but got a tensor with sizes {}",
            all.len(),
            show_sizes(&all)
        )));
    }
    let mut y = x.clone();
    match mode {
        "area" if !x.dtype().is_float() => {
            return Err(super::kernel::not_for("adaptive_avg_pool2d", x.dtype()));
        }
        "area" => return Ok(adaptive_means(x, 2, &outs)?.into()),
        "nearest" | "nearest-exact" => {
            if !x.dtype().is_float() && x.dtype() != DType::U8 {
                return Err(super::kernel::not_for("compute_indices_weights_nearest", x.dtype()));
            }
            for (d, (&out, scale)) in outs.iter().zip(&scales).enumerate() {
                let index = nearest(all[d + 2], out, *scale, mode == "nearest-exact");
                y = y.index_select(d + 2, Tensor::new(Array::from_vec(index, Dims::from_slice(&[out]))))?;
            }
            return Ok(y.into());
        }
        _ => {}
    }
    let bytes = x.dtype() == DType::U8;
    if !x.dtype().is_float() && !(bytes && matches!(mode, "bilinear" | "bicubic")) {
        let name = if mode == "bicubic" { "compute_indices_weights_cubic" } else { "compute_indices_weights_linear" };
        return Err(super::kernel::not_for(name, x.dtype()));
    }
    if bytes {
        y = y.to_dtype(DType::F64)?;
    }
    // Bytes are rounded after each dimension, the last one first.
    for (d, (&out, scale)) in outs.iter().zip(&scales).enumerate().rev() {
        let size = all[d + 2];
        let mut matrix =
            if mode == "bicubic" { cubic(size, out, align, *scale)? } else { linear(size, out, align, *scale)? };
        let one = if bytes { whole_weights(&mut matrix) } else { 1.0 };
        y = along(&y, matrix, out, d + 2)?;
        if bytes {
            let whole = super::call(&super::rounding::FLOOR, [y.div(one)?.add(0.5)?.into()])?;
            y = super::call(&super::extremes::CLAMP, [whole.into(), Value::Int(0), Value::Int(255)])?;
        }
    }
    if bytes {
        y = y.to_dtype(DType::U8)?;
    }
    Ok(super::call(&super::shape::CONTIGUOUS, [y.into()])?.into())
})
.aliases(&["upsample"])
.doc("input [N, C, ...] in another size, given by size or scale_factor.\nmode is 'nearest', 'nearest-exact', 'area', 'linear', 'bilinear', 'bicubic' or 'trilinear'.")
.examples(&[Example("F.interpolate(torch.tensor([[[1., 3.]]]), size=4)", "tensor([[[1., 1., 3., 3.]]])")])
.forms(Forms::NN)
.samples(&["randn(1, 2, 4), size=6, mode='linear'", "randn(1, 1, 3, 3), scale_factor=2, mode='bilinear', align_corners=True"]);
