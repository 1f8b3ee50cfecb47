//! Vector mathematics: branch-free f32 functions that the compiler turns into SIMD loops.
//!
//! They compute in f64 with polynomials good to 37 bits, so that the rounded result is nearly always the correctly
//! rounded one (at most 0.51 units in the last place), also for infinities, NaN and denormals. Kernels call the generic
//! functions, `map1(a, |x: f32| vmath::exp(x))`; at f64 those are the standard library's.

// Kernels run several arrays by one index; iterators over all of them would hide it.
#![allow(clippy::needless_range_loop)]

use super::array::Array;
use super::map::map1;
use super::reduce::reduce;
use super::storage::Typed;
use super::sums::folding;
use crate::diag::Result;
use std::f64::consts::{FRAC_PI_2, LN_2, LOG2_E};

/// 1.5 * 2^52: adding it rounds to an integer, which then stands in the low bits.
const ROUND: f64 = 6755399441055744.0;

/// The value of a polynomial, lowest coefficient first.
#[inline(always)]
fn poly<const N: usize>(x: f64, c: [f64; N]) -> f64 {
    let mut out = c[N - 1];
    for i in (0..N - 1).rev() {
        out = out.mul_add(x, c[i]);
    }
    out
}

/// e^x - 1 as (e^r - 1, 2^n) with x = n ln 2 + r; `x` within +-700.
#[inline(always)]
fn exp_parts(x: f64) -> (f64, f64) {
    let shifted = x.mul_add(LOG2_E, ROUND);
    let n = shifted - ROUND;
    let r = n.mul_add(-LN_2, x);
    let q = poly(
        r,
        [
            1.0,
            0.49999999999797734,
            0.16666666786397538,
            0.041666666891104105,
            0.008333283515042035,
            0.001388882165248811,
            0.00019907584623208687,
            2.4876176513780355e-05,
        ],
    );
    (r * q, f64::from_bits((shifted.to_bits() << 52).wrapping_add(1.0f64.to_bits())))
}

/// Keeps NaN, unlike `f64::clamp` under the optimiser's eyes it is two selects.
#[inline(always)]
fn limit(x: f64, low: f64, high: f64) -> f64 {
    let x = if x > high { high } else { x };
    if x < low { low } else { x }
}

#[inline(always)]
fn exp_wide(x: f64) -> f64 {
    let (m, scale) = exp_parts(limit(x, -690.0, 690.0));
    m.mul_add(scale, scale)
}

#[inline(always)]
fn expm1_wide(x: f64) -> f64 {
    let (m, scale) = exp_parts(limit(x, -690.0, 690.0));
    m.mul_add(scale, scale - 1.0)
}

/// The natural logarithm of a positive normal number; of 0, negatives, infinity and NaN too.
#[inline(always)]
fn log_wide(x: f64) -> f64 {
    // x = 2^k m with m in [sqrt(1/2), sqrt(2)); the exponent is taken as an unsigned number.
    const HALF_ROOT: u64 = 0x3fe6_a09e_667f_3bcd;
    let bits = x.to_bits();
    let above = bits.wrapping_sub(HALF_ROOT).wrapping_add(1023 << 52);
    let k = f64::from_bits((above >> 52) | 0x4330_0000_0000_0000) - (4503599627370496.0 + 1023.0);
    let m = f64::from_bits(bits.wrapping_sub(above & (0xfff << 52)).wrapping_add(1023 << 52));
    let s = (m - 1.0) / (m + 1.0);
    let q = poly(
        s * s,
        [
            1.9999999999999467,
            0.6666666667971524,
            0.39999994851771503,
            0.28572170254760443,
            0.2217407897532873,
            0.19610572732552992,
        ],
    );
    let out = k.mul_add(LN_2, s * q);
    let out = if x == f64::INFINITY { x } else { out };
    let out = if x == 0.0 { f64::NEG_INFINITY } else { out };
    if x < 0.0 || x.is_nan() { f64::NAN } else { out }
}

/// The error function, by a polynomial in x^2 below 1 and one in 1 / (1 + x / 2) times e^-x^2 above.
#[inline(always)]
fn erf_wide(x: f64) -> f64 {
    let a = limit(x.abs(), 0.0, 4.2);
    let z = a * a;
    let near = a * poly(
        z,
        [
            1.1283791670954908,
            -0.37612638902776135,
            0.11283791657756687,
            -0.026866168974060415,
            0.005223966817580673,
            -0.000854792327140167,
            0.00012046089104213211,
            -1.4793372958637901e-05,
            1.529772600080522e-06,
            -1.0450266091734767e-07,
        ],
    );
    let t = 1.0 / a.mul_add(0.5, 1.0);
    let far = t * poly(
        t,
        [
            0.2820331015976168,
            0.2833628662674452,
            0.23532766175223863,
            0.23661485694542894,
            -0.11628173741709458,
            0.4250694569665999,
            -0.6334292942593499,
            0.3654008319835924,
            -0.07811273634805206,
        ],
    );
    let y = if a < 1.0 { near } else { 1.0 - exp_wide(-z) * far };
    if x.is_nan() { x } else { y.copysign(x) }
}

/// log(1 + x), accurate near 0.
#[inline(always)]
fn log1p_wide(x: f64) -> f64 {
    // The rounding of 1 + x is made good by the first term of the series.
    let u = 1.0 + x;
    let rest = if u.abs() < 1e300 { (x - (u - 1.0)) / u } else { 0.0 };
    let out = log_wide(u) + rest;
    if u == 0.0 { f64::NEG_INFINITY } else { out }
}

/// The sine and cosine, good while |x| < 10^6.
#[inline(always)]
fn sin_cos_wide(x: f64) -> (f64, f64) {
    const HIGH: f64 = 1.5707963267341256; // 33 bits of pi / 2
    const LOW: f64 = 6.077100506506192e-11;
    let shifted = x.mul_add(1.0 / FRAC_PI_2, ROUND);
    let n = shifted - ROUND;
    let quadrant = shifted.to_bits();
    let r = n.mul_add(-LOW, n.mul_add(-HIGH, x));
    let z = r * r;
    let s = r * poly(
        z,
        [
            0.9999999999999956,
            -0.16666666666616112,
            0.008333333323806365,
            -0.00019841263263879324,
            2.755526497738055e-06,
            -2.475607449681038e-08,
        ],
    );
    let c = poly(
        z,
        [
            0.9999999999999443,
            -0.4999999999934818,
            0.04166666654346621,
            -0.0013888880369826834,
            2.4798923606165844e-05,
            -2.7173050283835984e-07,
        ],
    );
    let (a, b) = if quadrant & 1 == 0 { (s, c) } else { (c, s) };
    let sign = |v: f64, bit: u64| f64::from_bits(v.to_bits() ^ ((bit >> 1 & 1) << 63));
    (sign(a, quadrant), sign(b, quadrant.wrapping_add(1)))
}

macro_rules! rounded {
    ($($(#[$doc:meta])* $name:ident($x:ident) = $body:expr;)*) => {
        $($(#[$doc])*
        #[inline(always)]
        pub fn $name(x: f32) -> f32 {
            let $x = x as f64;
            ($body) as f32
        })*
    };
}

rounded! {
    /// e^x.
    exp_f32(x) = exp_wide(x);
    /// 2^x.
    exp2_f32(x) = exp_wide(x * LN_2);
    /// e^x - 1.
    expm1_f32(x) = { let y = expm1_wide(x); if x == 0.0 { x } else { y } };
    /// The natural logarithm.
    log_f32(x) = log_wide(x);
    /// The logarithm to base 2.
    log2_f32(x) = log_wide(x) * LOG2_E;
    /// The logarithm to base 10.
    log10_f32(x) = log_wide(x) * std::f64::consts::LOG10_E;
    /// log(1 + x).
    log1p_f32(x) = { let y = log1p_wide(x); if x == 0.0 { x } else { y } };
    /// The hyperbolic tangent.
    tanh_f32(x) = { let m = expm1_wide(limit(2.0 * x, -40.0, 40.0)); let y = m / (m + 2.0); if x == 0.0 { x } else { y } };
    /// The hyperbolic sine.
    sinh_f32(x) = { let m = expm1_wide(x.abs()); (0.5 * (m + m / (m + 1.0))).copysign(x) };
    /// The hyperbolic cosine.
    cosh_f32(x) = { let e = exp_wide(x); 0.5 * (e + 1.0 / e) };
    /// The error function.
    erf_f32(x) = erf_wide(x);
    /// 1 / (1 + e^-x).
    sigmoid_f32(x) = 1.0 / (1.0 + exp_wide(-x));
}

/// A float type with the elementary functions, vectorising for f32.
pub trait Real: Typed + PartialOrd {
    #[doc(hidden)]
    fn function<const ID: u8>(self) -> Self;
}

macro_rules! elementary {
    ($($(#[$doc:meta])* $name:ident = $id:literal, $f32:ident, |$x:ident| $f64:expr;)*) => {
        $($(#[$doc])*
        #[inline(always)]
        pub fn $name<T: Real>(x: T) -> T {
            x.function::<$id>()
        })*

        impl Real for f32 {
            #[inline(always)]
            fn function<const ID: u8>(self) -> f32 {
                match ID {
                    $($id => $f32(self),)*
                    _ => f32::NAN,
                }
            }
        }

        impl Real for f64 {
            #[inline(always)]
            fn function<const ID: u8>(self) -> f64 {
                match ID {
                    $($id => { let $x = self; $f64 })*
                    _ => f64::NAN,
                }
            }
        }
    };
}

elementary! {
    /// e^x.
    exp = 0, exp_f32, |x| x.exp();
    /// 2^x.
    exp2 = 1, exp2_f32, |x| x.exp2();
    /// e^x - 1, exact near zero.
    exp_m1 = 2, expm1_f32, |x| x.exp_m1();
    /// The natural logarithm.
    ln = 3, log_f32, |x| x.ln();
    /// The logarithm to base 2.
    log2 = 4, log2_f32, |x| x.log2();
    /// The logarithm to base 10.
    log10 = 5, log10_f32, |x| x.log10();
    /// log(1 + x), exact near zero.
    ln_1p = 6, log1p_f32, |x| x.ln_1p();
    /// The hyperbolic sine.
    sinh = 7, sinh_f32, |x| x.sinh();
    /// The hyperbolic cosine.
    cosh = 8, cosh_f32, |x| x.cosh();
    /// The hyperbolic tangent.
    tanh = 9, tanh_f32, |x| x.tanh();
    /// The error function.
    erf = 10, erf_f32, |x| libm::erf(x);
    /// The logistic function 1 / (1 + e^-x).
    sigmoid = 11, sigmoid_f32, |x| 1.0 / (1.0 + (-x).exp());
}

/// The elementwise `fast` where all f32 elements are below 10^6, otherwise the exact function.
fn trigonometric(a: &Array, fast: impl Fn(f32) -> f32 + Sync, exact: impl Fn(f32) -> f32 + Sync) -> Result<Array> {
    let dims: super::Dims = (0..a.ndim()).collect();
    let pick = |s: f32, x: f32| if x.abs() > s { x.abs() } else { s };
    let top = reduce::<f32, f32, _>(a, &dims, false, &folding(0.0f32, pick, pick), |s| s)?;
    if top.item().is_some_and(|m| m.as_f64() < 1e6) { map1(a, fast) } else { map1(a, exact) }
}

/// The sines of an f32 array.
pub fn sin(a: &Array) -> Result<Array> {
    let fast = |x: f32| {
        let y = sin_cos_wide(x as f64).0 as f32;
        if x == 0.0 { x } else { y }
    };
    trigonometric(a, fast, |x| (x as f64).sin() as f32)
}

/// The cosines of an f32 array.
pub fn cos(a: &Array) -> Result<Array> {
    trigonometric(a, |x| sin_cos_wide(x as f64).1 as f32, |x| (x as f64).cos() as f32)
}

/// The tangents of an f32 array.
pub fn tan(a: &Array) -> Result<Array> {
    let fast = |x: f32| {
        let (s, c) = sin_cos_wide(x as f64);
        if x == 0.0 { x } else { (s / c) as f32 }
    };
    trigonometric(a, fast, |x| (x as f64).tan() as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The distance in units in the last place; NaN and infinities must agree.
    fn ulps(a: f32, b: f32) -> u32 {
        if a == b || (a.is_nan() && b.is_nan()) {
            return 0;
        }
        let key = |x: f32| if x < 0.0 { -((x.to_bits() & 0x7fff_ffff) as i64) } else { x.to_bits() as i64 };
        (key(a) - key(b)).unsigned_abs().min(1 << 30) as u32
    }

    fn check(name: &str, fast: fn(f32) -> f32, exact: fn(f64) -> f64) {
        let mut x = 1u32;
        let mut points = vec![0.0f32, -0.0, f32::INFINITY, f32::NEG_INFINITY, f32::NAN, 1.0, -1.0, 88.8, -103.9, 1e-45];
        for _ in 0..100_000 {
            x = x.wrapping_mul(747796405).wrapping_add(2891336453);
            points.push(f32::from_bits(x));
            points.push(((x >> 8) as f32 / (1 << 20) as f32 - 8.0) * 2.0);
        }
        for p in points {
            let (got, want) = (fast(p), exact(p as f64) as f32);
            assert!(ulps(got, want) <= 1, "{name}({p:e}) = {got:e}, not {want:e}");
        }
    }

    #[test]
    fn every_function_is_within_one_unit_in_the_last_place() {
        check("exp", exp_f32, f64::exp);
        check("exp2", exp2_f32, f64::exp2);
        check("expm1", expm1_f32, f64::exp_m1);
        check("log", log_f32, f64::ln);
        check("log2", log2_f32, f64::log2);
        check("log10", log10_f32, f64::log10);
        check("log1p", log1p_f32, f64::ln_1p);
        check("tanh", tanh_f32, f64::tanh);
        check("sinh", sinh_f32, f64::sinh);
        check("cosh", cosh_f32, f64::cosh);
        check("sigmoid", sigmoid_f32, |x| 1.0 / (1.0 + (-x).exp()));
        check("erf", erf_f32, libm::erf);
        assert!(erf_f32(-0.0).is_sign_negative());
        assert!(tanh_f32(-0.0).is_sign_negative());
    }

    #[test]
    fn trigonometry_is_right_for_small_and_huge_arguments() {
        let xs: Vec<f32> = (0..2000).map(|i| (i as f32 - 1000.0) * 37.31).collect();
        let a = Array::from_vec(xs.clone(), vec![2000]);
        for (got, x) in sin(&a).unwrap().to_vec::<f32>().unwrap().iter().zip(&xs) {
            assert!(ulps(*got, (*x as f64).sin() as f32) <= 1);
        }
        for (got, x) in cos(&a).unwrap().to_vec::<f32>().unwrap().iter().zip(&xs) {
            assert!(ulps(*got, (*x as f64).cos() as f32) <= 1);
        }
        let huge = Array::from_vec(vec![1e30f32, f32::INFINITY], vec![2]);
        let got = sin(&huge).unwrap().to_vec::<f32>().unwrap();
        assert!(got[0] == (1e30f32 as f64).sin() as f32 && got[1].is_nan());
    }
}
