//! Affine and bilinear maps, and the attention built on products.

use super::def::{Example, Forms, OpDef};
use super::matmul::{affine, product};
use crate::array::layout::show_sizes;
use crate::array::{Array, DType, Scalar};
use crate::diag::{Fault, Result};
use crate::tensor::Tensor;
use crate::value::Value;

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[&LINEAR, &BILINEAR, &ATTENTION];

/// The affine map of the last dimension.
pub static LINEAR: OpDef = OpDef::composite("linear", "input: Tensor, weight: Tensor, bias: Tensor? = None", |c| {
    Ok(affine(c.tensor(0)?, c.tensor(1)?, c.opt_tensor(2)?)?.into())
})
.doc("input @ weight.T + bias: [..., in] to [..., out], with weight [out, in].")
.examples(&[Example(
    "F.linear(torch.tensor([[1., 2.]]), torch.tensor([[3., 4.]]), torch.tensor([1.]))",
    "tensor([[12.]])",
)])
.forms(Forms::NN)
.samples(&["randn(2, 3), randn(4, 3), randn(4)", "randn(2, 2, 3), randn(4, 3)"]);

/// The bilinear map of two inputs.
pub static BILINEAR: OpDef = OpDef::composite(
    "bilinear",
    "input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor? = None",
    |c| {
        let (a, b, w) = (c.tensor(0)?, c.tensor(1)?, c.tensor(2)?);
        let (x, y, k) = (a.sizes(), b.sizes(), w.sizes());
        if x.len() != y.len() {
            return Err(Fault::runtime(format!(
                "bilinear(): input dimensions do not match: got {} and {}",
                x.len(),
                y.len()
            )));
        }
        for d in 0..x.len().saturating_sub(1) {
            if x[d] != y[d] {
                return Err(Fault::runtime(format!(
                    "bilinear(): input batch dimensions do not match at dim {d}: got {} and {}",
                    x[d], y[d]
                )));
            }
        }
        if k.len() != 3 || x.is_empty() {
            return Err(Fault::runtime(format!("bilinear(): weight must be 3-D, but got {}", show_sizes(&k))));
        }
        for (i, (s, want)) in [(x[x.len() - 1], k[1]), (y[y.len() - 1], k[2])].into_iter().enumerate() {
            if s != want {
                return Err(Fault::runtime(format!(
                    "bilinear(): input{} size does not match weight size: got {s} but expected {want}",
                    i + 1
                )));
            }
        }
        // [..., i] x [o, i, j] x [..., j]: one product for i, then the sum over j.
        let lead: usize = x[..x.len() - 1].iter().product();
        let (o, i, j) = (k[0], k[1], k[2]);
        let rows = a.reshape(&[lead, i])?;
        let flat = w.permute(&[1, 0, 2])?.reshape(&[i, o * j])?;
        let mixed = rows.mm(flat)?.reshape(&[lead, o, j])?;
        let out = mixed.mul(&b.reshape(&[lead, 1, j])?)?.sum_dims(&[2], false)?.to_dtype(a.dtype())?;
        let mut shape = x.clone();
        if let Some(last) = shape.last_mut() {
            *last = o;
        }
        let out = out.reshape(&shape)?;
        Ok(match c.opt_tensor(3)? {
            Some(bias) => out.add(bias)?,
            None => out,
        }
        .into())
    },
)
.doc("x1 @ weight[k] @ x2 + bias[k] for each output k: [..., in1] and [..., in2] to [..., out], with weight [out, in1, in2].")
.examples(&[Example("F.bilinear(torch.ones(1, 2), torch.ones(1, 3), torch.ones(1, 2, 3))", "tensor([[6.]])")])
.forms(Forms::NN)
.samples(&["randn(2, 3), randn(2, 2), randn(4, 3, 2), randn(4)"]);

/// Attention.
pub static ATTENTION: OpDef = OpDef::composite(
    "scaled_dot_product_attention",
    "query: Tensor, key: Tensor, value: Tensor, attn_mask: Tensor? = None, dropout_p: Number = 0.0, is_causal: bool = False, \
     *, scale: Number? = None, enable_gqa: bool = False",
    |c| {
        let (q, k, v) = (c.tensor(0)?, c.tensor(1)?, c.tensor(2)?);
        if q.dtype() != k.dtype() || q.dtype() != v.dtype() {
            return Err(Fault::runtime(format!(
                "Expected query, key, and value to have the same dtype, but got query.dtype: {} key.dtype: {} and \
                 value.dtype: {} instead.",
                q.dtype().c_name(),
                k.dtype().c_name(),
                v.dtype().c_name()
            )));
        }
        if q.ndim() < 2 || k.ndim() < 2 || v.ndim() < 2 {
            return Err(Fault::runtime(format!(
                "Expected query, key, and value to all be  at least 2 dimensional, but got query.dim(): {}, key.dim(): {} \
                 and value.dim(): {} instead.",
                q.ndim(),
                k.ndim(),
                v.ndim()
            )));
        }
        let (n, m) = (q.sizes()[q.ndim() - 2], k.sizes()[k.ndim() - 2]);
        let width = q.sizes()[q.ndim() - 1].max(1) as f64;
        let scale = c.opt_scalar(6)?.map_or(1.0 / width.sqrt(), Scalar::as_f64);
        let (mut k, mut v) = (k.clone(), v.clone());
        if c.bool(7)? {
            let repeat = |t: &Tensor| -> Result<Tensor> {
                let heads = q.sizes()[q.ndim() - 3] / t.sizes()[t.ndim() - 3].max(1);
                let args = [t.into(), Value::from(heads), Value::Int(-3)];
                super::call(&super::arrange::REPEAT_INTERLEAVE, args)
            };
            (k, v) = (repeat(&k)?, repeat(&v)?);
        }
        let mut scores = product(&q.mul(scale.sqrt())?, &k.transpose(-2, -1)?.mul(scale.sqrt())?)?;
        let mask = match c.opt_tensor(3)? {
            Some(_) if c.bool(5)? => {
                return Err(Fault::runtime(
                    "_scaled_dot_product_attention: Explicit attn_mask should not be set when is_causal=True",
                ));
            }
            Some(m) => Some(m.clone()),
            None if c.bool(5)? => {
                let ones = Tensor::new(Array::full(&[n, m], Scalar::Bool(true), DType::Bool)?);
                Some(ones.tril(0)?)
            }
            None => None,
        };
        let blocked = match &mask {
            Some(m) if m.dtype() == DType::Bool => {
                scores = scores.masked_fill(m.logical_not()?, f64::NEG_INFINITY)?;
                true
            }
            Some(m) => {
                scores = scores.add(m)?;
                false
            }
            None => false,
        };
        let mut weights = super::call(&super::softmax::SOFTMAX, [Value::Tensor(scores.clone()), Value::Int(-1)])?;
        if blocked {
            // A row that may look nowhere has weights zero, not NaN.
            let empty = scores.detach().eq(f64::NEG_INFINITY)?.logical_not()?.to_dtype(DType::I64)?;
            let none = empty.sum_dims(&[-1], true)?.eq(0)?;
            weights = weights.masked_fill(none, 0.0)?;
        }
        if c.float(4)? > 0.0 {
            weights = super::call(&super::dropout::DROPOUT, [weights.into(), c.value(4).clone(), Value::Bool(true)])?;
        }
        Ok(product(&weights, &v)?.into())
    },
)
.doc("softmax(query @ key.T * scale + mask) @ value over the last two dimensions; scale is 1 / sqrt(width) by default.\nA bool mask is true where attention may go; is_causal lets each position see itself and those before.")
.examples(&[Example("F.scaled_dot_product_attention(torch.ones(1, 2), torch.ones(1, 2), torch.tensor([[3., 4.]]))", "tensor([[3., 4.]])")])
.forms(Forms::NN)
.samples(&["randn(2, 3, 4), randn(2, 5, 4), randn(2, 5, 2)", "randn(3, 4), randn(3, 4), randn(3, 2), is_causal=True"]);
