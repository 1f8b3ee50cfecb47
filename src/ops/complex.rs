//! Complex numbers: their parts, conjugates and angles, and tensors made of pairs of real numbers.

use super::def::{Example, Forms, OpDef, Save};
use super::kernel::{complex_to_real, complex1};
use super::node::grads;
use super::shape::SELECT;
use crate::array::complex::from_polar;
use crate::array::{Array, DType, map};
use crate::diag::{Fault, Result};
use crate::tensor::{Grads, Tensor};
use crate::value::Value;
use num_complex::Complex64;

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[
    &REAL,
    &IMAG,
    &CONJ,
    &CONJUGATE,
    &CONJ_PHYSICAL,
    &RESOLVE_CONJ,
    &RESOLVE_NEG,
    &VIEW_AS_REAL,
    &VIEW_AS_COMPLEX,
    &COMPLEX,
    &POLAR,
];

crate::tensor_methods! {
    /// The real parts.
    real() = REAL;
    /// The imaginary parts.
    imag() = IMAG;
}

impl Tensor {
    /// The complex conjugate; a real tensor itself.
    #[inline]
    pub fn conj(&self) -> Result<Tensor> {
        if self.dtype().is_complex() { super::call(&CONJUGATE, [self.into()]) } else { Ok(self.clone()) }
    }
}

/// One part of a complex tensor, as a view.
fn part(t: &Tensor, index: i64) -> Result<Value> {
    let pairs = super::call(&VIEW_AS_REAL, [t.into()])?;
    Ok(super::call(&SELECT, [pairs.into(), Value::Int(-1), Value::Int(index)])?.into())
}

/// The real parts.
pub static REAL: OpDef = OpDef::composite("real", "input: Tensor", |c| {
    let t = c.tensor(0)?;
    if t.dtype().is_complex() { part(t, 0) } else { Ok(c.value(0).clone()) }
})
.doc("The real parts of complex numbers, as a view; a real tensor itself.")
.examples(&[Example("torch.real(torch.tensor([1+2j, 3-4j]))", "tensor([1., 3.])")])
.forms(Forms::FUNCTION)
.samples(&["randn(2, 3)"]);

/// The imaginary parts.
pub static IMAG: OpDef = OpDef::composite("imag", "input: Tensor", |c| {
    let t = c.tensor(0)?;
    if t.dtype().is_complex() {
        part(t, 1)
    } else {
        Err(Fault::type_error("imag is not implemented for tensors with non-complex dtypes."))
    }
})
.doc("The imaginary parts of complex numbers, as a view; real tensors are refused.")
.examples(&[Example("torch.imag(torch.tensor([1+2j, 3-4j]))", "tensor([ 2., -4.])")])
.forms(Forms::FUNCTION)
.samples(&["randn(2, 3).to(complex128)"]);

/// The complex conjugate.
pub static CONJ: OpDef = OpDef::composite("conj", "input: Tensor", |c| Ok(c.tensor(0)?.conj()?.into()))
    .doc("The complex conjugate, elementwise; a real tensor itself.")
    .examples(&[Example("torch.conj(torch.tensor([1+2j]))", "tensor([1.-2.j])")])
    .samples(&["randn(2, 3)", "randn(2, 3).to(complex128)"]);

/// The complex conjugate of complex numbers.
pub static CONJUGATE: OpDef =
    OpDef::kernel("conj", "input: Tensor", |c| Ok(complex1(&c.array(0)?, |z| z.conj())?.into()))
        .forms(Forms::HIDDEN)
        .complex()
        .grad(|b| grads([b.grad().conj()?]));

/// The complex conjugate, computed.
pub static CONJ_PHYSICAL: OpDef = OpDef::kernel("conj_physical", "input: Tensor", |c| {
    let array = c.array(0)?;
    Ok(if array.dtype.is_complex() { complex1(&array, |z| z.conj())? } else { map::copy(&array)? }.into())
})
.doc("The complex conjugate, elementwise.")
.examples(&[Example("torch.conj_physical(torch.tensor([1+2j]))", "tensor([1.-2.j])")])
.forms(Forms::ALL)
.complex()
.grad(|b| grads([b.grad().conj()?]))
.samples(&["randn(2, 3)", "randn(2, 3).to(complex128)"]);

/// The tensor itself.
pub static RESOLVE_CONJ: OpDef = OpDef::composite("resolve_conj", "input: Tensor", |c| Ok(c.value(0).clone()))
    .doc("The tensor itself: conjugates are computed at once.")
    .examples(&[Example("torch.resolve_conj(torch.tensor([1+2j]).conj())", "tensor([1.-2.j])")])
    .samples(&["randn(2, 3)"]);

/// The tensor itself.
pub static RESOLVE_NEG: OpDef = OpDef::composite("resolve_neg", "input: Tensor", |c| Ok(c.value(0).clone()))
    .doc("The tensor itself: signs are changed at once.")
    .examples(&[Example("torch.resolve_neg(torch.tensor([1+2j]).conj().imag)", "tensor([-2.])")])
    .samples(&["randn(2, 3)"]);

/// Complex numbers as pairs.
pub static VIEW_AS_REAL: OpDef = OpDef::recast("view_as_real", "input: Tensor", |c| {
    let array = c.array(0)?;
    if !array.dtype.is_complex() {
        return Err(Fault::type_error("view_as_real is only supported for complex tensors"));
    }
    Ok(array.pairs())
})
.doc("The parts of complex numbers along a new last dimension of size 2, as a view.")
.examples(&[Example("torch.view_as_real(torch.tensor([1+2j, 3j]))", "tensor([[1., 2.],\n        [0., 3.]])")])
.forms(Forms::FUNCTION)
.grad(|b| grads([super::call(&VIEW_AS_COMPLEX, [super::call(&super::shape::CLONE, [b.grad().into()])?.into()])?]))
.samples(&["randn(2, 3).to(complex128)"]);

/// Pairs as complex numbers.
pub static VIEW_AS_COMPLEX: OpDef = OpDef::recast("view_as_complex", "input: Tensor", |c| {
    let array = c.array(0)?;
    let (sizes, strides) = (array.sizes(), &array.layout.strides);
    if !matches!(array.dtype, DType::F32 | DType::F64) {
        return Err(Fault::not_implemented(format!(
            "view_as_complex is only supported for half, float and double tensors, but got a tensor of scalar type: {}",
            array.dtype.scalar_type()
        )));
    }
    let Some((&last, _)) = sizes.split_last() else {
        return Err(Fault::runtime("Input tensor must have one or more dimensions"));
    };
    if last != 2 {
        return Err(Fault::runtime("Tensor must have a last dimension of size 2"));
    }
    if strides[sizes.len() - 1] != 1 {
        return Err(Fault::runtime("Tensor must have a last dimension with stride 1"));
    }
    if strides[..sizes.len() - 1].iter().any(|s| s % 2 != 0) {
        return Err(Fault::runtime("Tensor must have a stride divisible by 2 for all but last dimension"));
    }
    if array.layout.offset % 2 != 0 {
        return Err(Fault::runtime("Tensor must have a storage_offset divisible by 2"));
    }
    array.paired()
})
.doc("Pairs along the last dimension, of size 2, as complex numbers: a view.")
.examples(&[Example("torch.view_as_complex(torch.tensor([[1., 2.], [0., 3.]]))", "tensor([1.+2.j, 0.+3.j])")])
.forms(Forms::FUNCTION)
.grad(|b| grads([super::call(&VIEW_AS_REAL, [b.grad().into()])?]))
.samples(&["randn(3, 2)"]);

/// Two real tensors of one type joined into complex numbers.
fn joined(c: &super::Call, f: fn(f64, f64) -> Complex64) -> Result<Array> {
    let (a, b) = (c.array(0)?, c.array(1)?);
    if !a.dtype.is_float() || !b.dtype.is_float() {
        return Err(Fault::not_implemented(format!(
            "Expected both inputs to be Half, Float or Double tensors but got {} and {}",
            a.dtype.scalar_type(),
            b.dtype.scalar_type()
        )));
    }
    if a.dtype != b.dtype {
        return Err(Fault::runtime(format!(
            "Expected object of scalar type {} but got scalar type {} for second argument",
            a.dtype.scalar_type(),
            b.dtype.scalar_type()
        )));
    }
    let (wide, dtype) = (|x: &Array| super::kernel::to_dtype(x, DType::F64), a.dtype.to_complex());
    let out = map::map2(&wide(&a)?, &wide(&b)?, move |x: f64, y: f64| f(x, y))?;
    super::kernel::to_dtype(&out, dtype)
}

/// Complex numbers of their parts.
pub static COMPLEX: OpDef =
    OpDef::kernel("complex", "real: Tensor, imag: Tensor", |c| Ok(joined(c, Complex64::new)?.into()))
        .complex()
        .doc("The complex numbers real + imag * 1j; both of one floating-point type.")
        .examples(&[Example(
            "torch.complex(torch.tensor([1., 2.]), torch.tensor([0., -1.]))",
            "tensor([1.+0.j, 2.-1.j])",
        )])
        .forms(Forms::FUNCTION)
        .grad(|b| Ok(Grads::from_iter([b.when(0, || b.grad().real())?, b.when(1, || b.grad().imag())?])))
        .samples(&["randn(2, 3), randn(2, 3)"]);

/// Complex numbers of their moduli and angles.
pub static POLAR: OpDef = OpDef::kernel("polar", "abs: Tensor, angle: Tensor", |c| Ok(joined(c, from_polar)?.into()))
    .complex()
    .doc("The complex numbers abs * exp(1j * angle); both of one floating-point type.")
    .examples(&[Example(
        "torch.polar(torch.tensor([1., 2.]), torch.tensor([0., 3.1415927]))",
        "tensor([ 1.+0.0000e+00j, -2.-1.7485e-07j])",
    )])
    .forms(Forms::FUNCTION)
    .saves(&[Save::Out(0)])
    .grad(|b| {
        let (grad, out) = (b.grad().conj()?, b.out()?);
        let modulus = b.when(0, || grad.mul(&out.sgn()?)?.real())?;
        let turned = Value::Complex(std::rc::Rc::new(Complex64::new(0.0, 1.0)));
        Ok(Grads::from_iter([modulus, b.when(1, || grad.mul(&out.mul(turned)?)?.real())?]))
    })
    .samples(&["rand(2, 3) + 0.5, randn(2, 3)"]);

/// The angle of complex numbers, as real ones.
pub(super) fn angle(array: &Array) -> Result<Array> {
    complex_to_real(array, |z| z.im.atan2(z.re))
}
