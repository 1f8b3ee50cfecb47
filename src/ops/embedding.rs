//! Rows of a table looked up by number: embeddings, bags of them, and one-hot rows.

use super::args::Call;
use super::def::{Example, Forms, OpDef, Out};
use super::methods::zeros;
use crate::array::layout::show_sizes;
use crate::array::{Array, DType, Dims, places};
use crate::diag::{ExcKind, Fault, Result};
use crate::tensor::{Grads, Tensor, mode};
use crate::value::{Bound, Value};

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[&EMBEDDING, &EMBEDDING_BAG, &ONE_HOT];

/// Indices as int64.
///
/// Errors: RuntimeError for other types than int32 and int64.
fn indices(t: &Tensor, name: &str) -> Result<Array> {
    if !matches!(t.dtype(), DType::I64 | DType::I32) {
        return Err(Fault::runtime(format!(
            "Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int; but got \
             torch.{}Tensor instead (while checking arguments for {name})",
            t.dtype().scalar_type()
        )));
    }
    super::kernel::to_dtype(&t.array(), DType::I64)
}

/// The index of the row without gradient, counted from the front.
fn padding(c: &Call, i: usize, rows: usize) -> Result<Option<i64>> {
    let Some(p) = c.opt_int(i)? else { return Ok(None) };
    let n = rows as i64;
    if p < -n || p >= n {
        return Err(Fault::new(ExcKind::AssertionError, "Padding_idx must be within num_embeddings"));
    }
    Ok(Some(if p < 0 { p + n } else { p }))
}

/// Scales the rows that are looked up down to a norm, in place and unrecorded.
fn renormalize(weight: &Tensor, used: &Array, max: f64, p: f64) -> Result<()> {
    mode::with_grad_enabled(false, || {
        let mut seen = used.to_vec::<i64>()?;
        seen.sort_unstable();
        seen.dedup();
        for row in seen {
            let view = weight.detach().select(0, row)?;
            let norm = super::distance::norm(&view, p, 0, false)?.item()?.as_f64();
            if norm > max {
                let scaled = view.mul(max / (norm + 1e-7))?;
                super::inplace::copy_from(&view, &scaled)?;
            }
        }
        Ok(())
    })
}

/// Rows of a table.
pub static EMBEDDING: OpDef = OpDef::composite(
    "embedding",
    "input: Tensor, weight: Tensor, padding_idx: int? = None, max_norm: Number? = None, norm_type: Number = 2.0, \
     scale_grad_by_freq: bool = False, sparse: bool = False",
    |c| {
        let (input, weight) = (c.tensor(0)?, c.tensor(1)?);
        if weight.ndim() != 2 {
            return Err(Fault::runtime("'weight' must be 2-D"));
        }
        let rows = weight.sizes()[0];
        let pad = padding(c, 2, rows)?.unwrap_or(-1);
        let index = indices(input, "embedding")?;
        if index.to_vec::<i64>()?.iter().any(|&i| i < 0 || i >= rows as i64) {
            return Err(Fault::index("index out of range in self"));
        }
        if let Some(max) = c.opt_scalar(3)? {
            renormalize(weight, &index, max.as_f64(), c.float(4)?)?;
        }
        let args = [weight.into(), Value::tensor(index), Value::Int(pad), c.value(5).clone()];
        super::apply(&ROWS, Bound::from_iter(args))
    },
)
.doc("The rows of weight [V, D] at the numbers in input: its shape and D.\nThe row padding_idx gets no gradient; max_norm scales rows down in place.")
.examples(&[Example("F.embedding(torch.tensor([1, 0]), torch.tensor([[1., 2.], [3., 4.]]))", "tensor([[3., 4.],\n        [1., 2.]])")])
.forms(Forms::NN)
.samples(&["tensor([[0, 2], [2, 1]]), randn(3, 2)"]);

/// Rows of a table, with the gradient of an embedding.
pub static ROWS: OpDef = OpDef::kernel(
    "embedding",
    "weight: Tensor, indices: Tensor, padding_idx: int = -1, scale_grad_by_freq: bool = False",
    |c| {
        let (weight, index) = (c.array(0)?, c.array(1)?);
        let found = places::locate(&weight.layout, &[0], std::slice::from_ref(&index))?;
        Ok(Out::from(places::take(&weight, &found)?).keep(index))
    },
)
.forms(Forms::HIDDEN)
.grad(|b| {
    let index = b.kept(0)?;
    let sizes = b.sizes(0);
    let n = index.numel();
    let flat = index.reshape(&[n])?;
    let mut g = b.grad().reshape(&[n, sizes[1]])?;
    let (pad, by_count) = (b.call().int(2)?, b.call().bool(3)?);
    if by_count {
        let numbers = flat.array().to_vec::<i64>()?;
        let mut counts = vec![0f64; sizes[0]];
        numbers.iter().for_each(|&i| counts[i as usize] += 1.0);
        let each: Vec<f64> = numbers.iter().map(|&i| counts[i as usize]).collect();
        g = g.div(&Tensor::new(Array::from_vec(each, Dims::from_slice(&[n, 1]))).to_dtype(g.dtype())?)?;
    }
    if pad >= 0 {
        g = g.masked_fill(flat.eq(pad)?.unsqueeze(1)?, 0.0)?;
    }
    Ok(Grads::from_iter([Some(zeros(&sizes, b.dtype(0))?.index_add(0, flat, g)?)]))
});

/// Sums, means or maxima of rows of a table.
pub static EMBEDDING_BAG: OpDef = OpDef::composite(
    "embedding_bag",
    "input: Tensor, weight: Tensor, offsets: Tensor? = None, max_norm: Number? = None, norm_type: Number = 2, \
     scale_grad_by_freq: bool = False, mode: str = mean, sparse: bool = False, per_sample_weights: Tensor? = None, \
     include_last_offset: bool = False, padding_idx: int? = None",
    |c| {
        let (mut input, mut weight) = (c.tensor(0)?, c.tensor(1)?);
        if input.dtype().is_float() && weight.dtype() == DType::I64 {
            super::warning::leave(
                "Argument order of nn.functional.embedding_bag was changed. Usage `embedding_bag(weight, input, ...)` is \
                 deprecated, and should now be `embedding_bag(input, weight, ...)`.",
            );
            (input, weight) = (weight, input);
        }
        if weight.ndim() != 2 {
            return Err(Fault::value(format!(
                "weight has to be a 2D Tensor, but got Tensor of dimension {}",
                weight.ndim()
            )));
        }
        if !weight.dtype().is_float() {
            return Err(Fault::runtime(format!(
                "expected scalar type Float but found {}",
                weight.dtype().scalar_type()
            )));
        }
        let per_sample = c.opt_tensor(8)?;
        let (index, starts, end) = bags(c, input)?;
        let n = index.numel();
        let rows = weight.sizes().first().copied().unwrap_or(0);
        let pad = padding(c, 10, rows)?;
        let mode = c.text(6)?;
        if !matches!(mode, "sum" | "mean" | "max") {
            return Err(Fault::value("mode has to be one of sum or mean"));
        }
        if per_sample.is_some() && mode != "sum" {
            return Err(Fault::not_implemented(format!(
                "embedding_bag: per_sample_weights was not None. per_sample_weights is only supported for mode='sum' (got \
                 mode='{mode}'). Please open a feature request on GitHub."
            )));
        }
        let numbers = index.to_vec::<i64>()?;
        if let Some(i) = numbers.iter().find(|&&i| i < 0 || i >= rows as i64) {
            return Err(Fault::runtime(format!(
                "embedding_bag: Expected idx >= 0 && idx < num_embeddings but found idx to be {i}"
            )));
        }
        if let Some(max) = c.opt_scalar(3)? {
            renormalize(weight, &index, max.as_f64(), c.float(4)?)?;
        }
        let bag_of = |i: usize| starts.partition_point(|&s| s <= i).saturating_sub(1);
        // Without bags nothing is read.
        let kept: Vec<usize> = (0..if starts.is_empty() { 0 } else { end }).filter(|&i| pad != Some(numbers[i])).collect();
        let list = |v: Vec<i64>| {
            let n = v.len();
            Tensor::new(Array::from_vec(v, Dims::from_slice(&[n])))
        };
        let table_rows = list(kept.iter().map(|&i| numbers[i]).collect());
        let bag_list: Vec<i64> = kept.iter().map(|&i| bag_of(i) as i64).collect();
        let bags = starts.len();
        let width = weight.sizes()[1];
        let args = Bound::from_iter([weight.into(), table_rows.into(), Value::Int(-1), c.value(5).clone()]);
        let Value::Tensor(mut picked) = super::apply(&ROWS, args)? else {
            return Err(Fault::internal("embedding gave no tensor"));
        };
        if let Some(w) = per_sample {
            if w.numel() != n {
                return Err(Fault::value(format!(
                    "embedding_bag: If per_sample_weights ({}) is not None, then it must have the same shape as the input \
                     ({})",
                    show_sizes(&w.sizes()),
                    show_sizes(&input.sizes())
                )));
            }
            let used = list(kept.iter().map(|&i| i as i64).collect());
            picked = picked.mul(&w.reshape(&[n])?.index_select(0, used)?.unsqueeze(1)?)?;
        }
        let mut counts = vec![0i64; bags];
        for &bag in &bag_list {
            match counts.get_mut(bag as usize) {
                Some(count) => *count += 1,
                None => return Err(Fault::value("offsets has to be a 1D Tensor with at least one element")),
            }
        }
        let empty = zeros(&[bags, width], weight.dtype())?;
        if mode == "max" {
            return largest(&picked, &bag_list, &counts, width, &empty);
        }
        let sums = empty.index_add(0, list(bag_list), picked)?;
        if mode == "sum" {
            return Ok(sums.into());
        }
        let counts = list(counts.into_iter().map(|n| n.max(1)).collect()).to_dtype(weight.dtype())?.unsqueeze(1)?;
        Ok(sums.div(&counts)?.into())
    },
)
.doc("The sum, mean or maximum of the rows of weight in each bag: the rows of a 2-D input, or runs of a 1-D one that begin at offsets.")
.examples(&[Example("F.embedding_bag(torch.tensor([[0, 1]]), torch.tensor([[1., 2.], [3., 4.]]))", "tensor([[2., 3.]])")])
.forms(Forms::NN)
.samples(&["tensor([[0, 2], [2, 1]]), randn(3, 2)", "tensor([0, 2, 1]), randn(3, 2), tensor([0, 2]), mode='sum'"]);

/// The numbers of all bags in one vector, where each bag starts, and where the last one ends.
fn bags(c: &Call, input: &Tensor) -> Result<(Array, Vec<usize>, usize)> {
    let index = indices(input, "embedding_bag")?;
    match (input.ndim(), c.opt_tensor(2)?) {
        (2, Some(_)) => Err(Fault::value(
            "if input is 2D, then offsets has to be None, as input is treated is a mini-batch of fixed length sequences. \
             However, found offsets of type <class 'torch.Tensor'>",
        )),
        (2, None) => {
            let (n, k) = (input.sizes()[0], input.sizes()[1]);
            if k == 0 {
                return Err(Fault::runtime("step must be nonzero"));
            }
            Ok((Tensor::new(index).reshape(&[n * k])?.array().clone(), (0..n).map(|i| i * k).collect(), n * k))
        }
        (1, Some(offsets)) => {
            if offsets.ndim() != 1 {
                return Err(Fault::value("offsets has to be a 1D Tensor"));
            }
            if !matches!(offsets.dtype(), DType::I64 | DType::I32) {
                return Err(Fault::runtime(format!(
                    "Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int; but got \
                     torch.{}Tensor instead (while checking arguments for embedding_bag)",
                    offsets.dtype().scalar_type()
                )));
            }
            let mut starts: Vec<usize> = super::kernel::to_dtype(&offsets.array(), DType::I64)?
                .to_vec::<i64>()?
                .iter()
                .map(|&o| o.max(0) as usize)
                .collect();
            if starts.first().is_some_and(|&s| s != 0) {
                return Err(Fault::runtime(format!(
                    "offsets[0] has to be 0, i.e., the first sequence in the mini-batch has to start from position 0. \
                     However, got {}",
                    starts[0]
                )));
            }
            if starts.last().is_some_and(|&s| s > index.numel()) {
                return Err(Fault::runtime(format!(
                    "offsets[-1] can not be greater than input's length ({}) but got offsets[-1] of {}",
                    index.numel(),
                    starts[starts.len() - 1]
                )));
            }
            if starts.windows(2).any(|pair| pair[0] > pair[1]) {
                return Err(Fault::runtime("Expected i < index_size to be true, but got false."));
            }
            let end = if c.bool(9)? {
                let text = "include_last_offset: number of offset should be at least 1";
                starts.pop().ok_or_else(|| Fault::runtime(text))?
            } else {
                index.numel()
            };
            Ok((index, starts, end))
        }
        (1, None) => Err(Fault::value("offsets has to be a 1D Tensor but got None")),
        (n, _) => Err(Fault::value(format!("input has to be 1D or 2D Tensor, but got Tensor of dimension {n}"))),
    }
}

/// The maxima of the rows of each bag; the first of equal ones counts.
fn largest(picked: &Tensor, bag_of: &[i64], counts: &[i64], width: usize, empty: &Tensor) -> Result<Value> {
    let values = super::kernel::to_dtype(&picked.array(), DType::F64)?.to_vec::<f64>()?;
    let mut best: Vec<Option<usize>> = vec![None; counts.len() * width];
    for (row, &bag) in bag_of.iter().enumerate() {
        for k in 0..width {
            let slot = &mut best[bag as usize * width + k];
            if slot.is_none_or(|b| values[row * width + k] > values[b]) {
                *slot = Some(row * width + k);
            }
        }
    }
    let (mut from, mut to) = (Vec::new(), Vec::new());
    for (place, b) in best.iter().enumerate() {
        if let Some(b) = b {
            from.push(*b as i64);
            to.push(place as i64);
        }
    }
    let n = from.len();
    let list = |v: Vec<i64>| Tensor::new(Array::from_vec(v, Dims::from_slice(&[n])));
    let chosen = picked.reshape(&[picked.numel()])?.index_select(0, list(from))?;
    Ok(empty.put(list(to), chosen, false)?.into())
}

/// One-hot rows.
pub static ONE_HOT: OpDef = OpDef::composite("one_hot", "input: Tensor, num_classes: int = -1", |c| {
    let t = c.tensor(0)?;
    if t.dtype() != DType::I64 {
        return Err(Fault::runtime("one_hot is only applicable to index tensor of type LongTensor."));
    }
    let numbers = t.array().to_vec::<i64>()?;
    let given = c.int(1)?;
    if numbers.is_empty() {
        if given <= 0 {
            return Err(Fault::runtime("Can not infer total number of classes from empty tensor."));
        }
    } else if numbers.iter().any(|&n| n < 0) {
        return Err(Fault::runtime("Class values must be non-negative."));
    }
    let most = numbers.iter().copied().max().unwrap_or(0);
    let classes = if given == -1 { most.saturating_add(1) } else { given };
    if given != -1 && given < 1 {
        return Err(Fault::runtime("num_classes should be positive"));
    }
    if most >= classes {
        return Err(Fault::runtime("Class values must be smaller than num_classes."));
    }
    let mut sizes = t.sizes();
    sizes.push(classes as usize);
    let out = Array::full(&sizes, crate::array::Scalar::Int(0), DType::I64)?;
    let at: Vec<usize> = numbers.iter().enumerate().map(|(i, &n)| i * classes as usize + n as usize).collect();
    places::fill_at(&out, &at, crate::array::Scalar::Int(1), places::Join::Replace)?;
    Ok(Value::tensor(out))
})
.doc("Rows of zeros with a 1 at the class number, int64: the shape of input and the number of classes.")
.examples(&[Example("F.one_hot(torch.tensor([0, 2]))", "tensor([[1, 0, 0],\n        [0, 0, 1]])")])
.forms(Forms::NN)
.samples(&["tensor([0, 2])"]);
