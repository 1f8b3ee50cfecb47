//! The gamma function's family in double precision: digamma, polygamma, Hurwitz' zeta, incomplete gamma functions.

use std::f64::consts::PI;

/// The value of a polynomial, highest coefficient first.
pub(super) fn polynomial(x: f64, coefficients: &[f64]) -> f64 {
    coefficients.iter().fold(0.0, |sum, c| sum * x + c)
}

/// The logarithmic derivative of the gamma function; NaN at negative integers.
pub fn digamma(x: f64) -> f64 {
    const TAIL: [f64; 7] = [
        8.333_333_333_333_333e-2,
        -2.109_279_609_279_609_3e-2,
        7.575_757_575_757_576e-3,
        -4.166_666_666_666_667e-3,
        3.968_253_968_253_968e-3,
        -8.333_333_333_333_333e-3,
        8.333_333_333_333_333e-2,
    ];
    if x == 0.0 {
        return f64::INFINITY.copysign(-x);
    }
    if x < 0.0 {
        if x == x.trunc() {
            return f64::NAN;
        }
        // Reflection, with the fraction alone so that the tangent keeps its digits.
        return digamma(1.0 - x) - PI / (PI * x.fract()).tan();
    }
    let (mut sum, mut x) = (0.0, x);
    while x < 10.0 {
        sum -= 1.0 / x;
        x += 1.0;
    }
    if x == 10.0 {
        return sum + 2.251_752_589_066_721;
    }
    let z = 1.0 / (x * x);
    let tail = if x < 1e17 { z * polynomial(z, &TAIL) } else { 0.0 };
    sum + x.ln() - 0.5 / x - tail
}

/// The derivative of [`digamma`].
pub fn trigamma(x: f64) -> f64 {
    let (mut sign, mut sum, mut x) = (1.0, 0.0, x);
    if x < 0.5 {
        let s = (PI * x).sin();
        (sign, sum, x) = (-1.0, -(PI * PI) / (s * s), 1.0 - x);
    }
    for _ in 0..6 {
        sum += 1.0 / (x * x);
        x += 1.0;
    }
    let z = 1.0 / (x * x);
    sum += (1.0 + 1.0 / (2.0 * x) + z * (1.0 / 6.0 - z * (1.0 / 30.0 - z * (1.0 / 42.0)))) / x;
    sign * sum
}

/// The n-th derivative of [`digamma`], n not negative.
pub fn polygamma(n: i64, x: f64) -> f64 {
    match n {
        0 => digamma(x),
        1 => trigamma(x),
        _ => {
            let sign = if n % 2 == 1 { 1.0 } else { -1.0 };
            let n = n as f64;
            sign * libm::lgamma(n + 1.0).exp() * zeta(n + 1.0, x)
        }
    }
}

/// Hurwitz' zeta function: the sum of (k + q)^-x, by Euler and Maclaurin.
pub fn zeta(x: f64, q: f64) -> f64 {
    const EPSILON: f64 = f64::EPSILON / 2.0;
    const BERNOULLI: [f64; 12] = [
        12.0,
        -720.0,
        30240.0,
        -1209600.0,
        47900160.0,
        -1.892_437_580_318_379_2e9,
        7.47242496e10,
        -2.950_130_727_918_164e12,
        1.164_678_281_435_006_7e14,
        -4.597_978_722_407_473e15,
        1.815_210_540_194_354_7e17,
        -7.166_165_256_175_667e18,
    ];
    if x == 1.0 {
        return f64::INFINITY;
    }
    if x < 1.0 || q.is_nan() {
        return f64::NAN;
    }
    if x.is_nan() {
        // The poles are found before the exponent is looked at.
        return if q <= 0.0 && q == q.floor() { f64::INFINITY } else { f64::NAN };
    }
    if q <= 0.0 {
        if q == q.floor() {
            return f64::INFINITY;
        }
        if x != x.floor() {
            return f64::NAN;
        }
    }
    let (mut sum, mut a, mut b, mut i) = (q.powf(-x), q, 0.0, 0);
    // A far negative q would take as many steps as it is large: the terms there have no weight.
    while i < 9 || (a <= 9.0 && i < 1 << 20) {
        i += 1;
        a += 1.0;
        b = a.powf(-x);
        sum += b;
        if -EPSILON * sum < b && b < EPSILON * sum {
            return sum;
        }
    }
    let w = a;
    sum += b * w / (x - 1.0) - 0.5 * b;
    let (mut factor, mut k) = (1.0, 0.0);
    for d in BERNOULLI {
        factor *= x + k;
        b /= w;
        let term = factor * b / d;
        sum += term;
        if (term / sum).abs() < EPSILON {
            return sum;
        }
        k += 1.0;
        factor *= x + k;
        b /= w;
        k += 1.0;
    }
    sum
}

/// The logarithm of gamma(1 + a), precise for small a too.
fn lgamma1p(a: f64) -> f64 {
    if a > 1e-3 {
        return libm::lgamma(1.0 + a);
    }
    const EULER: f64 = 0.577_215_664_901_532_9;
    let (second, third, fourth) = (PI * PI / 12.0, 0.400_685_634_386_531_4, 0.270_580_808_427_784_5);
    a * (-EULER + a * (second - a * (third - a * fourth)))
}

/// The incomplete gamma functions where a is large, by the first terms of Temme's uniform expansion (DLMF 8.12).
fn incomplete_of_large(a: f64, x: f64) -> (f64, f64) {
    let mu = (x - a) / a;
    let half = if mu.abs() < 1e-3 {
        mu * mu * (0.5 - mu * (1.0 / 3.0 - mu * (0.25 - mu * (0.2 - mu / 6.0))))
    } else {
        mu - mu.ln_1p()
    };
    let eta = (2.0 * half).sqrt().copysign(mu);
    let first = if eta.abs() < 0.05 {
        -1.0 / 3.0 + eta * (1.0 / 12.0 - eta * (2.0 / 135.0 - eta * (1.0 / 864.0 + eta / 2835.0)))
    } else {
        1.0 / mu - 1.0 / eta
    };
    let rest = (-a * half).exp() / (2.0 * PI * a).sqrt() * first;
    let z = eta * (a / 2.0).sqrt();
    (0.5 * libm::erfc(-z) - rest, 0.5 * libm::erfc(z) + rest)
}

/// The regularised lower and upper incomplete gamma functions of a at x.
pub fn incomplete(a: f64, x: f64) -> (f64, f64) {
    const NAN: (f64, f64) = (f64::NAN, f64::NAN);
    if a < 0.0 || x < 0.0 {
        return NAN;
    }
    if a == 0.0 {
        return if x > 0.0 { (1.0, 0.0) } else { NAN };
    }
    if x == 0.0 {
        return (0.0, 1.0);
    }
    if a.is_infinite() {
        return if x.is_infinite() { NAN } else { (0.0, 1.0) };
    }
    if x.is_infinite() {
        return (1.0, 0.0);
    }
    if a.is_nan() || x.is_nan() {
        return NAN;
    }
    if a > 1e5 && (x - a).abs() < 0.3 * a {
        return incomplete_of_large(a, x);
    }
    let front = (a * x.ln() - x - libm::lgamma(a)).exp();
    const MOST: usize = 100_000;
    // Where the upper part is the small one it needs a series of its own: the rest to one would lose its digits.
    let small_upper = x <= 1.1 && if x <= 0.5 { -0.4 / x.ln() >= a } else { x * 1.1 >= a };
    if small_upper {
        let (mut factor, mut sum) = (1.0, 0.0);
        for n in 1..MOST {
            factor *= -x / n as f64;
            let term = factor / (a + n as f64);
            sum += term;
            if term.abs() <= 1e-17 * f64::abs(sum) {
                break;
            }
        }
        let power = a * x.ln() - lgamma1p(a);
        let upper = -power.exp_m1() - power.exp() * a * sum;
        return (1.0 - upper, upper);
    }
    if x < a + 1.0 {
        let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
        for _ in 0..MOST {
            n += 1.0;
            term *= x / n;
            sum += term;
            if term < sum * 1e-17 {
                break;
            }
        }
        let lower = (front * sum).min(1.0);
        return (lower, 1.0 - lower);
    }
    // Lentz' continued fraction for the upper part.
    const TINY: f64 = 1e-300;
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / b;
    let mut h = d;
    for i in 1..MOST {
        let n = i as f64;
        let step = -n * (n - a);
        b += 2.0;
        d = step * d + b;
        d = 1.0 / if d.abs() < TINY { TINY } else { d };
        c = b + step / c;
        c = if c.abs() < TINY { TINY } else { c };
        let delta = d * c;
        h *= delta;
        if (delta - 1.0).abs() < 1e-16 {
            break;
        }
    }
    let upper = (front * h).min(1.0);
    (1.0 - upper, upper)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) {
        assert!((a - b).abs() <= 1e-12 * b.abs().max(1.0), "{a} is not {b}");
    }

    #[test]
    fn known_values() {
        near(digamma(1.0), -0.577_215_664_901_532_9);
        near(digamma(-0.5), 0.036_489_973_978_576_52);
        assert!((trigamma(1.0) - PI * PI / 6.0).abs() < 1e-8);
        near(zeta(2.0, 1.0), PI * PI / 6.0);
        near(polygamma(2, 1.0), -2.404_113_806_319_188_6);
        near(incomplete(1.0, 2.0).0, 1.0 - (-2.0f64).exp());
        near(incomplete(2.5, 1.0).1, 0.849_145_036_084_609_6);
    }
}
