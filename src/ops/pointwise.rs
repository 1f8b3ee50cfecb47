//! Functions of one real number, elementwise.

use super::def::{Example, Forms, OpDef, Save};
use super::node::grads;
use crate::float1;

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[&EXP, &LOG];

/// The exponential.
pub static EXP: OpDef = OpDef::kernel("exp", "input: Tensor", |c| float1!(c, |x| x.exp()))
    .doc("e raised to each element; integers give float32.")
    .examples(&[Example("torch.exp(torch.tensor([0., 1.]))", "tensor([1.0000, 2.7183])")])
    .forms(Forms::ALL.and(Forms::NP))
    .saves(&[Save::Out(0)])
    .grad(|b| grads([b.grad().mul(&b.out()?)?]))
    .samples(&["randn(2, 3)"]);

/// The natural logarithm.
pub static LOG: OpDef = OpDef::kernel("log", "input: Tensor", |c| float1!(c, |x| x.ln()))
    .doc("The natural logarithm of each element; integers give float32.")
    .examples(&[Example("torch.log(torch.tensor([1., 0.]))", "tensor([0., -inf])")])
    .forms(Forms::ALL.and(Forms::NP))
    .saves(&[Save::In(0)])
    .grad(|b| grads([b.grad().div(&b.input(0)?)?]))
    .samples(&["rand(2, 3) + 0.5"]);
