//! Sums of products by subscripts: `einsum`.

use super::args::Call;
use super::def::{Example, Forms, OpDef};
use super::products::contract;
use crate::diag::{Fault, Result};
use crate::tensor::Tensor;
use crate::value::Value;

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[&EINSUM];

/// A subscript: a letter, or a dimension under the ellipsis counted from its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Label {
    Rest(usize),
    Letter(char),
}

/// The subscripts of one operand before the ellipsis is expanded; `None` stands for it.
type Term = Vec<Option<char>>;

#[cold]
fn refused(text: impl std::fmt::Display) -> crate::diag::Error {
    Fault::runtime(format!("einsum(): {text}"))
}

/// The equation and the operands of a call: an equation with tensors, or tensors with lists of numbers.
fn given(c: &Call) -> Result<(Vec<Term>, Option<Term>, Vec<Tensor>)> {
    let items: Vec<Value> = match c.value(0) {
        Value::Tuple(t) => t.to_vec(),
        _ => Vec::new(),
    };
    let first = items.first().ok_or_else(|| refused("must specify the equation string and at least one operand"))?;
    if let Some(equation) = first.as_str() {
        let rest: Vec<Value> = match &items[1..] {
            [Value::List(l)] => l.to_vec(),
            [Value::Tuple(t)] => t.to_vec(),
            many => many.to_vec(),
        };
        let operands = tensors(&rest)?;
        if operands.is_empty() {
            return Err(refused(
                "must specify the equation string and at least one operand, or at least one operand and its subscripts list",
            ));
        }
        let (terms, output) = parse(equation)?;
        return Ok((terms, output, operands));
    }
    let list = |v: &Value| -> Result<Term> {
        let items = match v {
            Value::List(l) => l.to_vec(),
            Value::Tuple(t) => t.to_vec(),
            _ => return Err(refused("expected a list of subscripts")),
        };
        items
            .iter()
            .map(|v| match v {
                Value::Ellipsis => Ok(None),
                v => match v.as_int() {
                    Some(n @ 0..=25) => Ok(Some((b'A' + n as u8) as char)),
                    Some(n @ 26..=51) => Ok(Some((b'a' + (n - 26) as u8) as char)),
                    _ => Err(Fault::value("subscripts in subscript list should be within range [0, 52)")),
                },
            })
            .collect()
    };
    let (mut terms, mut operands, mut output) = (Vec::new(), Vec::new(), None);
    for pair in items.chunks(2) {
        match pair {
            [Value::Tensor(t), subscripts] => {
                operands.push(t.clone());
                terms.push(list(subscripts)?);
            }
            [last] => output = Some(list(last)?),
            _ => return Err(refused("expected a tensor before each list of subscripts")),
        }
    }
    Ok((terms, output, operands))
}

fn tensors(items: &[Value]) -> Result<Vec<Tensor>> {
    items
        .iter()
        .map(|v| match v {
            Value::Tensor(t) => Ok(t.clone()),
            other => Err(Fault::type_error(format!(
                "einsum(): argument 'tensors' (position 2) must be tuple of Tensors, not {}",
                crate::value::protocol::class_name(other)
            ))),
        })
        .collect()
}

/// The terms of an equation, and its output where it is written.
fn parse(equation: &str) -> Result<(Vec<Term>, Option<Term>)> {
    let (left, right) = match equation.split_once("->") {
        Some((l, r)) => (l, Some(r)),
        None => (equation, None),
    };
    let mut at = 0;
    let mut term = |text: &str, start: &mut usize| -> Result<Term> {
        let (mut out, mut dots) = (Vec::new(), 0);
        for ch in text.chars() {
            match ch {
                ' ' => {}
                '.' => {
                    dots += 1;
                    if dots == 3 {
                        out.push(None);
                    }
                    if dots > 3 {
                        return Err(refused(format!(
                            "found '.' for operand {at} for which an ellipsis was already found"
                        )));
                    }
                }
                _ if dots % 3 != 0 => {
                    return Err(refused(format!("found '.' for operand {at} that is not part of any ellipsis")));
                }
                c if c.is_ascii_alphabetic() => out.push(Some(c)),
                _ => {
                    return Err(refused(format!(
                        "invalid subscript given at index {start} in the equation string, subscripts must be in [a-zA-Z]"
                    )));
                }
            }
            *start += 1;
        }
        if dots % 3 != 0 {
            return Err(refused(format!("found '.' for operand {at} that is not part of any ellipsis")));
        }
        at += 1;
        *start += 1;
        Ok(out)
    };
    let mut start = 0;
    let terms: Vec<Term> = left.split(',').map(|t| term(t, &mut start)).collect::<Result<_>>()?;
    let output = right.map(|r| term(r, &mut start)).transpose()?;
    Ok((terms, output))
}

/// An operand whose dimensions carry distinct labels.
#[derive(Clone)]
struct Operand {
    tensor: Tensor,
    labels: Vec<Label>,
}

/// The labels of an operand's dimensions.
fn labels(term: &Term, ndim: usize, operand: usize) -> Result<Vec<Label>> {
    let letters = term.iter().flatten().count();
    let has_rest = term.contains(&None);
    if letters > ndim || (!has_rest && letters != ndim) {
        return Err(refused(format!(
            "the number of subscripts in the equation ({letters}) {} the number of dimensions ({ndim}) for operand {operand}{}",
            if has_rest { "is more than" } else { "does not match" },
            if has_rest { "" } else { " and no ellipsis was given" }
        )));
    }
    let rest = ndim - letters;
    Ok(term
        .iter()
        .flat_map(|l| match l {
            Some(c) => vec![Label::Letter(*c)],
            None => (0..rest).rev().map(Label::Rest).collect(),
        })
        .collect())
}

impl Operand {
    /// The operand with repeated labels reduced to their diagonal.
    fn new(tensor: &Tensor, mut labels: Vec<Label>, index: usize) -> Result<Operand> {
        let mut tensor = tensor.clone();
        let mut i = 0;
        while i < labels.len() {
            let Some(j) = (i + 1..labels.len()).find(|&j| labels[j] == labels[i]) else {
                i += 1;
                continue;
            };
            let (p, q) = (tensor.sizes()[i], tensor.sizes()[j]);
            if p != q {
                return Err(refused(format!(
                    "subscript {} is repeated for operand {index} but the sizes don't match, {q} != {p}",
                    show(labels[i])
                )));
            }
            tensor = tensor.diagonal(0, i, j)?;
            let label = labels[i];
            labels.remove(j);
            labels.remove(i);
            labels.push(label);
        }
        Ok(Operand { tensor, labels })
    }

    fn size(&self, label: Label) -> Option<usize> {
        self.labels.iter().position(|&l| l == label).map(|d| self.tensor.sizes()[d])
    }

    /// The operand summed over labels that nobody needs any more.
    fn without(self, drop: &[Label]) -> Result<Operand> {
        let dims: Vec<i64> =
            (0..self.labels.len()).filter(|&d| drop.contains(&self.labels[d])).map(|d| d as i64).collect();
        if dims.is_empty() {
            return Ok(self);
        }
        let dtype = self.tensor.dtype();
        let tensor = self.tensor.sum_dims(&dims, false)?.to_dtype(dtype)?;
        Ok(Operand { tensor, labels: self.labels.into_iter().filter(|l| !drop.contains(l)).collect() })
    }

    /// The operand with dimensions in the order of labels; missing ones have size 1.
    fn aligned(&self, order: &[Label]) -> Result<Tensor> {
        let have: Vec<i64> =
            order.iter().filter_map(|l| self.labels.iter().position(|m| m == l)).map(|d| d as i64).collect();
        let mut t = self.tensor.permute(&have)?;
        for (d, l) in order.iter().enumerate() {
            if !self.labels.contains(l) {
                t = t.unsqueeze(d)?;
            }
        }
        Ok(t)
    }
}

fn show(label: Label) -> String {
    match label {
        Label::Letter(c) => c.to_string(),
        Label::Rest(_) => "...".to_string(),
    }
}

/// The product of two operands, summed over labels that nobody needs after.
fn pair(a: Operand, b: Operand, keep: &[Label]) -> Result<Operand> {
    let lonely = |x: &Operand, y: &Operand| -> Vec<Label> {
        x.labels.iter().copied().filter(|l| !keep.contains(l) && !y.labels.contains(l)).collect()
    };
    let (drop_a, drop_b) = (lonely(&a, &b), lonely(&b, &a));
    let (a, b) = (a.without(&drop_a)?, b.without(&drop_b)?);
    let shared: Vec<Label> = a.labels.iter().copied().filter(|l| b.labels.contains(l)).collect();
    let summed: Vec<Label> = shared.iter().copied().filter(|l| !keep.contains(l)).collect();
    let batch: Vec<Label> = shared.iter().copied().filter(|l| keep.contains(l)).collect();
    let only = |x: &Operand| -> Vec<Label> { x.labels.iter().copied().filter(|l| !shared.contains(l)).collect() };
    let (left, right) = (only(&a), only(&b));
    if summed.is_empty() {
        let order: Vec<Label> = batch.iter().chain(&left).chain(&right).copied().collect();
        return Ok(Operand { tensor: a.aligned(&order)?.mul(&b.aligned(&order)?)?, labels: order });
    }
    let at = |x: &Operand, l: &Label| x.labels.iter().position(|m| m == l).unwrap_or(0);
    let dims_a: Vec<usize> = summed.iter().map(|l| at(&a, l)).collect();
    let dims_b: Vec<usize> = summed.iter().map(|l| at(&b, l)).collect();
    if batch.is_empty() {
        let tensor = contract(&a.tensor, &b.tensor, &dims_a, &dims_b)?;
        return Ok(Operand { tensor, labels: left.into_iter().chain(right).collect() });
    }
    // Sizes of 1 among the shared labels stand for any size.
    let size = |l: &Label| a.size(*l).unwrap_or(1).max(b.size(*l).unwrap_or(1));
    let flat = |x: &Operand, second: &[Label], third: &[Label]| -> Result<Tensor> {
        let order: Vec<Label> = batch.iter().chain(second).chain(third).copied().collect();
        let t = x.aligned(&order)?;
        let wide: Vec<usize> =
            order.iter().zip(t.sizes()).map(|(l, n)| if shared.contains(l) { size(l) } else { n }).collect();
        let t = t.broadcast_to(&wide)?;
        let b: usize = batch.iter().map(size).product();
        let part = |ls: &[Label]| -> usize {
            ls.iter().map(|l| if shared.contains(l) { size(l) } else { x.size(*l).unwrap_or(1) }).product()
        };
        t.reshape(&[b, part(second), part(third)])
    };
    let out = flat(&a, &left, &summed)?.bmm(flat(&b, &summed, &right)?)?;
    let labels: Vec<Label> = batch.iter().chain(&left).chain(&right).copied().collect();
    let sizes: Vec<usize> = batch
        .iter()
        .map(size)
        .chain(left.iter().map(|l| a.size(*l).unwrap_or(1)))
        .chain(right.iter().map(|l| b.size(*l).unwrap_or(1)))
        .collect();
    Ok(Operand { tensor: out.reshape(&sizes)?, labels })
}

/// Sums of products by subscripts.
pub static EINSUM: OpDef = OpDef::composite("einsum", "*args", |c| {
    let (terms, output, tensors) = given(c)?;
    match terms.len().cmp(&tensors.len()) {
        std::cmp::Ordering::Greater => return Err(refused("fewer operands were provided than specified in the equation")),
        std::cmp::Ordering::Less => return Err(refused("more operands were provided than specified in the equation")),
        std::cmp::Ordering::Equal => {}
    }
    let mut operands = Vec::with_capacity(tensors.len());
    let mut sizes: Vec<(Label, usize)> = Vec::new();
    let mut counts: Vec<(Label, usize)> = Vec::new();
    for (i, (term, t)) in terms.iter().zip(&tensors).enumerate() {
        let named = labels(term, t.ndim(), i)?;
        for &l in &named {
            match counts.iter_mut().find(|(m, _)| *m == l) {
                Some((_, n)) => *n += 1,
                None => counts.push((l, 1)),
            }
        }
        let operand = Operand::new(t, named, i)?;
        for (d, &l) in operand.labels.iter().enumerate() {
            let n = operand.tensor.sizes()[d];
            match sizes.iter_mut().find(|(m, _)| *m == l) {
                Some((_, seen)) if *seen == 1 => *seen = n,
                Some((_, seen)) if n != 1 && n != *seen => {
                    return Err(refused(format!(
                        "subscript {} has size {n} for operand {i} which does not broadcast with previously seen size {seen}",
                        show(l)
                    )));
                }
                Some(_) => {}
                None => sizes.push((l, n)),
            }
        }
        operands.push(operand);
    }
    let rest: usize = sizes.iter().filter(|(l, _)| matches!(l, Label::Rest(_))).count();
    let order: Vec<Label> = match output {
        None => {
            let mut letters: Vec<Label> =
                counts.iter().filter(|(l, n)| matches!(l, Label::Letter(_)) && *n == 1).map(|(l, _)| *l).collect();
            letters.sort_unstable();
            (0..rest).rev().map(Label::Rest).chain(letters).collect()
        }
        Some(term) => {
            let mut order = Vec::new();
            for l in &term {
                match l {
                    None => order.extend((0..rest).rev().map(Label::Rest)),
                    Some(ch) => {
                        let label = Label::Letter(*ch);
                        if order.contains(&label) {
                            return Err(refused(format!("output subscript {ch} appears more than once in the output")));
                        }
                        if !sizes.iter().any(|(l, _)| *l == label) {
                            return Err(refused(format!(
                                "output subscript {ch} does not appear in the equation for any input operand"
                            )));
                        }
                        order.push(label);
                    }
                }
            }
            order
        }
    };
    let mut queue = operands.into_iter();
    let mut total = queue.next().ok_or_else(|| refused("must provide at least one operand"))?;
    let mut left: Vec<Operand> = queue.collect();
    left.reverse();
    while let Some(next) = left.pop() {
        let keep: Vec<Label> = order.iter().copied().chain(left.iter().flat_map(|o| o.labels.iter().copied())).collect();
        total = pair(total, next, &keep)?;
    }
    let drop: Vec<Label> = total.labels.iter().copied().filter(|l| !order.contains(l)).collect();
    let dims: Vec<i64> =
        (0..total.labels.len()).filter(|&d| drop.contains(&total.labels[d])).map(|d| d as i64).collect();
    if !dims.is_empty() {
        // The last sum widens integers, as every sum does.
        total.tensor = total.tensor.sum_dims(&dims, false)?;
        total.labels.retain(|l| !drop.contains(l));
    }
    let out = total.aligned(&order)?;
    let wide: Vec<usize> = order
        .iter()
        .map(|l| sizes.iter().find(|(m, _)| m == l).map_or(1, |(_, n)| *n))
        .collect();
    Ok(out.broadcast_to(&wide)?.into())
})
.doc("The sum of products of tensors whose dimensions are named by letters: letters that are missing after -> are summed over.\nAn ellipsis stands for broadcast dimensions; a repeated letter takes the diagonal.")
.examples(&[Example("torch.einsum('ij,jk->ik', torch.ones(2, 3), torch.ones(3, 2))", "tensor([[3., 3.],\n        [3., 3.]])")])
.forms(Forms::FUNCTION)
.samples(&["'ij,jk->ik', randn(2, 3), randn(3, 4)", "'bij,bjk->bik', randn(2, 2, 3), randn(2, 3, 2)", "'ii->i', randn(3, 3)"]);
