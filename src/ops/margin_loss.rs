//! Losses with margins: hinges, rankings, triplets, several labels.

use super::args::Call;
use super::def::{Example, Forms, OpDef};
use super::loss::{Reduction, legacy, reduction};
use crate::array::layout::show_sizes;
use crate::array::{Array, DType, Dims};
use crate::diag::{Fault, Result};
use crate::tensor::Tensor;
use crate::value::Value;

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[
    &HINGE_EMBEDDING,
    &MARGIN_RANKING,
    &COSINE_EMBEDDING,
    &TRIPLET_MARGIN,
    &SOFT_MARGIN,
    &MULTI_MARGIN,
    &MULTILABEL_MARGIN,
    &MULTILABEL_SOFT_MARGIN,
];

/// The positive part, as a bound from below gives it.
fn above_zero(t: &Tensor) -> Result<Tensor> {
    super::call(&super::extremes::CLAMP_MIN, [t.into(), Value::Int(0)])
}

/// The hinge loss of distances.
pub static HINGE_EMBEDDING: OpDef = OpDef::composite(
    "hinge_embedding_loss",
    "input: Tensor, target: Tensor, margin: Number = 1.0, size_average = None, reduce = None, reduction: str = mean",
    |c| {
        let (x, y) = (c.tensor(0)?, c.tensor(1)?);
        let far = above_zero(&x.neg()?.add(c.scalar(2)?)?)?;
        let loss = far.masked_fill(&y.eq(1)?, 0)?.add(&x.masked_fill(&y.eq(-1)?, 0)?)?;
        Ok(legacy(c, 3, 5)?.of(&loss)?.into())
    },
)
.doc("input where target is 1, max(0, margin - input) where it is -1; then reduced.")
.examples(&[Example("F.hinge_embedding_loss(torch.tensor([0.3, 0.3]), torch.tensor([1., -1.]))", "tensor(0.5000)")])
.forms(Forms::NN)
.samples(&["randn(2, 2), tensor([[1., -1.], [-1., 1.]])"]);

/// The loss of wrong orders.
pub static MARGIN_RANKING: OpDef = OpDef::composite(
    "margin_ranking_loss",
    "input1: Tensor, input2: Tensor, target: Tensor, margin: Number = 0, size_average = None, reduce = None, reduction: str \
     = mean",
    |c| {
        let (a, b, y) = (c.tensor(0)?, c.tensor(1)?, c.tensor(2)?);
        if a.ndim() != b.ndim() || a.ndim() != y.ndim() {
            return Err(Fault::runtime(format!(
                "margin_ranking_loss : All input tensors should have same dimension but got sizes: input1: \
                 torch.Size({}), input2: torch.Size({}), target: torch.Size({}) ",
                show_sizes(&a.sizes()),
                show_sizes(&b.sizes()),
                show_sizes(&y.sizes())
            )));
        }
        let loss = above_zero(&y.neg()?.mul(&a.sub(b)?)?.add(c.scalar(3)?)?)?;
        Ok(legacy(c, 4, 6)?.of(&loss)?.into())
    },
)
.doc("max(0, -target * (input1 - input2) + margin); then reduced.")
.examples(&[Example("F.margin_ranking_loss(torch.tensor([1.]), torch.tensor([2.]), torch.tensor([1.]))", "tensor(1.)")])
.forms(Forms::NN)
.samples(&["randn(3), randn(3), tensor([1., -1., 1.])"]);

/// The loss of angles between vectors.
pub static COSINE_EMBEDDING: OpDef = OpDef::composite(
    "cosine_embedding_loss",
    "input1: Tensor, input2: Tensor, target: Tensor, margin: Number = 0, size_average = None, reduce = None, reduction: str \
     = mean",
    |c| {
        let (a, b, y) = (c.tensor(0)?, c.tensor(1)?, c.tensor(2)?);
        if y.ndim() > 1 {
            return Err(Fault::runtime("0D or 1D target tensor expected, multi-target not supported"));
        }
        if y.ndim() == 1 && a.ndim() != 2 {
            return Err(Fault::runtime("1D target tensor expects 2D input tensors, but found inputs with sizes"));
        }
        if y.ndim() == 0 && a.ndim() != 1 {
            return Err(Fault::runtime("0D target tensor expects 1D input tensors, but found inputs with sizes"));
        }
        let dim = [y.ndim() as i64];
        let dot = a.mul(b)?.sum_dims(&dim, false)?;
        const EPS: f64 = 1e-12;
        let (p, q) = (a.mul(a)?.sum_dims(&dim, false)?.add(EPS)?, b.mul(b)?.sum_dims(&dim, false)?.add(EPS)?);
        let cos = dot.div(&p.mul(&q)?.sqrt()?)?;
        let near = cos.neg()?.add(1)?;
        let far = above_zero(&cos.sub(c.scalar(3)?)?)?;
        let zero = Tensor::new(Array::full(&cos.sizes(), crate::array::Scalar::Int(0), cos.dtype())?);
        let pos = super::activation::choose(&y.eq(1)?, &near, &zero)?;
        let neg = super::activation::choose(&y.eq(-1)?, &far, &zero)?;
        Ok(legacy(c, 4, 6)?.of(&pos.add(&neg)?)?.into())
    },
)
.doc("1 - cos(input1, input2) where target is 1, max(0, cos - margin) where it is -1; then reduced.")
.examples(&[Example(
    "F.cosine_embedding_loss(torch.tensor([[1., 0.]]), torch.tensor([[1., 1.]]), torch.tensor([1]))",
    "tensor(0.2929)",
)])
.forms(Forms::NN)
.samples(&["randn(2, 3), randn(2, 3), tensor([1, -1])"]);

/// The loss of a closer wrong one.
pub static TRIPLET_MARGIN: OpDef = OpDef::composite(
    "triplet_margin_loss",
    "anchor: Tensor, positive: Tensor, negative: Tensor, margin: Number = 1.0, p: Number = 2, eps: Number = 1e-06, swap: \
     bool = False, size_average = None, reduce = None, reduction: str = mean",
    |c| {
        let (a, p, n) = (c.tensor(0)?, c.tensor(1)?, c.tensor(2)?);
        if c.float(3)? <= 0.0 {
            return Err(Fault::value(format!(
                "margin must be greater than 0, got {}",
                c.float(3)?
            )));
        }
        if a.ndim() != p.ndim() || a.ndim() != n.ndim() {
            return Err(Fault::runtime(format!(
                "The anchor, positive, and negative tensors are expected to have the same number of dimensions, but got: \
                 anchor {}D, positive {}D, and negative {}D inputs",
                a.ndim(),
                p.ndim(),
                n.ndim()
            )));
        }
        let distance =
            |x: &Tensor, y: &Tensor| super::distance::pairwise(x, y, c.value(4).clone(), c.value(5).clone(), false);
        let near = distance(a, p)?;
        let mut far = distance(a, n)?;
        if c.bool(6)? {
            far = super::call(&super::extremes::MINIMUM, [far.into(), distance(p, n)?.into()])?;
        }
        let loss = above_zero(&near.sub(&far)?.add(c.scalar(3)?)?)?;
        Ok(legacy(c, 7, 9)?.of(&loss)?.into())
    },
)
.doc("max(0, |anchor - positive| - |anchor - negative| + margin) over the last dimension; then reduced.\nswap takes the smaller of the distances of anchor and positive from negative.")
.examples(&[Example(
    "F.triplet_margin_loss(torch.tensor([[0., 0.]]), torch.tensor([[1., 0.]]), torch.tensor([[0., 1.]]))",
    "tensor(1.)",
)])
.forms(Forms::NN)
.samples(&["randn(2, 3), randn(2, 3), randn(2, 3)", "randn(2, 3), randn(2, 3), randn(2, 3), swap=True"]);

/// The logistic loss of signs.
pub static SOFT_MARGIN: OpDef = OpDef::composite(
    "soft_margin_loss",
    "input: Tensor, target: Tensor, size_average = None, reduce = None, reduction: str = mean",
    |c| {
        let (x, y) = (c.tensor(0)?, c.tensor(1)?);
        let reduction = legacy(c, 2, 4)?;
        let z = x.mul(y)?;
        if !z.dtype().is_float() {
            return Err(super::kernel::not_for("soft_margin_loss", z.dtype()));
        }
        Ok(reduction.of(&z.logsigmoid()?.neg()?)?.into())
    },
)
.doc("log(1 + exp(-target * input)) for targets 1 and -1; then reduced.")
.examples(&[Example("F.soft_margin_loss(torch.tensor([0.5, -1.]), torch.tensor([1., -1.]))", "tensor(0.3937)")])
.forms(Forms::NN)
.samples(&["randn(3), tensor([1., -1., 1.])"]);

/// Refuses anything but floats.
fn refuse_integers(x: &Tensor, kernel: &str) -> Result<()> {
    if x.dtype().is_float() { Ok(()) } else { Err(super::kernel::not_for(kernel, x.dtype())) }
}

/// Rows of classes, [N, C], from one or several samples.
fn rows(x: &Tensor) -> Result<Tensor> {
    match x.ndim() {
        0 => x.reshape(&[1, 1]),
        1 => x.unsqueeze(0),
        2 => Ok(x.clone()),
        _ => Err(Fault::runtime(format!(
            "Expected non-empty vector or matrix with optional 0-dim batch size, but got: {}",
            show_sizes(&x.sizes())
        ))),
    }
}

/// The hinge loss of class numbers.
pub static MULTI_MARGIN: OpDef = OpDef::composite(
    "multi_margin_loss",
    "input: Tensor, target: Tensor, p: int = 1, margin: Number = 1.0, weight: Tensor? = None, size_average = None, reduce = \
     None, reduction: str = mean",
    |c| {
        let (x, target) = (c.tensor(0)?, c.tensor(1)?);
        let reduction = legacy(c, 5, 7)?;
        refuse_integers(x, "multi_margin_loss_out_frame")?;
        let p = c.int(2)?;
        if p != 1 && p != 2 {
            return Err(Fault::value("only p == 1 and p == 2 supported"));
        }
        if let Some(w) = c.opt_tensor(4)?
            && w.ndim() != 1
        {
            return Err(Fault::value("weight must be one-dimensional"));
        }
        let wide = rows(x)?;
        let (n, classes) = (wide.sizes()[0], wide.sizes()[1]);
        if target.numel() != n || target.ndim() > 1 {
            return Err(Fault::runtime(format!(
                "multi_margin_loss: target tensor should be 1-D with size equal to the number of input samples (batch \
                 size). Expected target size [{n}], but got {}. Input has shape {}.",
                show_sizes(&target.sizes()),
                show_sizes(&x.sizes())
            )));
        }
        if target.dtype() != DType::I64 {
            return Err(Fault::runtime(format!(
                "expected scalar type Long but found {}",
                target.dtype().scalar_type()
            )));
        }
        if target.array().to_vec::<i64>()?.iter().any(|&t| t < 0 || t >= classes as i64) {
            return Err(Fault::runtime("target out of range"));
        }
        let index = target.reshape(&[n, 1])?;
        let right = wide.gather(1, &index)?;
        let mut each = above_zero(&wide.sub(&right)?.add(c.scalar(3)?)?)?;
        if p == 2 {
            each = each.mul(&each)?;
        }
        if let Some(w) = c.opt_tensor(4)? {
            each = each.mul(&w.index_select(0, index.reshape(&[n])?)?.unsqueeze(1)?)?;
        }
        let loss = each.scatter(1, &index, 0)?.sum_dims(&[1], false)?.div(classes)?;
        let loss = if x.ndim() < 2 { loss.reshape(&[])? } else { loss };
        Ok(reduction.of(&loss)?.into())
    },
)
.doc("The sum over wrong classes i of max(0, margin - input[target] + input[i])^p, divided by the number of classes; then reduced.")
.examples(&[Example("F.multi_margin_loss(torch.tensor([[0.1, 0.2, 0.8]]), torch.tensor([2]))", "tensor(0.2333)")])
.forms(Forms::NN)
.samples(&["randn(2, 3), tensor([0, 2])", "randn(2, 3), tensor([0, 2]), p=2"]);

/// The hinge loss of several class numbers.
pub static MULTILABEL_MARGIN: OpDef = OpDef::composite(
    "multilabel_margin_loss",
    "input: Tensor, target: Tensor, size_average = None, reduce = None, reduction: str = mean",
    |c| {
        let (x, target) = (c.tensor(0)?, c.tensor(1)?);
        let reduction = legacy(c, 2, 4)?;
        refuse_integers(x, "multilabel_margin_loss_forward_out_frame")?;
        if x.sizes() != target.sizes() {
            return Err(Fault::runtime(format!(
                "inconsistent target size: {} for input of size: {}",
                show_sizes(&target.sizes()),
                show_sizes(&x.sizes())
            )));
        }
        if target.dtype() != DType::I64 {
            return Err(Fault::runtime(format!(
                "expected scalar type Long but found {}",
                target.dtype().scalar_type()
            )));
        }
        let wide = rows(x)?;
        let (n, classes) = (wide.sizes()[0], wide.sizes()[1]);
        // Labels up to the first -1 count; pairs of a label and a class that is none make the loss.
        let labels = target.array().to_vec::<i64>()?;
        let (mut label_at, mut other_at) = (Vec::new(), Vec::new());
        let mut row_of = Vec::new();
        for (row, line) in labels.chunks(classes.max(1)).enumerate() {
            let used: Vec<i64> = line.iter().copied().take_while(|&t| t >= 0).collect();
            if used.iter().chain(line).any(|&t| t >= classes as i64 || t < -1) {
                return Err(Fault::runtime("argument #2 (target) out of range"));
            }
            for &label in &used {
                for other in (0..classes as i64).filter(|o| !used.contains(o)) {
                    label_at.push(row as i64 * classes as i64 + label);
                    other_at.push(row as i64 * classes as i64 + other);
                    row_of.push(row as i64);
                }
            }
        }
        let list = |v: Vec<i64>| {
            let n = v.len();
            Tensor::new(Array::from_vec(v, Dims::from_slice(&[n])))
        };
        let flat = wide.reshape(&[n * classes])?;
        let right = flat.index_select(0, list(label_at))?;
        let wrong = flat.index_select(0, list(other_at))?;
        let each = above_zero(&wrong.sub(&right)?.add(1)?)?;
        let sums = super::methods::zeros(&[n], x.dtype())?.index_add(0, list(row_of), each)?;
        let loss = sums.div(classes)?;
        let loss = if x.ndim() < 2 { loss.reshape(&[])? } else { loss };
        Ok(reduction.of(&loss)?.into())
    },
)
.doc("The sum over labels and other classes of max(0, 1 - input[label] + input[other]), divided by the number of classes; then reduced.\nThe labels of a row end at the first -1.")
.examples(&[Example("F.multilabel_margin_loss(torch.tensor([[0.1, 0.2, 0.8]]), torch.tensor([[2, -1, 0]]))", "tensor(0.2333)")])
.forms(Forms::NN)
.samples(&["randn(2, 3), tensor([[0, 2, -1], [1, -1, 0]])"]);

/// The logistic loss of several labels.
pub static MULTILABEL_SOFT_MARGIN: OpDef = OpDef::composite(
    "multilabel_soft_margin_loss",
    "input: Tensor, target: Tensor, weight: Tensor? = None, size_average = None, reduce = None, reduction: str = mean",
    |c| {
        let (x, y) = (c.tensor(0)?, c.tensor(1)?);
        let how = if c.is_none(3) && c.is_none(4) { named(c)? } else { legacy(c, 3, 5)? };
        if x.ndim() == 0 {
            return Err(Fault::index("Dimension out of range (expected to be in range of [-1, 0], but got 1)"));
        }
        let yes = y.mul(&x.logsigmoid()?)?;
        let no = y.neg()?.add(1)?.mul(&x.neg()?.logsigmoid()?)?;
        let mut loss = yes.add(&no)?.neg()?;
        if let Some(w) = c.opt_tensor(2)? {
            loss = loss.mul(w)?;
        }
        let classes = x.sizes().last().copied().unwrap_or(1);
        let each = loss.sum_dims(&[-1], false)?.div(classes)?;
        Ok(how.of(&each)?.into())
    },
)
.doc("The mean over classes of the binary cross entropy of sigmoid(input) and target; then reduced.")
.examples(&[Example(
    "F.multilabel_soft_margin_loss(torch.tensor([[1., -1.]]), torch.tensor([[1., 0.]]))",
    "tensor(0.3133)",
)])
.forms(Forms::NN)
.samples(&["randn(2, 3), rand(2, 3)"]);

fn named(c: &Call) -> Result<Reduction> {
    match c.text(5)? {
        "none" | "mean" | "sum" => reduction(c, 5),
        other => Err(Fault::value(format!("{other} is not valid"))),
    }
}
