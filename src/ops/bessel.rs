//! Bessel functions, orthogonal polynomials, incomplete gamma functions, the zeta function, mantissas.

use super::args::Call;
use super::def::{Example, Forms, OpDef, Out, Save};
use super::kernel::{float_type, not_for, to_dtype};
use super::node::{Back, grads};
use super::special::through_f64;
use crate::array::polynomials::{Family, value};
use crate::array::{Array, DType, bessel, gamma, map};
use crate::diag::{Fault, Result};
use crate::float2;
use crate::tensor::{Grads, Tensor};

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[
    &I0,
    &I0E,
    &I1,
    &I1E,
    &MODIFIED_I0,
    &MODIFIED_I1,
    &MODIFIED_K0,
    &MODIFIED_K1,
    &SCALED_K0,
    &SCALED_K1,
    &J0,
    &J1,
    &Y0,
    &Y1,
    &SPHERICAL_J0,
    &AIRY_AI,
    &CHEBYSHEV_T,
    &CHEBYSHEV_U,
    &CHEBYSHEV_V,
    &CHEBYSHEV_W,
    &SHIFTED_T,
    &SHIFTED_U,
    &SHIFTED_V,
    &SHIFTED_W,
    &HERMITE_H,
    &HERMITE_HE,
    &LAGUERRE_L,
    &LEGENDRE_P,
    &ZETA,
    &IGAMMA,
    &IGAMMAC,
    &FREXP,
];

const BOTH: &[Save] = &[Save::In(0), Save::Out(0)];

fn of(def: &'static OpDef, x: &Tensor) -> Result<Tensor> {
    super::call(def, [x.into()])
}

/// The modified Bessel function I0.
pub static I0: OpDef = OpDef::kernel("i0", "input: Tensor", |c| through_f64(c, |x| bessel::i(0, x)))
    .no_complex("i0_vml_cpu")
    .aliases(&["special_i0"])
    .doc("The modified Bessel function of the first kind of order 0, elementwise.")
    .examples(&[Example("torch.i0(torch.tensor([0., 1.]))", "tensor([1.0000, 1.2661])")])
    .forms(Forms::ALL.and(Forms::NP))
    .saves(&[Save::In(0)])
    .grad(|b| grads([b.grad().mul(&of(&I1, &b.input(0)?)?)?]))
    .samples(&["randn(2, 3)"]);

/// The modified Bessel function I0, scaled.
pub static I0E: OpDef = OpDef::kernel("special_i0e", "input: Tensor", |c| through_f64(c, |x| bessel::scaled_i(0, x)))
    .doc("The modified Bessel function of the first kind of order 0 times exp(-|input|), elementwise.")
    .examples(&[Example("torch.special.i0e(torch.tensor([0., 1.]))", "tensor([1.0000, 0.4658])")])
    .forms(Forms::SPECIAL)
    .node("SpecialI0EBackward0")
    .saves(BOTH)
    .grad(|b| {
        let x = b.input(0)?;
        grads([b.grad().mul(&of(&I1E, &x)?.sub(&x.sgn()?.mul(&b.out()?)?)?)?])
    })
    .samples(&["randn(2, 3)"]);

/// The slope of I1 or its scaled form: a function over x, which tends to one half at zero.
fn halved_at_zero(b: &Back, slope: impl Fn(&Tensor) -> Result<Tensor>) -> Result<Grads> {
    let x = b.input(0)?;
    let zero = x.eq(0)?;
    let safe = x.masked_fill(&zero, f64::EPSILON)?;
    grads([b.grad().mul(&slope(&safe)?.masked_fill(&zero, 0.5)?)?])
}

/// The modified Bessel function I1.
pub static I1: OpDef = OpDef::kernel("special_i1", "input: Tensor", |c| through_f64(c, |x| bessel::i(1, x)))
    .doc("The modified Bessel function of the first kind of order 1, elementwise.")
    .examples(&[Example("torch.special.i1(torch.tensor([0., 1.]))", "tensor([0.0000, 0.5652])")])
    .forms(Forms::SPECIAL)
    .saves(BOTH)
    .grad(|b| {
        let out = b.out()?;
        halved_at_zero(b, |x| of(&I0, x)?.sub(&out.div(x)?))
    })
    .samples(&["randn(2, 3)"]);

/// The modified Bessel function I1, scaled.
pub static I1E: OpDef = OpDef::kernel("special_i1e", "input: Tensor", |c| through_f64(c, |x| bessel::scaled_i(1, x)))
    .doc("The modified Bessel function of the first kind of order 1 times exp(-|input|), elementwise.")
    .examples(&[Example("torch.special.i1e(torch.tensor([0., 1.]))", "tensor([0.0000, 0.2079])")])
    .forms(Forms::SPECIAL)
    .node("SpecialI1EBackward0")
    .saves(BOTH)
    .grad(|b| {
        let out = b.out()?;
        halved_at_zero(b, |x| of(&I0E, x)?.sub(&out.mul(&x.sgn()?.add(&x.pow(-1)?)?)?))
    })
    .samples(&["randn(2, 3)"]);

/// Declares a function of `torch.special` with what its derivative needs and the derivative itself.
macro_rules! plain {
    ($id:ident, $name:literal, $doc:literal, $example:literal => $shown:literal, $f:expr, $saves:expr $(, |$b:ident| $grad:expr)?) => {
        #[doc = $doc]
        pub static $id: OpDef = OpDef::kernel(concat!("special_", $name), "input: Tensor", |c| {
            refuse_halves(c)?;
            through_f64(c, $f)
        })
        .doc(concat!($doc, "\nElementwise; integers give float32."))
        .examples(&[Example($example, $shown)])
        .forms(Forms::SPECIAL)
        .samples(&["rand(2, 3) + 0.5"])
        .saves($saves)$(.grad(|$b| grads([$grad])))?;
    };
}

/// Refuses the half types, which the kernels of special functions do without.
pub(super) fn refuse_halves(c: &Call) -> Result<()> {
    wide(c, c.array(0)?).map(|_| ())
}

/// A result that is of no half type.
fn wide(c: &Call, out: Array) -> Result<Out> {
    if matches!(out.dtype, DType::F16 | DType::BF16) {
        return Err(not_for(&format!("{}_cpu", c.def.name.trim_start_matches("special_")), out.dtype));
    }
    Ok(out.into())
}

/// A derivative of the form `sign * other(x) - over * out / x`, which is `zero` at zero.
fn slope(b: &Back, other: &'static OpDef, sign: f64, over: f64, zero: f64) -> Result<Tensor> {
    let x = b.input(0)?;
    let first = of(other, &x)?.mul(sign)?;
    if over == 0.0 {
        return b.grad().mul(&first);
    }
    let slope = first.sub(&b.out()?.div(&x)?.mul(over)?)?;
    b.grad().mul(&slope.masked_fill(x.eq(0)?, zero)?)
}

plain!(MODIFIED_I0, "modified_bessel_i0", "The modified Bessel function of the first kind of order 0.",
    "torch.special.modified_bessel_i0(torch.tensor([0., 1.]))" => "tensor([1.0000, 1.2661])", |x| bessel::i(0, x), &[Save::In(0)], |b| slope(b, &MODIFIED_I1, 1.0, 0.0, 0.0)?);
plain!(MODIFIED_I1, "modified_bessel_i1", "The modified Bessel function of the first kind of order 1.",
    "torch.special.modified_bessel_i1(torch.tensor([0., 1.]))" => "tensor([0.0000, 0.5652])", |x| bessel::i(1, x), BOTH, |b| slope(b, &MODIFIED_I0, 1.0, 1.0, 0.5)?);
plain!(MODIFIED_K0, "modified_bessel_k0", "The modified Bessel function of the second kind of order 0.",
    "torch.special.modified_bessel_k0(torch.tensor([1., 2.]))" => "tensor([0.4210, 0.1139])", |x| bessel::k(0.0, x), &[Save::In(0)], |b| slope(b, &MODIFIED_K1, -1.0, 0.0, 0.0)?);
plain!(MODIFIED_K1, "modified_bessel_k1", "The modified Bessel function of the second kind of order 1.",
    "torch.special.modified_bessel_k1(torch.tensor([1., 2.]))" => "tensor([0.6019, 0.1399])", |x| bessel::k(1.0, x), BOTH, |b| slope(b, &MODIFIED_K0, -1.0, 1.0, f64::NAN)?);
plain!(SCALED_K0, "scaled_modified_bessel_k0", "The modified Bessel function of the second kind of order 0, times exp(input).",
    "torch.special.scaled_modified_bessel_k0(torch.tensor([1., 2.]))" => "tensor([1.1445, 0.8416])", |x| bessel::scaled_k(0.0, x), &[]);
plain!(SCALED_K1, "scaled_modified_bessel_k1", "The modified Bessel function of the second kind of order 1, times exp(input).",
    "torch.special.scaled_modified_bessel_k1(torch.tensor([1., 2.]))" => "tensor([1.6362, 1.0335])", |x| bessel::scaled_k(1.0, x), &[]);
plain!(J0, "bessel_j0", "The Bessel function of the first kind of order 0.",
    "torch.special.bessel_j0(torch.tensor([0., 1.]))" => "tensor([1.0000, 0.7652])", |x| bessel::j(0, x), &[Save::In(0)], |b| slope(b, &J1, -1.0, 0.0, 0.0)?);
plain!(J1, "bessel_j1", "The Bessel function of the first kind of order 1.",
    "torch.special.bessel_j1(torch.tensor([0., 1.]))" => "tensor([0.0000, 0.4401])", |x| bessel::j(1, x), BOTH, |b| slope(b, &J0, 1.0, 1.0, 0.5)?);
plain!(Y0, "bessel_y0", "The Bessel function of the second kind of order 0.",
    "torch.special.bessel_y0(torch.tensor([1., 2.]))" => "tensor([0.0883, 0.5104])", |x| bessel::y(0, x), &[Save::In(0)], |b| slope(b, &Y1, -1.0, 0.0, 0.0)?);
plain!(Y1, "bessel_y1", "The Bessel function of the second kind of order 1.",
    "torch.special.bessel_y1(torch.tensor([1., 2.]))" => "tensor([-0.7812, -0.1070])", |x| bessel::y(1, x), BOTH, |b| slope(b, &Y0, 1.0, 1.0, f64::INFINITY)?);
plain!(SPHERICAL_J0, "spherical_bessel_j0", "The spherical Bessel function of the first kind of order 0.",
    "torch.special.spherical_bessel_j0(torch.tensor([0., 1.]))" => "tensor([1.0000, 0.8415])", |x| if x.is_infinite() { 0.0 } else if x == 0.0 { 1.0 } else { x.sin() / x }, &[]);
plain!(AIRY_AI, "airy_ai", "The Airy function Ai.",
    "torch.special.airy_ai(torch.tensor([0., 1.]))" => "tensor([0.3550, 0.1353])", bessel::airy, &[]);

/// A polynomial of a family at x, with the degree truncated.
fn polynomial(c: &Call, family: Family, shifted: bool) -> Result<Out> {
    c.one_tensor()?;
    let at = move |x: f64, n: f64| {
        // A degree beyond the integers counts as negative, as the conversion in C makes it.
        let n = if n.abs() < 9e18 { n } else { -1.0 };
        value(family, if shifted { 2.0 * x - 1.0 } else { x }, n as i64)
    };
    wide(c, float2!(c, |a, b| at(a as f64, b as f64) as _)?)
}

/// Declares a family of orthogonal polynomials.
macro_rules! polynomials {
    ($id:ident, $name:literal, $doc:literal, $family:ident, $shifted:literal, $shown:literal) => {
        #[doc = $doc]
        pub static $id: OpDef =
            OpDef::kernel(concat!("special_", $name), "input, n", |c| polynomial(c, Family::$family, $shifted))
                .doc(concat!(
                    $doc,
                    "\nOf degree n at input, elementwise; either may be a number. It has no derivative."
                ))
                .examples(&[Example(concat!("torch.special.", $name, "(torch.tensor([0.5]), 2)"), $shown)])
                .forms(Forms::SPECIAL)
                .samples(&["randn(2, 3), 2", "randn(3), tensor([0, 1, 4])", "0.5, randn(3)"]);
    };
}

polynomials!(
    CHEBYSHEV_T,
    "chebyshev_polynomial_t",
    "Chebyshev's polynomials of the first kind.",
    ChebyshevT,
    false,
    "tensor([-0.5000])"
);
polynomials!(
    CHEBYSHEV_U,
    "chebyshev_polynomial_u",
    "Chebyshev's polynomials of the second kind.",
    ChebyshevU,
    false,
    "tensor([0.])"
);
polynomials!(
    CHEBYSHEV_V,
    "chebyshev_polynomial_v",
    "Chebyshev's polynomials of the third kind.",
    ChebyshevV,
    false,
    "tensor([-1.])"
);
polynomials!(
    CHEBYSHEV_W,
    "chebyshev_polynomial_w",
    "Chebyshev's polynomials of the fourth kind.",
    ChebyshevW,
    false,
    "tensor([1.])"
);
polynomials!(
    SHIFTED_T,
    "shifted_chebyshev_polynomial_t",
    "Shifted Chebyshev polynomials of the first kind.",
    ChebyshevT,
    true,
    "tensor([-1.])"
);
polynomials!(
    SHIFTED_U,
    "shifted_chebyshev_polynomial_u",
    "Shifted Chebyshev polynomials of the second kind.",
    ChebyshevU,
    true,
    "tensor([-1.])"
);
polynomials!(
    SHIFTED_V,
    "shifted_chebyshev_polynomial_v",
    "Shifted Chebyshev polynomials of the third kind.",
    ChebyshevV,
    true,
    "tensor([-1.])"
);
polynomials!(
    SHIFTED_W,
    "shifted_chebyshev_polynomial_w",
    "Shifted Chebyshev polynomials of the fourth kind.",
    ChebyshevW,
    true,
    "tensor([-1.])"
);
polynomials!(
    HERMITE_H,
    "hermite_polynomial_h",
    "The physicist's Hermite polynomials.",
    HermiteH,
    false,
    "tensor([-1.])"
);
polynomials!(
    HERMITE_HE,
    "hermite_polynomial_he",
    "The probabilist's Hermite polynomials.",
    HermiteHe,
    false,
    "tensor([-0.7500])"
);
polynomials!(LAGUERRE_L, "laguerre_polynomial_l", "Laguerre's polynomials.", Laguerre, false, "tensor([0.1250])");
polynomials!(LEGENDRE_P, "legendre_polynomial_p", "Legendre's polynomials.", Legendre, false, "tensor([-0.1250])");

/// Hurwitz' zeta function.
pub static ZETA: OpDef = OpDef::kernel("special_zeta", "input, other", |c| {
    c.one_tensor()?;
    wide(c, float2!(c, |a, b| gamma::zeta(a as f64, b as f64) as _)?)
})
.doc("Hurwitz' zeta function: the sum of (k + other)**-input over k = 0, 1, ...; either may be a number.")
.samples(&["2.5, rand(3) + 1", "tensor(2), rand(2, 3) + 1"])
.examples(&[Example("torch.special.zeta(torch.tensor([2.]), torch.tensor([1.]))", "tensor([1.6449])")])
.forms(Forms::SPECIAL)
.saves(&[Save::InFor(0, 1), Save::InFor(1, 1)])
.grad(|b| {
    if b.needs(0) {
        return Err(Fault::not_implemented("the derivative for 'zeta' is not implemented."));
    }
    let second = b.when(1, || {
        let x = match b.arg(0) {
            crate::value::Value::Undef => b.input(0)?.into(),
            number => number.clone(),
        };
        let next = match &x {
            crate::value::Value::Tensor(t) => t.add(1)?.into(),
            number => crate::value::Value::Float(number.as_scalar().map_or(0.0, |s| s.as_f64()) + 1.0),
        };
        b.grad().mul(&super::call(&ZETA, [next, b.input(1)?.into()])?)?.mul(x)?.neg()
    })?;
    Ok(Grads::from_iter([None, second]))
});

/// Declares a regularised incomplete gamma function.
macro_rules! incomplete {
    ($id:ident, $name:literal, $aliases:expr, $doc:literal, $part:tt, $sign:literal, $shown:literal) => {
        #[doc = $doc]
        pub static $id: OpDef = OpDef::kernel($name, "input: Tensor, other: Tensor", |c| {
            let refused = |i: usize| c.tensor(i).is_ok_and(|t| !t.dtype().is_float());
            if refused(0) && refused(1) {
                return Err(not_for(concat!($name, "_cpu"), c.tensor(0)?.dtype()));
            }
            Ok(float2!(c, |a, b| gamma::incomplete(a as f64, b as f64).$part as _)?.into())
        })
        .aliases($aliases)
        .doc(concat!($doc, "\nOf input at other, elementwise."))
        .examples(&[Example(concat!("torch.", $name, "(torch.tensor([1.]), torch.tensor([2.]))"), $shown)])
        .forms(Forms::ALL)
        .samples(&["tensor([1, 2, 3]), rand(3) + 1", "tensor(2), rand(2, 3) + 1"])
        .saves(&[Save::InFor(0, 1), Save::InFor(1, 1)])
        .grad(|b| {
            if b.needs(0) {
                return Err(Fault::not_implemented(concat!(
                    "the derivative for '",
                    $name,
                    ": input' is not implemented."
                )));
            }
            let second = b.when(1, || {
                let (a, x) = (b.input(0)?, b.input(1)?);
                let log = a.sub(1)?.mul(&x.log()?)?.sub(&x)?.sub(&of(&super::special::LGAMMA, &a)?)?;
                b.grad().mul(&log.exp()?.mul($sign)?)
            })?;
            Ok(Grads::from_iter([None, second]))
        });
    };
}

incomplete!(
    IGAMMA,
    "igamma",
    &["special_gammainc"],
    "The regularised lower incomplete gamma function.",
    0,
    1.0,
    "tensor([0.8647])"
);
incomplete!(
    IGAMMAC,
    "igammac",
    &["special_gammaincc"],
    "The regularised upper incomplete gamma function.",
    1,
    -1.0,
    "tensor([0.1353])"
);

/// A number as mantissa and power of two.
fn split(x: f64) -> (f64, i32) {
    if x.is_finite() { libm::frexp(x) } else { (x, 0) }
}

/// Mantissas and exponents.
pub static FREXP: OpDef = OpDef::kernel("frexp", "input: Tensor", |c| {
    let array = c.array(0)?;
    if !array.dtype.is_float() {
        return Err(Fault::runtime("torch.frexp() only supports floating-point dtypes"));
    }
    let wide = to_dtype(&array, DType::F64)?;
    let mantissa = map::map1(&wide, |x: f64| split(x).0)?;
    let exponent: Array = map::map1(&wide, |x: f64| split(x).1)?;
    Ok(Out::many([to_dtype(&mantissa, array.dtype)?, exponent]))
})
.returns(&["mantissa", "exponent"])
.doc("Each element as mantissa (0.5 to 1) and int32 exponent: input = mantissa * 2**exponent.")
.examples(&[Example(
    "torch.frexp(torch.tensor([5., 0.75]))",
    "torch.return_types.frexp(\nmantissa=tensor([0.6250, 0.7500]),\nexponent=tensor([3, 0], dtype=torch.int32))",
)])
.saves(&[Save::Out(1)])
.grad(|b| {
    let power = b.output(1)?.detach().to_dtype(float_type(b.dtype(0)))?;
    grads([b.grad().div(&of(&super::pointwise::EXP2, &power)?)?])
})
.samples(&["randn(2, 3)"]);
