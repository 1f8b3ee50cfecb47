//! torch's random generator on the CPU, number for number, and the distributions drawn from it.
//!
//! Every function that makes an array has a twin that fills a view, since torch draws in another way for views that
//! are not contiguous.

use super::array::Array;
use super::dtype::{DType, Element};
use super::layout::{Dims, Layout, checked_numel};
use super::map;
use super::mt19937::Mt19937;
use super::simd::{Kernel, dispatch, split_rows};
use super::storage::{Typed, allocate};
use crate::diag::{Fault, Result};
use std::f64::consts::PI;

/// torch's CPU generator: the engine, its seed, and the second value of the last Box-Muller pair.
#[derive(Clone, Debug)]
pub struct Generator {
    engine: Mt19937,
    seed: u64,
    cached_normal: Option<f64>,
}

impl Default for Generator {
    /// The generator with torch's default seed.
    fn default() -> Generator {
        Generator::new(67280421310721)
    }
}

impl Generator {
    /// A generator with a seed; the engine takes its low 32 bits.
    pub fn new(seed: u64) -> Generator {
        Generator { engine: Mt19937::init_genrand(seed as u32), seed, cached_normal: None }
    }

    /// A generator seeded from the operating system's entropy, with 53 bits as torch takes them.
    pub fn from_entropy() -> Generator {
        use std::hash::{BuildHasher, Hasher};
        // A fresh `RandomState` is keyed by the operating system; the clock makes two of one process differ.
        let mut hasher = std::collections::hash_map::RandomState::new().build_hasher();
        hasher.write_u128(std::time::UNIX_EPOCH.elapsed().map_or(0, |t| t.as_nanos()));
        Generator::new(hasher.finish() & ((1 << 53) - 1))
    }

    /// Starts over with a seed.
    pub fn manual_seed(&mut self, seed: u64) {
        *self = Generator::new(seed);
    }

    /// The seed it was last given.
    pub fn initial_seed(&self) -> u64 {
        self.seed
    }

    /// The engine's state and the cached normal, for `get_state`.
    pub fn state(&self) -> (&Mt19937, Option<f64>) {
        (&self.engine, self.cached_normal)
    }

    /// The generator at a recorded state.
    pub fn from_state(seed: u64, engine: Mt19937, cached_normal: Option<f64>) -> Generator {
        Generator { engine, seed, cached_normal }
    }

    /// 32 random bits.
    #[inline]
    pub fn next_u32(&mut self) -> u32 {
        self.engine.next_u32()
    }

    /// 64 random bits, the high word first.
    #[inline]
    pub fn next_u64(&mut self) -> u64 {
        joined([self.next_u32(), self.next_u32()])
    }

    /// A number in [0, 1) with 24 bits.
    #[inline]
    pub fn uniform_f32(&mut self) -> f32 {
        unit_f32(self.next_u32())
    }

    /// A number in [0, 1) with 53 bits.
    #[inline]
    pub fn uniform_f64(&mut self) -> f64 {
        unit_f64(self.next_u64())
    }

    /// A standard normal number; every second one comes from the cache.
    pub fn normal_f64(&mut self) -> f64 {
        if let Some(v) = self.cached_normal.take() {
            return v;
        }
        let (u1, u2) = (self.uniform_f64(), self.uniform_f64());
        let (radius, theta) = ((-2.0 * (-u2).ln_1p()).sqrt(), 2.0 * PI * u1);
        self.cached_normal = Some(radius * theta.sin());
        radius * theta.cos()
    }

    /// An integer below `range` (which is not 0) as torch draws it.
    #[inline]
    fn below(&mut self, range: u64) -> u64 {
        if range >= 1 << 28 { self.next_u64() % range } else { self.next_u32() as u64 % range }
    }
}

/// The order in which torch's serial kernels visit a view: that of its memory.
fn memory_order(layout: &Layout) -> Layout {
    let mut order: Dims = (0..layout.ndim()).collect();
    order.sort_by_key(|&d| std::cmp::Reverse(layout.strides[d].abs()));
    layout.permute(&order)
}

/// Fills `dst` with what `draw` makes for its number of elements, in torch's order.
fn fill_view<T: Typed>(dst: &Array, draw: impl FnOnce(usize) -> Result<Vec<T>>) -> Result<()> {
    let target = dst.with_layout(memory_order(&dst.layout));
    map::copy_into(&target, &Array::from_vec(draw(dst.numel())?, target.layout.sizes.clone()))
}

/// `n` values, one after the other.
fn serial<T: Typed>(n: usize, mut next: impl FnMut() -> T) -> Result<Vec<T>> {
    let mut out = allocate(n)?;
    out.extend((0..n).map(|_| next()));
    Ok(out)
}

/// Values made of `W` random words each.
struct Made<'a, T, F, const W: usize> {
    words: &'a [u32],
    out: &'a mut Vec<T>,
    make: F,
}

impl<T, F: Fn([u32; W]) -> T, const W: usize> Kernel for Made<'_, T, F, W> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        self.out.extend(self.words.as_chunks().0.iter().map(|&words| (self.make)(words)));
    }
}

/// `n` values of `W` random words each. The words are drawn in blocks: mixing their bits and what is made of them run on
/// vectors.
fn in_blocks<T: Typed, const W: usize>(g: &mut Generator, n: usize, make: impl Fn([u32; W]) -> T) -> Result<Vec<T>> {
    let mut words = [0; 1024];
    let mut out = allocate(n)?;
    while out.len() < n {
        let words = &mut words[..1024.min((n - out.len()).saturating_mul(W))];
        g.engine.fill(words);
        dispatch(Made { words, out: &mut out, make: &make });
    }
    Ok(out)
}

/// `n` ones with probability `p`, else zeros.
fn draw_bernoulli<T: Typed>(g: &mut Generator, n: usize, p: f64) -> Result<Vec<T>> {
    let (zero, one) = (T::from_i64(0), T::from_i64(1));
    // `Generator::uniform_f64() < p`, without the division: both sides are exact multiples of 2^-53.
    let end = (p * (1u64 << 53) as f64).ceil() as i64;
    in_blocks(g, n, |words| if (joined(words) & ((1 << 53) - 1)) as i64 >= end { zero } else { one })
}

/// A number in [0, 1) of 24 bits.
#[inline(always)]
fn unit_f32(bits: u32) -> f32 {
    (bits & 0xff_ffff) as f32 * (1.0 / (1u32 << 24) as f32)
}

/// A number in [0, 1) of 53 bits.
#[inline(always)]
fn unit_f64(bits: u64) -> f64 {
    (bits & ((1 << 53) - 1)) as f64 * (1.0 / (1u64 << 53) as f64)
}

/// Two words as one number, the high one first.
#[inline(always)]
fn joined([high, low]: [u32; 2]) -> u64 {
    (high as u64) << 32 | low as u64
}

/// Makes an array of float type: halves are drawn as f32 and rounded.
macro_rules! floats {
    ($dtype:expr, $what:literal, $T:ident => $make:expr) => {
        match $dtype {
            DType::F64 => {
                type $T = f64;
                $make
            }
            DType::F32 | DType::F16 | DType::BF16 => {
                type $T = f32;
                $make
            }
            other => {
                return Err(Fault::not_implemented(format!(
                    "\"{}\" not implemented for '{}'",
                    $what,
                    other.scalar_type()
                )));
            }
        }
    };
}

/// A fresh array over drawn values, rounded to `dtype` when that is a half.
fn made<T: Typed>(sizes: &[usize], dtype: DType, draw: impl FnOnce(usize) -> Result<Vec<T>>) -> Result<Array> {
    let out = Array::from_vec(draw(checked_numel(sizes)?)?, Dims::from_slice(sizes));
    if dtype == T::DTYPE { Ok(out) } else { map::cast(&out, dtype) }
}

/// A float type that the generator draws in.
trait Drawn: Typed {
    fn uniform(g: &mut Generator) -> Self;
    /// As many of them.
    fn uniforms(g: &mut Generator, n: usize) -> Result<Vec<Self>>;
    fn affine(self, scale: f64, shift: f64) -> Self;
    /// Turns blocks of sixteen uniform numbers into normal ones.
    fn blocks(data: &mut [Self], mean: f64, std: f64);
}

impl Drawn for f32 {
    #[inline(always)]
    fn uniform(g: &mut Generator) -> f32 {
        g.uniform_f32()
    }
    fn uniforms(g: &mut Generator, n: usize) -> Result<Vec<f32>> {
        in_blocks(g, n, |[bits]| unit_f32(bits))
    }
    #[inline(always)]
    fn affine(self, scale: f64, shift: f64) -> f32 {
        self * scale as f32 + shift as f32
    }
    fn blocks(data: &mut [f32], mean: f64, std: f64) {
        dispatch(Blocks { data, mean: mean as f32, std: std as f32 });
    }
}

/// Box-Muller over blocks of sixteen uniform numbers: eight radii, eight angles.
struct Blocks<'a> {
    data: &'a mut [f32],
    mean: f32,
    std: f32,
}

impl Kernel for Blocks<'_> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        for block in self.data.chunks_exact_mut(16) {
            let (left, right) = block.split_at_mut(8);
            for (a, b) in left.iter_mut().zip(right) {
                let radius = (-2.0 * cephes_log(1.0 - *a)).sqrt();
                let (sin, cos) = cephes_sin_cos(std::f32::consts::TAU * *b);
                *a = (radius * cos).mul_add(self.std, self.mean);
                *b = (radius * sin).mul_add(self.std, self.mean);
            }
        }
    }
}

/// The logarithm of the Cephes library for x > 0, with the fused operations of torch's build: to the last bit what
/// its normal numbers are made of.
#[inline(always)]
fn cephes_log(x: f32) -> f32 {
    let x = if x < f32::MIN_POSITIVE { f32::MIN_POSITIVE } else { x };
    let bits = x.to_bits();
    let small = f32::from_bits((bits & 0x807f_ffff) | 0x3f00_0000);
    let below = small < std::f32::consts::FRAC_1_SQRT_2;
    let e = (bits >> 23) as i32 - 0x7f;
    let e = e as f32 + if below { 0.0 } else { 1.0 };
    let x = small - 1.0 + if below { small } else { 0.0 };
    let z = x * x;
    let mut y = 7.037_683_6e-2f32;
    for c in [
        -1.151_461e-1,
        1.167_699_9e-1,
        -1.242_014_1e-1,
        1.424_932_3e-1,
        -1.666_805_8e-1,
        2.000_071_5e-1,
        -2.499_999_4e-1,
        3.333_333e-1,
    ] {
        y = y.mul_add(x, c);
    }
    let y = (y * x).mul_add(z, e * -2.121_944_4e-4);
    let y = (-z).mul_add(0.5, y);
    e.mul_add(0.693_359_4, x + y)
}

/// The sine and cosine of the Cephes library for x >= 0, as in [`cephes_log`].
#[inline(always)]
fn cephes_sin_cos(x: f32) -> (f32, f32) {
    let octant = ((x * 1.273_239_5) as i32 + 1) & !1;
    let y = octant as f32;
    let x = y.mul_add(-0.785_156_25, x);
    let x = y.mul_add(-2.418_756_5e-4, x);
    let x = y.mul_add(-3.774_895e-8, x);
    let z = x * x;
    let c = 2.443_315_7e-5f32.mul_add(z, -1.388_731_6e-3).mul_add(z, 4.166_664_6e-2);
    let c = (c * z).mul_add(z, -(z * 0.5)) + 1.0;
    let s = (-1.951_529_6e-4f32).mul_add(z, 8.332_161e-3).mul_add(z, -1.666_665_5e-1);
    let s = (s * z).mul_add(x, x);
    let (sin, cos) = if octant & 2 == 0 { (s, c) } else { (c, s) };
    let flip = |v: f32, negative: bool| f32::from_bits(v.to_bits() ^ ((negative as u32) << 31));
    (flip(sin, octant & 4 != 0), flip(cos, (octant - 2) & 4 == 0))
}

impl Drawn for f64 {
    #[inline(always)]
    fn uniform(g: &mut Generator) -> f64 {
        g.uniform_f64()
    }
    fn uniforms(g: &mut Generator, n: usize) -> Result<Vec<f64>> {
        in_blocks(g, n, |words| unit_f64(joined(words)))
    }
    #[inline(always)]
    fn affine(self, scale: f64, shift: f64) -> f64 {
        self * scale + shift
    }
    fn blocks(data: &mut [f64], mean: f64, std: f64) {
        for block in data.chunks_exact_mut(16) {
            let (left, right) = block.split_at_mut(8);
            for (a, b) in left.iter_mut().zip(right) {
                let (radius, theta) = ((-2.0 * (1.0 - *a).ln()).sqrt(), 2.0 * PI * *b);
                (*a, *b) = (radius * theta.cos() * std + mean, radius * theta.sin() * std + mean);
            }
        }
    }
}

fn draw_uniform<T: Drawn>(g: &mut Generator, n: usize, from: f64, to: f64) -> Result<Vec<T>> {
    let scale = T::from_f64(to).to_f64() - T::from_f64(from).to_f64();
    let mut out = T::uniforms(g, n)?;
    if (from, to) != (0.0, 1.0) {
        out.iter_mut().for_each(|x| *x = x.affine(scale, from));
    }
    Ok(out)
}

/// Sixteen or more normal numbers at once: uniform ones first, then Box-Muller within blocks of sixteen; the last
/// block is drawn anew when it is not whole.
fn draw_normal_blocks<T: Drawn>(g: &mut Generator, n: usize, mean: f64, std: f64) -> Result<Vec<T>> {
    let mut out = T::uniforms(g, n)?;
    let whole = n / 16 * 16;
    split_rows(&mut out[..whole], 16, 16, |_, part| T::blocks(part, mean, std));
    if whole < n {
        out[n - 16..].fill_with(|| T::uniform(g));
        T::blocks(&mut out[n - 16..], mean, std);
    }
    Ok(out)
}

fn draw_normal<T: Drawn>(g: &mut Generator, n: usize, mean: f64, std: f64, in_blocks: bool) -> Result<Vec<T>> {
    if n >= 16 && in_blocks {
        return draw_normal_blocks(g, n, mean, std);
    }
    serial(n, || T::from_f64(g.normal_f64() * std + mean))
}

/// Numbers uniform in [from, to).
///
/// Errors: NotImplementedError for integer types, MemoryError.
pub fn uniform(g: &mut Generator, sizes: &[usize], dtype: DType, from: f64, to: f64) -> Result<Array> {
    if dtype.is_complex() {
        return uniform(g, &with_parts(sizes), dtype.to_real(), from, to)?.paired();
    }
    floats!(dtype, "check_uniform_bounds", T => made::<T>(sizes, dtype, |n| draw_uniform(g, n, from, to)))
}

/// Fills a view with numbers uniform in [from, to).
pub fn uniform_assign(g: &mut Generator, dst: &Array, from: f64, to: f64) -> Result<()> {
    if dst.dtype.is_complex() {
        return uniform_assign(g, &dst.pairs(), from, to);
    }
    floats!(dst.dtype, "check_uniform_bounds", T => fill_view::<T>(dst, |n| draw_uniform(g, n, from, to)))
}

/// The sizes of the parts of complex numbers.
fn with_parts(sizes: &[usize]) -> Dims {
    sizes.iter().copied().chain([2]).collect()
}

/// Normal numbers; of complex ones the parts share the variance.
///
/// Errors: NotImplementedError for integer types, MemoryError.
pub fn normal(g: &mut Generator, sizes: &[usize], dtype: DType, mean: f64, std: f64) -> Result<Array> {
    if dtype.is_complex() {
        return normal(g, &with_parts(sizes), dtype.to_real(), mean, std / std::f64::consts::SQRT_2)?.paired();
    }
    floats!(dtype, "normal_kernel_cpu", T => made::<T>(sizes, dtype, |n| draw_normal(g, n, mean, std, true)))
}

/// Fills a view with normal numbers.
pub fn normal_assign(g: &mut Generator, dst: &Array, mean: f64, std: f64) -> Result<()> {
    if dst.dtype.is_complex() {
        return normal_assign(g, &dst.pairs(), mean, std / std::f64::consts::SQRT_2);
    }
    let blocks = dst.layout.is_contiguous();
    floats!(dst.dtype, "normal_kernel_cpu", T => fill_view::<T>(dst, |n| draw_normal(g, n, mean, std, blocks)))
}

/// Integers in [low, high) as any dtype; `low < high` is the caller's to check.
pub fn randint(g: &mut Generator, sizes: &[usize], dtype: DType, low: i64, high: i64) -> Result<Array> {
    if dtype.is_complex() {
        return Err(Fault::runtime("check_random_bounds handles only integral, floating-point and boolean types"));
    }
    let range = (high as u64).wrapping_sub(low as u64).max(1);
    crate::with_real!(dtype, T => made::<T>(sizes, dtype, |n| {
        serial(n, || T::from_i64(low.wrapping_add(g.below(range) as i64)))
    }))
}

/// Fills a view with integers in [low, high).
pub fn randint_assign(g: &mut Generator, dst: &Array, low: i64, high: i64) -> Result<()> {
    let range = (high as u64).wrapping_sub(low as u64).max(1);
    crate::with_real!(dst.dtype, T => fill_view::<T>(dst, |n| {
        serial(n, || T::from_i64(low.wrapping_add(g.below(range) as i64)))
    }))
}

/// Fills a view with integers over the whole range of its dtype (floats: what they hold exactly), as `random_()`.
pub fn random_assign(g: &mut Generator, dst: &Array) -> Result<()> {
    let bits = match dst.dtype {
        DType::Bool => 1,
        DType::U8 => 8,
        DType::I8 => 7,
        DType::I16 => 15,
        DType::I32 => 31,
        DType::I64 => 63,
        DType::F16 => 11,
        DType::BF16 => 8,
        DType::F32 => 24,
        DType::F64 => 53,
        complex => return Err(super::dtype::complex_refused(complex)),
    };
    let range = (1u64 << bits) + dst.dtype.is_float() as u64;
    let wide = dst.dtype.size() == 8;
    crate::with_real!(dst.dtype, T => fill_view::<T>(dst, |n| {
        serial(n, || T::from_i64(if wide { g.next_u64() % range } else { g.next_u32() as u64 % range } as i64))
    }))
}

/// A random order of 0..n, as int64.
pub fn randperm(g: &mut Generator, n: usize) -> Result<Array> {
    let mut order = allocate::<i64>(n)?;
    order.extend(0..n as i64);
    let narrow = n < (u32::MAX / 20) as usize;
    for i in 0..n.saturating_sub(1) {
        let left = (n - i) as u64;
        let z = if narrow { g.next_u32() as u64 % left } else { g.next_u64() % left };
        order.swap(i, i + z as usize);
    }
    Ok(Array::from_vec(order, Dims::from_slice(&[n])))
}

/// One where a uniform number is below the element of `p`, else zero; same sizes and float dtype as `p`.
///
/// Errors: RuntimeError when a probability is not in [0, 1].
pub fn bernoulli(g: &mut Generator, p: &Array) -> Result<Array> {
    let probabilities: Vec<f64> = map::cast(p, DType::F64)?.to_vec()?;
    if probabilities.iter().any(|q| !(0.0..=1.0).contains(q)) {
        return Err(Fault::runtime("Expected p_in >= 0 && p_in <= 1 to be true, but got false."));
    }
    let mut probabilities = probabilities.into_iter();
    floats!(p.dtype, "bernoulli_tensor_cpu_p_", T => made::<T>(p.sizes(), p.dtype, |n| serial(n, || {
        let q = probabilities.next().unwrap_or(0.0);
        T::from_f64((T::uniform(g).to_f64() < q) as u8 as f64)
    })))
}

/// Ones with probability `p`, else zeros, of any dtype; also the draw of dropout.
pub fn bernoulli_p(g: &mut Generator, sizes: &[usize], dtype: DType, p: f64) -> Result<Array> {
    crate::with_real!(dtype, T => made::<T>(sizes, dtype, |n| draw_bernoulli(g, n, p)))
}

/// Fills a view with ones with probability `p`, else zeros.
pub fn bernoulli_p_assign(g: &mut Generator, dst: &Array, p: f64) -> Result<()> {
    crate::with_real!(dst.dtype, T => fill_view::<T>(dst, |n| draw_bernoulli(g, n, p)))
}

/// Fills a view with numbers that `next` draws from the generator in double precision.
fn fill_serial(g: &mut Generator, dst: &Array, mut next: impl FnMut(&mut Generator) -> f64) -> Result<()> {
    crate::with_real!(dst.dtype, T => fill_view::<T>(dst, |n| serial(n, || T::from_f64(next(g)))))
}

/// Fills a view with exponential numbers of the given rate.
pub fn exponential_assign(g: &mut Generator, dst: &Array, rate: f64) -> Result<()> {
    fill_serial(g, dst, |g| -1.0 / rate * (-g.uniform_f64()).ln_1p())
}

/// Fills a view with the number of trials up to the first success.
pub fn geometric_assign(g: &mut Generator, dst: &Array, p: f64) -> Result<()> {
    fill_serial(g, dst, |g| (g.uniform_f64().ln() / (-p).ln_1p()).ceil())
}

/// Fills a view with numbers whose logarithms are normal.
pub fn log_normal_assign(g: &mut Generator, dst: &Array, mean: f64, std: f64) -> Result<()> {
    fill_serial(g, dst, |g| (g.normal_f64() * std + mean).exp())
}

/// Fills a view with Cauchy numbers.
pub fn cauchy_assign(g: &mut Generator, dst: &Array, median: f64, sigma: f64) -> Result<()> {
    fill_serial(g, dst, |g| median + sigma * (PI * (g.uniform_f64() - 0.5)).tan())
}

/// Indices drawn by weight from each row of `weights` (1-d or 2-d, float), as int64.
///
/// Errors: RuntimeError in PyTorch's words for weights or counts that make no distribution.
pub fn multinomial(g: &mut Generator, weights: &Array, samples: usize, replacement: bool) -> Result<Array> {
    let categories = weights.sizes().last().copied().unwrap_or(0);
    if samples == 0 {
        return Err(Fault::runtime("cannot sample n_sample <= 0 samples"));
    }
    if !replacement && samples > categories {
        return Err(Fault::runtime("cannot sample n_sample > prob_dist.size(-1) samples without replacement"));
    }
    let rows: Vec<f64> = map::cast(weights, DType::F64)?.to_vec()?;
    if rows.iter().any(|w| !w.is_finite() || *w < 0.0) {
        return Err(Fault::runtime("probability tensor contains either `inf`, `nan` or element < 0"));
    }
    let single = weights.dtype != DType::F64;
    let round = |v: f64| if single { v as f32 as f64 } else { v };
    super::storage::room_for(&[rows.len().max(1), samples])?;
    let mut out = Vec::new();
    let rows = rows.chunks(categories.max(1));
    if rows.clone().any(|row| row.iter().sum::<f64>() <= 0.0) {
        return Err(Fault::runtime("invalid multinomial distribution (sum of probabilities <= 0)"));
    }
    if !replacement || samples == 1 {
        // The largest of weight over exponential: the whole of the exponentials is drawn first.
        let races: Vec<Vec<f64>> =
            rows.map(|row| row.iter().map(|w| round(w / round(-(-g.uniform_f64()).ln_1p()))).collect()).collect();
        for race in races {
            let mut order: Vec<usize> = (0..race.len()).collect();
            order.sort_by(|&a, &b| race[b].total_cmp(&race[a]));
            out.extend(order[..samples].iter().map(|&i| i as i64));
        }
    } else {
        for row in rows {
            let mut sum = 0.0;
            let mut cumulative: Vec<f64> = row
                .iter()
                .map(|w| {
                    sum = round(sum + w);
                    sum
                })
                .collect();
            cumulative.iter_mut().for_each(|c| *c = round(*c / sum));
            if let Some(last) = cumulative.last_mut() {
                *last = 1.0;
            }
            out.extend((0..samples).map(|_| {
                let u = g.uniform_f64();
                cumulative.partition_point(|&c| c < u) as i64
            }));
        }
    }
    let mut sizes = weights.layout.sizes.clone();
    sizes.pop();
    sizes.push(samples);
    Ok(Array::from_vec(out, sizes))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `torch.manual_seed(0); torch.randn(20)`.
    const RANDN_20: [f32; 20] = [
        -1.1258398,
        -1.1523602,
        -0.25057858,
        -0.4338788,
        0.59883946,
        -1.5550951,
        -0.3413604,
        1.8530061,
        0.4680964,
        -0.15771244,
        1.4436601,
        0.2660494,
        1.3893661,
        1.5863342,
        0.94629836,
        -0.84367675,
        0.9318266,
        1.2590092,
        2.0049806,
        0.053736903,
    ];

    #[test]
    fn uniform_and_integers_are_torchs() {
        let mut g = Generator::new(0);
        let u: Vec<f32> = uniform(&mut g, &[3], DType::F32, 0.0, 1.0).unwrap().to_vec().unwrap();
        assert_eq!(u, [0.496_256_6, 0.768_221_8, 0.088_477_43]);
        let perm = randperm(&mut Generator::new(0), 7).unwrap();
        assert_eq!(perm.to_vec::<i64>().unwrap(), [4, 0, 5, 3, 2, 6, 1]);
        let ints = randint(&mut Generator::new(0), &[3], DType::I64, 0, 10).unwrap();
        assert_eq!(ints.to_vec::<i64>().unwrap(), [4, 9, 3]);
    }

    #[test]
    fn few_normals_are_doubles_rounded_and_many_come_in_blocks() {
        let n: Vec<f64> = normal(&mut Generator::new(0), &[3], DType::F64, 0.0, 1.0).unwrap().to_vec().unwrap();
        assert_eq!(n, [1.5409961082440433, -0.2934289057609464, -2.1787893820745574]);
        let n: Vec<f32> = normal(&mut Generator::new(0), &[20], DType::F32, 0.0, 1.0).unwrap().to_vec().unwrap();
        assert_eq!(n, RANDN_20);
    }

    #[test]
    fn weights_are_drawn_with_and_without_replacement() {
        let w = Array::from_vec(vec![1.0f32, 2.0, 3.0, 4.0], vec![4]);
        let few = multinomial(&mut Generator::new(0), &w, 3, false).unwrap();
        assert_eq!(few.to_vec::<i64>().unwrap(), [2, 1, 3]);
        assert!(multinomial(&mut Generator::new(0), &w, 5, false).is_err());
    }

    #[test]
    fn views_are_filled_in_the_order_of_their_memory() {
        let a = Array::from_vec(vec![0f32; 20], vec![4, 5]);
        normal_assign(&mut Generator::new(0), &a.with_layout(a.layout.transpose(0, 1)), 0.0, 1.0).unwrap();
        assert_eq!(a.to_vec::<f32>().unwrap()[..2], [1.540_996_1, -0.293_428_9]);
    }
}
