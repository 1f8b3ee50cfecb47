//! Orthogonal polynomials by their recurrences.

/// Which polynomials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Family {
    ChebyshevT,
    ChebyshevU,
    ChebyshevV,
    ChebyshevW,
    HermiteH,
    HermiteHe,
    Laguerre,
    Legendre,
}

/// Recurrences longer than this are not run: nothing of their result would be right.
const LONGEST: i64 = 1 << 20;

/// The polynomial of degree n at x; zero for negative degrees.
pub fn value(family: Family, x: f64, n: i64) -> f64 {
    use Family::*;
    if n < 0 {
        return 0.0;
    }
    let (even, degree) = (n % 2 == 0, n as f64);
    let sign = if even { 1.0 } else { -1.0 };
    if x.abs() == 1.0 {
        let up = x > 0.0;
        match family {
            ChebyshevT | Legendre => return if up { 1.0 } else { sign },
            ChebyshevU => return (degree + 1.0) * if up { 1.0 } else { sign },
            ChebyshevV => return if up { 1.0 } else { sign * (2.0 * degree + 1.0) },
            ChebyshevW => return if up { 2.0 * degree + 1.0 } else { sign },
            _ => {}
        }
    }
    if n > 8 && x.abs() < 1.0 {
        let angle = x.acos();
        match family {
            ChebyshevT => return (degree * angle).cos(),
            ChebyshevU => return ((degree + 1.0) * angle).sin() / angle.sin(),
            ChebyshevV => return ((degree + 0.5) * angle).cos() / (angle / 2.0).cos(),
            ChebyshevW => return ((degree + 0.5) * angle).sin() / (angle / 2.0).sin(),
            _ => {}
        }
    }
    let (mut before, mut now) = (
        1.0,
        match family {
            ChebyshevT | HermiteHe | Legendre => x,
            ChebyshevU | HermiteH => 2.0 * x,
            ChebyshevV => 2.0 * x - 1.0,
            ChebyshevW => 2.0 * x + 1.0,
            Laguerre => 1.0 - x,
        },
    );
    if n == 0 {
        return before;
    }
    if n > LONGEST {
        return f64::NAN;
    }
    for k in 1..n {
        let k = k as f64;
        let next = match family {
            ChebyshevT | ChebyshevU | ChebyshevV | ChebyshevW => 2.0 * x * now - before,
            HermiteH => 2.0 * x * now - 2.0 * k * before,
            HermiteHe => x * now - k * before,
            Laguerre => ((2.0 * k + 1.0 - x) * now - k * before) / (k + 1.0),
            Legendre => ((2.0 * k + 1.0) * x * now - k * before) / (k + 1.0),
        };
        (before, now) = (now, next);
        if now.is_nan() {
            break;
        }
    }
    now
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn low_degrees_are_the_textbooks() {
        let x = 0.3;
        assert!((value(Family::ChebyshevT, x, 3) - (4.0 * x * x * x - 3.0 * x)).abs() < 1e-15);
        assert!((value(Family::HermiteH, x, 2) - (4.0 * x * x - 2.0)).abs() < 1e-15);
        assert!((value(Family::Laguerre, x, 2) - (0.5 * (x * x - 4.0 * x + 2.0))).abs() < 1e-15);
        assert!((value(Family::Legendre, x, 2) - 0.5 * (3.0 * x * x - 1.0)).abs() < 1e-15);
        assert!((value(Family::ChebyshevT, x, 20) - (20.0 * x.acos()).cos()).abs() < 1e-12);
    }
}
