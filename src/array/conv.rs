//! Convolutions in one, two and three dimensions, transposed too, with their gradients: windows laid out as columns
//! and multiplied.
#![allow(unsafe_code)]

use super::array::{Array, checked_numel};
use super::dtype::DType;
use super::layout::{Dims, show_sizes};
use super::map;
use super::matmul::{Factor, Into, Side, Sizes, Target, product};
use super::simd::{Shared, split};
use super::storage::{Typed, allocate, allocate_zeroed};
use crate::diag::{Fault, Result};

/// How a kernel moves over its input: one number for each spatial dimension.
#[derive(Clone, Debug, PartialEq)]
pub struct Conv {
    /// Steps between windows.
    pub stride: Dims,
    /// Zeros on each side.
    pub padding: Dims,
    /// Steps between a window's elements.
    pub dilation: Dims,
    /// Groups of channels that do not mix.
    pub groups: usize,
}

impl Conv {
    /// Stride 1, no padding, no dilation, one group.
    pub fn plain(spatial: usize) -> Conv {
        let all = |n| Dims::from_elem(n, spatial);
        Conv { stride: all(1), padding: all(0), dilation: all(1), groups: 1 }
    }

    /// The number of windows along spatial dimension `d`; 0 when the kernel does not fit.
    pub fn windows(&self, d: usize, size: usize, kernel: usize) -> usize {
        let reach = self.dilation[d] * kernel.saturating_sub(1) + 1;
        (size + 2 * self.padding[d]).checked_sub(reach).map_or(0, |room| room / self.stride[d] + 1)
    }
}

/// The windows over the spatial dimensions of one sample, always as three dimensions.
#[derive(Clone, Copy)]
struct Windows {
    input: [usize; 3],
    kernel: [usize; 3],
    output: [usize; 3],
    stride: [usize; 3],
    padding: [usize; 3],
    dilation: [usize; 3],
}

impl Windows {
    fn new(input: &[usize], kernel: &[usize], conv: &Conv) -> Windows {
        let lead = 3 - input.len();
        let three = |v: &[usize], fill| std::array::from_fn(|d| if d < lead { fill } else { v[d - lead] });
        let output: Dims = (0..input.len()).map(|d| conv.windows(d, input[d], kernel[d])).collect();
        Windows {
            input: three(input, 1),
            kernel: three(kernel, 1),
            output: three(&output, 1),
            stride: three(&conv.stride, 1),
            padding: three(&conv.padding, 0),
            dilation: three(&conv.dilation, 1),
        }
    }

    fn plane(&self) -> usize {
        self.input.iter().product()
    }

    fn taps(&self) -> usize {
        self.kernel.iter().product()
    }

    fn places(&self) -> usize {
        self.output.iter().product()
    }

    /// Whether the columns are the input itself.
    fn trivial(&self) -> bool {
        self.taps() == 1 && self.stride == [1; 3] && self.padding == [0; 3]
    }

    /// Calls `run(row of the columns, first column, how many, place in the plane, step)` for every piece of a column
    /// row that lies inside the input, for `channels` channels.
    #[inline]
    fn runs(&self, channels: usize, mut run: impl FnMut(usize, usize, usize, usize, usize)) {
        let [kd, kh, kw] = self.kernel;
        let [od, oh, ow] = self.output;
        let (n, s, p, l) = (self.input, self.stride, self.padding, self.dilation);
        let inside = |d: usize, o: usize, k: usize| (o * s[d] + k * l[d]).checked_sub(p[d]).filter(|&i| i < n[d]);
        for row in 0..channels * kd * kh * kw {
            let (c, k) = (row / (kd * kh * kw), [row / (kh * kw) % kd, row / kw % kh, row % kw]);
            // The outputs of the last dimension whose input lies inside are one range.
            let shift = k[2] * l[2];
            let first = p[2].saturating_sub(shift).div_ceil(s[2]).min(ow);
            let end = (n[2] + p[2]).saturating_sub(shift).div_ceil(s[2]).min(ow).max(first);
            for z in 0..od {
                let Some(iz) = inside(0, z, k[0]) else { continue };
                for y in 0..oh {
                    let Some(iy) = inside(1, y, k[1]) else { continue };
                    if first < end {
                        let from = ((c * n[0] + iz) * n[1] + iy) * n[2] + first * s[2] + shift - p[2];
                        run(row, (z * oh + y) * ow + first, end - first, from, s[2]);
                    }
                }
            }
        }
    }

    /// The windows of `x` ([channels, plane]) as columns [channels * taps, places].
    fn unfold<T: Typed>(&self, x: &[T], channels: usize, columns: &mut [T]) {
        let places = self.places();
        columns.fill(T::default());
        self.runs(channels, |row, first, n, from, step| {
            let to = &mut columns[row * places + first..][..n];
            if step == 1 {
                to.copy_from_slice(&x[from..from + n]);
            } else {
                to.iter_mut().zip(x[from..].iter().step_by(step)).for_each(|(t, v)| *t = *v);
            }
        });
    }

    /// Adds columns back to the places they were taken from.
    fn fold<T: Typed>(&self, columns: &[T], channels: usize, x: &mut [T]) {
        let places = self.places();
        self.runs(channels, |row, first, n, from, step| {
            let values = &columns[row * places + first..][..n];
            x[from..].iter_mut().step_by(step).zip(values).for_each(|(t, v)| *t = t.plus(*v));
        });
    }
}

/// Refuses what cannot be convolved, in PyTorch's words.
fn check(input: &Array, weight: &Array, bias: Option<&Array>, conv: &Conv) -> Result<()> {
    let spatial = conv.stride.len();
    if conv.groups == 0 {
        return Err(Fault::runtime("non-positive groups is not supported"));
    }
    if conv.stride.contains(&0) {
        return Err(Fault::runtime("non-positive stride is not supported"));
    }
    if conv.dilation.contains(&0) {
        let all = show_sizes(&conv.dilation);
        return Err(Fault::runtime(format!("dilation should be greater than zero, but got {all}")));
    }
    if weight.ndim() != spatial + 2 || input.ndim() != spatial + 2 {
        return Err(Fault::runtime(format!(
            "Expected {}D (unbatched) or {}D (batched) input to conv{spatial}d, but got input of size: {}",
            spatial + 1,
            spatial + 2,
            show_sizes(input.sizes())
        )));
    }
    let (w, x) = (show_sizes(weight.sizes()), show_sizes(input.sizes()));
    if !weight.sizes()[0].is_multiple_of(conv.groups) {
        return Err(Fault::runtime(format!(
            "Given groups={0}, expected weight to be divisible by {0} at dimension 0, but got weight of size [{w}] instead",
            conv.groups
        )));
    }
    let want = weight.sizes()[1].saturating_mul(conv.groups);
    if input.sizes()[1] != want {
        return Err(Fault::runtime(format!(
            "Given groups={}, weight of size {w}, expected input{x} to have {want} channels, but got {} channels instead",
            conv.groups,
            input.sizes()[1]
        )));
    }
    if let Some(bias) = bias
        && bias.sizes() != &weight.sizes()[..1]
    {
        return Err(Fault::runtime(format!(
            "Given weight of size {w}, expected bias to be 1-dimensional with {} elements, but got bias of size {} instead",
            weight.sizes()[0],
            show_sizes(bias.sizes())
        )));
    }
    if input.dtype != weight.dtype {
        return Err(Fault::runtime(format!(
            "expected scalar type {} but found {}",
            input.dtype.scalar_type(),
            weight.dtype.scalar_type()
        )));
    }
    let short = (0..spatial).any(|d| conv.windows(d, input.sizes()[d + 2], weight.sizes()[d + 2]) == 0);
    if short {
        let by = |v: Vec<usize>| v.iter().map(usize::to_string).collect::<Vec<_>>().join(" x ");
        let padded = (0..spatial).map(|d| input.sizes()[d + 2] + 2 * conv.padding[d]).collect();
        let reach = (0..spatial).map(|d| conv.dilation[d] * weight.sizes()[d + 2].saturating_sub(1) + 1).collect();
        return Err(Fault::runtime(format!(
            "Calculated padded input size per channel: ({}). Kernel size: ({}). Kernel size can't be greater than actual \
             input size",
            by(padded),
            by(reach)
        )));
    }
    Ok(())
}

/// Runs `$body` for the dtypes that convolutions are computed in; halves go through f32.
macro_rules! with_float {
    ($dtype:expr, [$($x:ident),*], $T:ident => $body:expr) => {
        match $dtype {
            DType::F32 => { type $T = f32; $body }
            DType::F64 => { type $T = f64; $body }
            DType::I64 => { type $T = i64; $body }
            DType::I32 => { type $T = i32; $body }
            DType::U8 => { type $T = u8; $body }
            DType::F16 | DType::BF16 => {
                type $T = f32;
                let half = $dtype;
                $(let $x = &map::cast($x, DType::F32)?;)*
                $body.and_then(|out: Array| map::cast(&out, half))
            }
            other => Err(Fault::not_implemented(format!(
                "\"slow_conv2d_cpu\" not implemented for '{}'", other.scalar_type()
            ))),
        }
    };
}

/// What the three products have in common.
struct Job<'a, T> {
    windows: Windows,
    samples: usize,
    groups: usize,
    /// Channels of the input, of one group.
    inner: usize,
    /// Channels of the output, of one group.
    outer: usize,
    data: std::marker::PhantomData<&'a T>,
}

impl<T: Factor> Job<'_, T> {
    fn new(input: &[usize], weight: &[usize], conv: &Conv) -> Self {
        Job {
            windows: Windows::new(&input[2..], &weight[2..], conv),
            samples: input[0],
            groups: conv.groups,
            inner: weight[1],
            outer: weight[0] / conv.groups,
            data: std::marker::PhantomData,
        }
    }

    /// The length of the columns of one group of one sample.
    fn columns(&self) -> usize {
        self.inner * self.windows.taps() * self.windows.places()
    }

    /// Calls `work(sample, group, columns)` for all, on several threads; each has its own room for columns.
    fn each(&self, work: impl Fn(usize, usize, &mut Vec<T>, bool) + Sync) {
        let cost = (self.columns() * self.outer).div_ceil(8);
        let many = self.samples > 1;
        let all = |range: std::ops::Range<usize>| {
            let mut columns = Vec::new();
            for n in range {
                (0..self.groups).for_each(|g| work(n, g, &mut columns, !many));
            }
        };
        if many { split(self.samples, cost.saturating_mul(self.groups), all) } else { all(0..self.samples) }
    }

    /// Where sample `n`, group `g` begins in an input.
    fn at_input(&self, n: usize, g: usize) -> usize {
        (n * self.groups + g) * self.inner * self.windows.plane()
    }

    /// Where sample `n`, group `g` begins in an output.
    fn at_output(&self, n: usize, g: usize) -> usize {
        (n * self.groups + g) * self.outer * self.windows.places()
    }
}

fn row_major<T>(x: &[T], cols: usize) -> Side<T> {
    Side { at: x.as_ptr(), rows: cols as isize, cols: 1 }
}

fn transposed<T>(x: &[T], cols: usize) -> Side<T> {
    Side { at: x.as_ptr(), rows: 1, cols: cols as isize }
}

/// The convolution of input [n, c, *] with weight [o, c / groups, *] and bias `[o]`.
///
/// Errors: RuntimeError in PyTorch's words when sizes or dtypes do not fit, MemoryError.
pub fn conv(input: &Array, weight: &Array, bias: Option<&Array>, conv: &Conv) -> Result<Array> {
    check(input, weight, bias, conv)?;
    let zero = Array::full(&[weight.sizes()[0]], super::Scalar::Int(0), weight.dtype)?;
    let bias = bias.unwrap_or(&zero);
    with_float!(input.dtype, [input, weight, bias], T => {
        let (input, weight) = (map::contiguous(input)?, map::contiguous(weight)?);
        let job = Job::<T>::new(input.sizes(), weight.sizes(), conv);
        let (w, places, rows) = (job.windows, job.windows.places(), job.inner * job.windows.taps());
        let mut sizes = Dims::from_slice(&[job.samples, weight.sizes()[0]]);
        sizes.extend(w.output[3 - conv.stride.len()..].iter().copied());
        let total = checked_numel(&sizes)?;
        let biases = bias.to_vec::<T>()?;
        let (left, right) = (input.storage.read(), weight.storage.read());
        let x = &input.typed::<T>(&left)?[input.layout.offset..];
        let f = &weight.typed::<T>(&right)?[weight.layout.offset..];
        let mut out = allocate::<T>(total)?;
        // The bias first; the products are added to it.
        (0..job.samples).for_each(|_| biases.iter().for_each(|&b| out.extend(std::iter::repeat_n(b, places))));
        let place = Shared(out.as_mut_ptr());
        job.each(|n, g, columns: &mut Vec<T>, threads| {
            let x = &x[job.at_input(n, g)..][..job.inner * w.plane()];
            let columns: &[T] = if w.trivial() { x } else {
                columns.resize(job.columns(), T::default());
                w.unfold(x, job.inner, columns);
                columns
            };
            let f = &f[g * job.outer * rows..][..job.outer * rows];
            let sizes = Sizes { m: job.outer, k: rows, n: places };
            // SAFETY: both sides are slices of the product's sizes; each sample and group has its own part of `out`.
            unsafe {
                let to = Target { at: place.get().add(job.at_output(n, g)), rows: places, how: Into::Add };
                product(sizes, to, row_major(f, rows), row_major(columns, places), threads);
            }
        });
        Ok(Array::from_vec(out, sizes))
    })
}

/// The gradient of [`conv`] with respect to its input, of sizes `input_sizes`; also the transposed convolution.
pub fn conv_input_grad(grad: &Array, weight: &Array, input_sizes: &[usize], conv: &Conv) -> Result<Array> {
    with_float!(grad.dtype, [grad, weight], T => {
        let (grad, weight) = (map::contiguous(grad)?, map::contiguous(weight)?);
        let job = Job::<T>::new(input_sizes, weight.sizes(), conv);
        let (w, places, rows) = (job.windows, job.windows.places(), job.inner * job.windows.taps());
        let (left, right) = (grad.storage.read(), weight.storage.read());
        let y = &grad.typed::<T>(&left)?[grad.layout.offset..];
        let f = &weight.typed::<T>(&right)?[weight.layout.offset..];
        let mut out = allocate_zeroed::<T>(checked_numel(input_sizes)?)?;
        let place = Shared(out.as_mut_ptr());
        job.each(|n, g, columns: &mut Vec<T>, threads| {
            let y = &y[job.at_output(n, g)..][..job.outer * places];
            let f = &f[g * job.outer * rows..][..job.outer * rows];
            let sizes = Sizes { m: rows, k: job.outer, n: places };
            let len = job.inner * w.plane();
            // SAFETY: both sides are slices of the product's sizes; each sample and group has its own part of `out`.
            unsafe {
                let x = std::slice::from_raw_parts_mut(place.get().add(job.at_input(n, g)), len);
                if w.trivial() {
                    let to = Target { at: x.as_mut_ptr(), rows: places, how: Into::Replace };
                    product(sizes, to, transposed(f, rows), row_major(y, places), threads);
                } else {
                    columns.resize(job.columns(), T::default());
                    let to = Target { at: columns.as_mut_ptr(), rows: places, how: Into::Replace };
                    product(sizes, to, transposed(f, rows), row_major(y, places), threads);
                    w.fold(columns, job.inner, x);
                }
            }
        });
        Ok(Array::from_vec(out, Dims::from_slice(input_sizes)))
    })
}

/// The gradient of [`conv`] with respect to its weight, of sizes `weight_sizes`.
pub fn conv_weight_grad(grad: &Array, input: &Array, weight_sizes: &[usize], conv: &Conv) -> Result<Array> {
    with_float!(grad.dtype, [grad, input], T => {
        let (grad, input) = (map::contiguous(grad)?, map::contiguous(input)?);
        let job = Job::<T>::new(input.sizes(), weight_sizes, conv);
        let (w, places, rows) = (job.windows, job.windows.places(), job.inner * job.windows.taps());
        let (left, right) = (grad.storage.read(), input.storage.read());
        let y = &grad.typed::<T>(&left)?[grad.layout.offset..];
        let x = &input.typed::<T>(&right)?[input.layout.offset..];
        let mut out = allocate_zeroed::<T>(checked_numel(weight_sizes)?)?;
        let mut columns = Vec::new();
        // One sample after the other, so that the sums do not depend on the number of threads.
        for (n, g) in (0..job.samples).flat_map(|n| (0..job.groups).map(move |g| (n, g))) {
            let x = &x[job.at_input(n, g)..][..job.inner * w.plane()];
            let columns: &[T] = if w.trivial() { x } else {
                columns.resize(job.columns(), T::default());
                w.unfold(x, job.inner, &mut columns);
                &columns
            };
            let y = &y[job.at_output(n, g)..][..job.outer * places];
            let to = &mut out[g * job.outer * rows..][..job.outer * rows];
            let sizes = Sizes { m: job.outer, k: places, n: rows };
            let to = Target { at: to.as_mut_ptr(), rows, how: Into::Add };
            // SAFETY: both sides and the result are slices of the product's sizes.
            unsafe { product(sizes, to, row_major(y, places), transposed(columns, places), true) };
        }
        Ok(Array::from_vec(out, Dims::from_slice(weight_sizes)))
    })
}

/// The sizes of a transposed convolution of input [n, c, *] with weight [c, o / groups, *].
///
/// Errors: RuntimeError in PyTorch's words when the output would be empty.
pub fn transposed_sizes(input: &[usize], weight: &[usize], conv: &Conv, output_padding: &[usize]) -> Result<Dims> {
    let mut sizes = Dims::from_slice(&[input[0], weight[1].saturating_mul(conv.groups)]);
    for d in 0..conv.stride.len() {
        let reach = conv.dilation[d] * weight[d + 2].saturating_sub(1);
        let full = input[d + 2].saturating_sub(1) * conv.stride[d] + reach + output_padding[d] + 1;
        let Some(size) = full.checked_sub(2 * conv.padding[d]).filter(|&s| s > 0) else {
            return Err(Fault::runtime(format!(
                "Given input size per channel: ({}). Calculated output size per channel is too small",
                input[2..].iter().map(usize::to_string).collect::<Vec<_>>().join(" x ")
            )));
        };
        sizes.push(size);
    }
    Ok(sizes)
}

/// The transposed convolution of input [n, c, *] with weight [c, o / groups, *], without bias.
///
/// Its gradients are [`conv`] for the input, and [`conv_weight_grad`] with input and gradient exchanged for the
/// weight. Errors: RuntimeError in PyTorch's words.
pub fn conv_transpose(input: &Array, weight: &Array, conv: &Conv, output_padding: &[usize]) -> Result<Array> {
    if conv.groups == 0 || conv.stride.contains(&0) || conv.dilation.contains(&0) {
        return Err(Fault::runtime("non-positive stride is not supported"));
    }
    if input.sizes()[1] != weight.sizes()[0] {
        return Err(Fault::runtime(format!(
            "Given transposed=1, weight of size {}, expected input{} to have {} channels, but got {} channels instead",
            show_sizes(weight.sizes()),
            show_sizes(input.sizes()),
            weight.sizes()[0],
            input.sizes()[1]
        )));
    }
    if input.dtype != weight.dtype {
        return Err(Fault::runtime(format!(
            "expected scalar type {} but found {}",
            input.dtype.scalar_type(),
            weight.dtype.scalar_type()
        )));
    }
    let sizes = transposed_sizes(input.sizes(), weight.sizes(), conv, output_padding)?;
    conv_input_grad(input, weight, &sizes, conv)
}

/// The windows of [n, c, h, w] as columns [n, c * taps, places] (`torch.nn.functional.unfold`).
///
/// Errors: RuntimeError when the kernel does not fit.
pub fn unfold(input: &Array, kernel: &[usize], conv: &Conv) -> Result<Array> {
    let input = map::contiguous(input)?;
    let w = Windows::new(&input.sizes()[2..], kernel, conv);
    let (n, c) = (input.sizes()[0], input.sizes()[1]);
    let sizes = [n, c * w.taps(), w.places()];
    crate::with_dtype!(input.dtype, T => {
        let buffer = input.storage.read();
        let x = &input.typed::<T>(&buffer)?[input.layout.offset..];
        let mut out = allocate_zeroed::<T>(checked_numel(&sizes)?)?;
        for i in 0..n {
            let (x, to) = (&x[i * c * w.plane()..], &mut out[i * sizes[1] * sizes[2]..][..sizes[1] * sizes[2]]);
            w.unfold(x, c, to);
        }
        Ok(Array::from_vec(out, Dims::from_slice(&sizes)))
    })
}

/// Columns [n, c * taps, places] added up to [n, c, *output] (`torch.nn.functional.fold`); the gradient of [`unfold`].
pub fn fold(columns: &Array, output: &[usize], kernel: &[usize], conv: &Conv) -> Result<Array> {
    let columns = map::contiguous(columns)?;
    let w = Windows::new(output, kernel, conv);
    let (n, rows) = (columns.sizes()[0], columns.sizes()[1]);
    let c = rows / w.taps().max(1);
    let mut sizes = Dims::from_slice(&[n, c]);
    sizes.extend(output.iter().copied());
    if columns.sizes()[2] != w.places() {
        return Err(Fault::internal("the columns are not those of this output"));
    }
    crate::with_dtype!(columns.dtype, T => {
        let buffer = columns.storage.read();
        let y = &columns.typed::<T>(&buffer)?[columns.layout.offset..];
        let mut out = allocate_zeroed::<T>(checked_numel(&sizes)?)?;
        for i in 0..n {
            let to = &mut out[i * c * w.plane()..][..c * w.plane()];
            w.fold(&y[i * rows * w.places()..][..rows * w.places()], c, to);
        }
        Ok(Array::from_vec(out, sizes))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(sizes: &[usize]) -> Array {
        let n: usize = sizes.iter().product();
        Array::from_vec((0..n).map(|i| ((i * 7 % 11) as f64) - 5.0).collect(), Dims::from_slice(sizes))
    }

    fn naive(x: &Array, f: &Array, conv: &Conv) -> Vec<f64> {
        let (s, w) = (x.sizes().to_vec(), f.sizes().to_vec());
        let (x, f) = (x.to_vec::<f64>().unwrap(), f.to_vec::<f64>().unwrap());
        let (oh, ow) = (conv.windows(0, s[2], w[2]), conv.windows(1, s[3], w[3]));
        let mut out = Vec::new();
        for n in 0..s[0] {
            for o in 0..w[0] {
                let g = o / (w[0] / conv.groups);
                for y in 0..oh {
                    for z in 0..ow {
                        let mut sum = 0.0;
                        for c in 0..w[1] {
                            for i in 0..w[2] {
                                for j in 0..w[3] {
                                    let a =
                                        (y * conv.stride[0] + i * conv.dilation[0]) as isize - conv.padding[0] as isize;
                                    let b =
                                        (z * conv.stride[1] + j * conv.dilation[1]) as isize - conv.padding[1] as isize;
                                    if (0..s[2] as isize).contains(&a) && (0..s[3] as isize).contains(&b) {
                                        let at = ((n * s[1] + g * w[1] + c) * s[2] + a as usize) * s[3] + b as usize;
                                        sum += x[at] * f[((o * w[1] + c) * w[2] + i) * w[3] + j];
                                    }
                                }
                            }
                        }
                        out.push(sum);
                    }
                }
            }
        }
        out
    }

    fn cases() -> Vec<(Array, Array, Conv)> {
        let d = |a, b| Dims::from_slice(&[a, b]);
        let conv = |s, p, l, groups| Conv { stride: s, padding: p, dilation: l, groups };
        vec![
            (noise(&[2, 4, 7, 6]), noise(&[6, 2, 3, 2]), conv(d(2, 1), d(1, 2), d(1, 2), 2)),
            (noise(&[3, 2, 5, 5]), noise(&[3, 2, 1, 1]), Conv::plain(2)),
            (noise(&[1, 3, 9, 8]), noise(&[2, 3, 3, 3]), conv(d(1, 3), d(0, 4), d(2, 1), 1)),
        ]
    }

    fn dot(a: &Array, b: &Array) -> f64 {
        a.to_vec::<f64>().unwrap().iter().zip(b.to_vec::<f64>().unwrap()).map(|(x, y)| x * y).sum()
    }

    #[test]
    fn convolutions_agree_with_a_naive_loop() {
        for (x, f, c) in cases() {
            assert_eq!(conv(&x, &f, None, &c).unwrap().to_vec::<f64>().unwrap(), naive(&x, &f, &c));
        }
        let (x, f) = (noise(&[2, 3, 6]), noise(&[4, 3, 2]));
        assert_eq!(conv(&x, &f, Some(&noise(&[4])), &Conv::plain(1)).unwrap().sizes(), [2, 4, 5]);
    }

    #[test]
    fn gradients_are_adjoint_to_the_convolution() {
        for (x, f, c) in cases() {
            let y = conv(&x, &f, None, &c).unwrap();
            let g = noise(y.sizes());
            let want = dot(&y, &g);
            assert_eq!(dot(&x, &conv_input_grad(&g, &f, x.sizes(), &c).unwrap()), want);
            assert_eq!(dot(&f, &conv_weight_grad(&g, &x, f.sizes(), &c).unwrap()), want);
        }
    }

    #[test]
    fn misfits_are_told_in_pytorchs_words() {
        let e = conv(&noise(&[1, 3, 4, 4]), &noise(&[2, 2, 3, 3]), None, &Conv::plain(2)).unwrap_err();
        assert_eq!(
            e.message,
            "Given groups=1, weight of size [2, 2, 3, 3], expected input[1, 3, 4, 4] to have 2 channels, but got 3 channels instead"
        );
        let e = conv(&noise(&[1, 3, 4, 4]), &noise(&[2, 3, 5, 5]), None, &Conv::plain(2)).unwrap_err();
        assert!(e.message.starts_with("Calculated padded input size per channel: (4 x 4). Kernel size: (5 x 5)."));
        let c = Conv { stride: Dims::from_slice(&[2, 2]), ..Conv::plain(2) };
        let t = conv_transpose(&noise(&[1, 3, 4, 4]), &noise(&[3, 2, 3, 3]), &c, &[1, 1]).unwrap();
        assert_eq!(t.sizes(), [1, 2, 10, 10]);
    }

    #[test]
    fn folding_undoes_unfolding_up_to_counts() {
        let x = noise(&[1, 2, 4, 4]);
        let c = Conv { stride: Dims::from_slice(&[2, 2]), ..Conv::plain(2) };
        let u = unfold(&x, &[2, 2], &c).unwrap();
        assert_eq!(u.sizes(), [1, 8, 4]);
        assert_eq!(fold(&u, &[4, 4], &[2, 2], &c).unwrap().to_vec::<f64>().unwrap(), x.to_vec::<f64>().unwrap());
    }
}
