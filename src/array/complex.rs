//! Functions of one complex number, in double precision, with the branch cuts of C's `<complex.h>`.
//!
//! The formulas are those of W. Kahan, "Branch Cuts for Complex Elementary Functions", 1987.

pub use num_complex::Complex64;
use std::f64::consts::{LN_2, LN_10};

/// Beyond this `exp` leaves the range of floats, and products with it are scaled.
const LARGE: f64 = 708.0;

fn new(re: f64, im: f64) -> Complex64 {
    Complex64::new(re, im)
}

/// `i * z`, which turns circular functions into hyperbolic ones.
fn turned(z: Complex64) -> Complex64 {
    new(-z.im, z.re)
}

/// `-i * z`
fn turned_back(z: Complex64) -> Complex64 {
    new(z.im, -z.re)
}

/// The quotient, scaled so that nothing overflows on the way (R. L. Smith, 1962); NaN for a divisor of zero.
pub fn quotient(a: Complex64, b: Complex64) -> Complex64 {
    if b.re.abs() >= b.im.abs() {
        let ratio = b.im / b.re;
        let scale = b.re + b.im * ratio;
        new((a.re + a.im * ratio) / scale, (a.im - a.re * ratio) / scale)
    } else {
        let ratio = b.re / b.im;
        let scale = b.re * ratio + b.im;
        new((a.re * ratio + a.im) / scale, (a.im * ratio - a.re) / scale)
    }
}

/// The number of a modulus and an angle; real when the angle is zero.
pub fn from_polar(modulus: f64, angle: f64) -> Complex64 {
    if angle == 0.0 {
        return new(modulus, modulus * angle);
    }
    new(modulus * angle.cos(), modulus * angle.sin())
}

/// A power by repeated products; the exponent is not negative.
fn product_power(base: Complex64, exponent: u32) -> Complex64 {
    let (mut power, mut square, mut rest) = (new(1.0, 0.0), base, exponent);
    while rest > 0 {
        if rest & 1 == 1 {
            power *= square;
        }
        rest >>= 1;
        if rest > 0 {
            square *= square;
        }
    }
    power
}

/// The power `base ** exponent`: by products for small whole exponents, otherwise in polar form.
pub fn power(base: Complex64, exponent: Complex64) -> Complex64 {
    if exponent.im == 0.0 && exponent.re.fract() == 0.0 && exponent.re.abs() <= 100.0 {
        let whole = product_power(base, exponent.re.abs() as u32);
        return if exponent.re < 0.0 { quotient(new(1.0, 0.0), whole) } else { whole };
    }
    if base == new(0.0, 0.0) {
        return new(0.0, 0.0);
    }
    let (modulus, angle) = (base.re.hypot(base.im), base.im.atan2(base.re));
    let (mut length, mut phase) = (modulus.powf(exponent.re), angle * exponent.re);
    if exponent.im != 0.0 {
        length /= (angle * exponent.im).exp();
        phase += exponent.im * modulus.ln();
    }
    new(length * phase.cos(), length * phase.sin())
}

/// The square root in the right half-plane.
pub fn sqrt(z: Complex64) -> Complex64 {
    if z.re == 0.0 && z.im == 0.0 {
        return new(0.0, z.im);
    }
    if z.im.is_infinite() {
        return new(f64::INFINITY, z.im);
    }
    let (x, y) = (z.re.abs(), z.im.abs());
    let root = if x < f64::MIN_POSITIVE && y < f64::MIN_POSITIVE {
        // Subnormal numbers are scaled up by an even power of two.
        let (x, y) = (libm::ldexp(x, 54), libm::ldexp(y, 54));
        libm::ldexp((x + x.hypot(y)).sqrt(), -27) / std::f64::consts::SQRT_2
    } else {
        let x = x / 8.0;
        2.0 * (x + x.hypot(y / 8.0)).sqrt()
    };
    let other = y / (2.0 * root);
    if z.re >= 0.0 { new(root, other.copysign(z.im)) } else { new(other, root.copysign(z.im)) }
}

/// e raised to a number.
pub fn exp(z: Complex64) -> Complex64 {
    if z.im == 0.0 {
        return new(z.re.exp(), z.im);
    }
    if z.re > LARGE {
        let length = (z.re - 1.0).exp();
        let e = std::f64::consts::E;
        return new(length * z.im.cos() * e, length * z.im.sin() * e);
    }
    let length = z.re.exp();
    new(length * z.im.cos(), length * z.im.sin())
}

/// The natural logarithm, exact near the unit circle.
pub fn ln(z: Complex64) -> Complex64 {
    let (x, y) = (z.re.abs(), z.im.abs());
    let modulus = x.hypot(y);
    let re = if (0.71..=1.73).contains(&modulus) {
        let (most, least) = (x.max(y), x.min(y));
        ((most - 1.0) * (most + 1.0) + least * least).ln_1p() / 2.0
    } else if modulus.is_infinite() && x.is_finite() && y.is_finite() {
        (x / 2.0).hypot(y / 2.0).ln() + LN_2
    } else {
        modulus.ln()
    };
    new(re, z.im.atan2(z.re))
}

/// The logarithm to base 2.
pub fn log2(z: Complex64) -> Complex64 {
    let log = ln(z);
    new(log.re / LN_2, log.im / LN_2)
}

/// The logarithm to base 10.
pub fn log10(z: Complex64) -> Complex64 {
    let log = ln(z);
    new(log.re / LN_10, log.im / LN_10)
}

/// The hyperbolic sine.
pub fn sinh(z: Complex64) -> Complex64 {
    if z.re.abs() > LARGE {
        let (e, x) = (std::f64::consts::E, z.re - 1f64.copysign(z.re));
        return new(z.im.cos() * x.sinh() * e, z.im.sin() * x.cosh() * e);
    }
    new(z.im.cos() * z.re.sinh(), z.im.sin() * z.re.cosh())
}

/// The hyperbolic cosine.
pub fn cosh(z: Complex64) -> Complex64 {
    if z.re.abs() > LARGE {
        let (e, x) = (std::f64::consts::E, z.re - 1f64.copysign(z.re));
        return new(z.im.cos() * x.cosh() * e, z.im.sin() * x.sinh() * e);
    }
    new(z.im.cos() * z.re.cosh(), z.im.sin() * z.re.sinh())
}

/// The hyperbolic tangent.
pub fn tanh(z: Complex64) -> Complex64 {
    if z.re.abs() > LARGE {
        return new(1f64.copysign(z.re), 0f64.copysign(2.0 * z.im.sin() * z.im.cos()));
    }
    let (x, y) = (z.re.tanh(), z.im.tan());
    let scale = 1.0 / z.re.cosh();
    let both = x * y;
    let denominator = 1.0 + both * both;
    new(x * (1.0 + y * y) / denominator, y / denominator * scale * scale)
}

/// The sine.
pub fn sin(z: Complex64) -> Complex64 {
    turned_back(sinh(turned(z)))
}

/// The cosine.
pub fn cos(z: Complex64) -> Complex64 {
    cosh(turned(z))
}

/// The tangent.
pub fn tan(z: Complex64) -> Complex64 {
    turned_back(tanh(turned(z)))
}

/// The logistic function.
pub fn sigmoid(z: Complex64) -> Complex64 {
    quotient(Complex64::ONE, exp(-z) + 1.0)
}

/// The normalised sine `sin(pi z) / (pi z)`; 1 at zero.
pub fn sinc(z: Complex64) -> Complex64 {
    let turned = z * std::f64::consts::PI;
    if z == Complex64::ZERO { Complex64::ONE } else { quotient(sin(turned), turned) }
}

/// The unit in the direction of a number; 0 for zero.
pub fn direction(z: Complex64) -> Complex64 {
    let modulus = z.re.hypot(z.im);
    if modulus == 0.0 { Complex64::ZERO } else { z / modulus }
}

/// The inverse cosine.
pub fn acos(z: Complex64) -> Complex64 {
    let (a, b) = (sqrt(new(1.0 - z.re, -z.im)), sqrt(new(1.0 + z.re, z.im)));
    new(2.0 * a.re.atan2(b.re), libm::asinh(b.re * a.im - b.im * a.re))
}

/// The inverse hyperbolic cosine.
pub fn acosh(z: Complex64) -> Complex64 {
    let (a, b) = (sqrt(new(z.re - 1.0, z.im)), sqrt(new(z.re + 1.0, z.im)));
    new(libm::asinh(a.re * b.re + a.im * b.im), 2.0 * a.im.atan2(b.re))
}

/// The inverse hyperbolic sine.
pub fn asinh(z: Complex64) -> Complex64 {
    let (a, b) = (sqrt(new(1.0 + z.im, -z.re)), sqrt(new(1.0 - z.im, z.re)));
    new(libm::asinh(a.re * b.im - b.re * a.im), z.im.atan2(a.re * b.re - a.im * b.im))
}

/// The inverse hyperbolic tangent.
pub fn atanh(z: Complex64) -> Complex64 {
    if z.re < 0.0 || (z.re == 0.0 && z.re.is_sign_negative()) {
        return -atanh(-z);
    }
    let y = z.im.abs();
    let gap = (1.0 - z.re) * (1.0 - z.re) + y * y;
    new((4.0 * z.re / gap).ln_1p() / 4.0, -(-2.0 * z.im).atan2((1.0 - z.re) * (1.0 + z.re) - y * y) / 2.0)
}

/// The inverse sine.
pub fn asin(z: Complex64) -> Complex64 {
    turned_back(asinh(turned(z)))
}

/// The inverse tangent.
pub fn atan(z: Complex64) -> Complex64 {
    turned_back(atanh(turned(z)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inverses_undo_their_functions() {
        for z in [new(0.3, -0.7), new(-0.2, 0.4), new(0.5, 0.1)] {
            for (f, inverse) in
                [(sin as fn(_) -> _, asin as fn(_) -> _), (tan, atan), (sinh, asinh), (tanh, atanh), (exp, ln)]
            {
                let back: Complex64 = f(inverse(z));
                assert!((back - z).norm() < 1e-14, "{z} {back}");
            }
            for back in [cos(acos(z)), cosh(acosh(z)), sqrt(z) * sqrt(z), power(z, new(0.5, 0.0)) * sqrt(z)] {
                assert!((back - z).norm() < 1e-14, "{z} {back}");
            }
        }
    }

    #[test]
    fn roots_lie_on_the_branch_that_the_sign_of_zero_picks() {
        assert_eq!(sqrt(new(-4.0, 0.0)), new(0.0, 2.0));
        assert_eq!(sqrt(new(-4.0, -0.0)).im, -2.0);
        assert_eq!(sqrt(new(0.0, 2.0)), new(1.0, 1.0));
        assert_eq!(quotient(new(1.0, 2.0), new(3.0, -4.0)), new(-0.2, 0.4));
        assert_eq!(power(new(0.0, 1.0), new(-2.0, 0.0)), new(-1.0, 0.0));
    }
}
