//! Explanations of errors about shapes, dimensions and indices.

use super::Explanation;
use super::scene::{Operand, Scene, numbers, sizes_text};
use crate::array::layout::broadcast_sizes;
use crate::session::names::parameters;
use crate::syntax::ast::{BinaryOp, ExprKind};
use crate::value::Value;

/// The table of this family.
pub static TABLE: &[Explanation] = &[
    Explanation {
        kind: "RuntimeError",
        words: "mat1 and mat2 shapes cannot be multiplied",
        meaning: "A matrix product needs the last size of the left operand to be the first size of the right one.",
        explain: matrix_product,
    },
    Explanation {
        kind: "RuntimeError",
        words: "size mismatch, got input",
        meaning: "A product of a matrix [n, m] and a vector needs a vector [m].",
        explain: matrix_vector,
    },
    Explanation {
        kind: "RuntimeError",
        words: "inconsistent tensor size, expected tensor",
        meaning: "A dot product needs two vectors of the same length.",
        explain: |scene| {
            scene.note("a dot product needs two vectors of the same length");
            Some(())
        },
    },
    Explanation {
        kind: "RuntimeError",
        words: "1D tensors expected",
        meaning: "torch.dot is for two vectors; torch.matmul and @ are for matrices too.",
        explain: |scene| {
            let (a, b) = scene.binary()?;
            scene.help(format!("{} @ {}", a.atom(), b.atom()), "@ multiplies matrices and vectors");
            Some(())
        },
    },
    Explanation {
        kind: "RuntimeError",
        words: "must match the size of tensor b",
        meaning: "Shapes are aligned from the right; sizes must be equal, or one of them 1.",
        explain: broadcast,
    },
    Explanation {
        kind: "RuntimeError",
        words: "view size is not compatible",
        meaning: "view() needs memory in the right order; reshape() copies where it must.",
        explain: view,
    },
    Explanation {
        kind: "RuntimeError",
        words: "is invalid for input of size",
        meaning: "A reshape keeps the number of elements.",
        explain: reshape,
    },
    Explanation {
        kind: "IndexError",
        words: "Dimension out of range",
        meaning: "Dimensions count from 0, or from -1 backwards.",
        explain: dimension,
    },
    Explanation {
        kind: "IndexError",
        words: "too many indices for tensor of dimension",
        meaning: "A tensor takes one index for each of its dimensions.",
        explain: too_many_indices,
    },
    Explanation {
        kind: "IndexError",
        words: "is out of bounds for dimension",
        meaning: "Indices count from 0 to size - 1, or from -1 backwards.",
        explain: out_of_bounds,
    },
    Explanation {
        kind: "IndexError",
        words: "invalid index of a 0-dim tensor",
        meaning: "A tensor without dimensions is one number.",
        explain: |scene| {
            let (object, _) = scene.subscript()?;
            scene.help(format!("{}.item()", object.atom()), "the number itself");
            Some(())
        },
    },
    Explanation {
        kind: "IndexError",
        words: "The shape of the mask",
        meaning: "A boolean mask must have the size of the dimension that it selects from.",
        explain: mask,
    },
    Explanation {
        kind: "RuntimeError",
        words: "Sizes of tensors must match except in dimension",
        meaning: "cat joins along one dimension; all other sizes must be equal.",
        explain: cat,
    },
    Explanation {
        kind: "RuntimeError",
        words: "stack expects each tensor to be equal size",
        meaning: "stack puts tensors of the same shape side by side along a new dimension.",
        explain: stack,
    },
    Explanation {
        kind: "RuntimeError",
        words: "elements cannot be converted to Scalar",
        meaning: "item() is for tensors of one element.",
        explain: scalar,
    },
    Explanation {
        kind: "ValueError",
        words: "only one element tensors can be converted to Python scalars",
        meaning: "float() and int() are for tensors of one element.",
        explain: scalar,
    },
    Explanation {
        kind: "ValueError",
        words: "step must be greater than zero",
        meaning: "Tensors are not sliced backwards.",
        explain: negative_step,
    },
    Explanation {
        kind: "RuntimeError",
        words: "The expanded size of the tensor",
        meaning: "expand() repeats dimensions of size 1 only.",
        explain: expand,
    },
    Explanation {
        kind: "TypeError",
        words: "iteration over a 0-d tensor",
        meaning: "A tensor without dimensions is one number.",
        explain: zero_dim,
    },
    Explanation {
        kind: "TypeError",
        words: "len() of a 0-d tensor",
        meaning: "A tensor without dimensions is one number.",
        explain: zero_dim,
    },
];

fn matrix_product(scene: &mut Scene) -> Option<()> {
    let sizes = numbers(&scene.fault.message.rsplit('(').next()?.replace('x', " "));
    let [n, k, k2, m] = *sizes.as_slice() else { return None };
    if let Some((a, b)) = scene.binary().filter(|_| scene.diagnostic.place.is_some()) {
        let (sa, sb) = (a.sizes()?, b.sizes()?);
        scene.note(format!("inner sizes must agree: {k} vs {k2}"));
        let is_matrix = |s: &[usize]| s.len() == 2;
        let help = |scene: &mut Scene, left: String, right: String, sizes: [i64; 2], why: &str| {
            scene.help(format!("{left} @ {right}"), format!("gives [{}, {}]{why}", sizes[0], sizes[1]));
        };
        if is_matrix(&sb) && k == m && sa.last() == sb.last() {
            let rows = sb[0] as i64;
            help(scene, a.atom(), format!("{}.T", b.atom()), [n, rows], "; nn.Linear computes it so");
        } else if is_matrix(&sa) && n == k2 {
            help(scene, format!("{}.T", a.atom()), b.atom(), [k, m], "");
        } else if m == n {
            help(scene, b.atom(), a.atom(), [k2, k], "");
        } else if is_matrix(&sa) && is_matrix(&sb) && n == m {
            help(scene, format!("{}.T", a.atom()), format!("{}.T", b.atom()), [k, k2], "");
        } else {
            scene.help(format!("{}.shape, {}.shape", a.atom(), b.atom()), "what they are");
        }
        return Some(());
    }
    // Inside a layer: the sizes are those of its input and of its weight, transposed.
    let call = scene.call()?;
    let layer = linear_layer(scene, k2, m);
    let layer = layer.map_or("the layer".to_string(), |name| format!("the layer {name}"));
    scene.note(format!("the input's last size is {k}, {layer} has in_features={k2}"));
    let direct = matches!(&call.function.kind, ExprKind::Call(..));
    let code = match (direct, call.args.first()) {
        (true, Some(input)) => format!("nn.Linear({k}, {m})({})", input.text),
        _ => format!("nn.Linear({k}, {m})"),
    };
    scene.help(code, format!("a layer for this input; its weight is stored [out, in] = [{m}, {k}]"));
    Some(())
}

/// The path to a layer of those sizes in the object that is called.
fn linear_layer(scene: &mut Scene, inputs: i64, outputs: i64) -> Option<String> {
    let call = scene.call()?;
    let object = match call.receiver {
        Some(receiver) => receiver.value,
        None => scene.session.peek(&call.function)?,
    };
    let Value::Object(object) = object else { return None };
    let found = parameters(&object)
        .into_iter()
        .find(|(path, t)| path.ends_with("weight") && t.sizes().as_slice() == [outputs as usize, inputs as usize]);
    let path = found?.0;
    let path = path.strip_suffix("weight")?.trim_end_matches('.').to_string();
    Some(if path.is_empty() { call.callee } else { format!("{}.{path}", call.callee) })
}

fn matrix_vector(scene: &mut Scene) -> Option<()> {
    let (a, b) = scene.binary()?;
    let (sa, sb) = (a.sizes()?, b.sizes()?);
    let (Some(&rows), Some(&columns), Some(&length)) = (sa.first(), sa.last(), sb.first()) else { return None };
    scene.note(format!("the matrix has {columns} columns, the vector {length} elements"));
    if rows == length {
        scene.help(format!("{}.T @ {}", a.atom(), b.atom()), format!("gives [{columns}]"));
    }
    Some(())
}

fn sign(op: Option<BinaryOp>) -> &'static str {
    match op {
        Some(BinaryOp::Add) => "+",
        Some(BinaryOp::Sub) => "-",
        Some(BinaryOp::Mul) => "*",
        Some(BinaryOp::Div) => "/",
        Some(BinaryOp::FloorDiv) => "//",
        Some(BinaryOp::Mod) => "%",
        Some(BinaryOp::Pow) => "**",
        Some(BinaryOp::BitAnd) => "&",
        Some(BinaryOp::BitOr) => "|",
        Some(BinaryOp::BitXor) => "^",
        _ => "",
    }
}

fn broadcast(scene: &mut Scene) -> Option<()> {
    let (a, b) = scene.binary()?;
    let (sa, sb) = (a.sizes()?, b.sizes()?);
    let failing = *scene.numbers().last()? as usize;
    // The alignment, from the right, with the dimension that fails.
    let ndim = sa.len().max(sb.len());
    let name = |o: &Operand, other: &str| if o.text.chars().count() <= 8 { o.text.clone() } else { other.to_string() };
    let (na, nb) = (name(&a, "a"), name(&b, "b"));
    let margin = na.chars().count().max(nb.chars().count());
    let row = |name: &str, sizes: &[usize]| {
        let cells: String = (0..ndim)
            .map(|c| match (c + sizes.len()).checked_sub(ndim) {
                Some(i) => format!("{:>4}", sizes.get(i).copied().unwrap_or(0)),
                None => "    ".to_string(),
            })
            .collect();
        format!("{name:<margin$}{cells}")
    };
    let at = |s: &[usize]| (failing + s.len()).checked_sub(ndim).and_then(|i| s.get(i)).copied();
    let (da, db) = (at(&sa)?, at(&sb)?);
    scene.note(format!("aligned from the right:  {}", row(&na, &sa)));
    scene.note(format!("{:25}{}   <- {da} and {db} differ, neither is 1", "", row(&nb, &sb)));
    let sign = match scene.operator() {
        Some(op) => sign(Some(op)),
        None => return Some(()),
    };
    // What would make the smaller one fit: an axis at its end, the transpose of either.
    let fits = |x: &[usize], y: &[usize]| broadcast_sizes(x, y).ok();
    let mut tries: Vec<(String, Vec<usize>, String, Vec<usize>, String)> = Vec::new();
    let column = |s: &[usize]| [s, &[1]].concat();
    let flipped = |s: &[usize]| s.iter().rev().copied().collect::<Vec<_>>();
    if sb.len() == 1 && sa.len() == 2 {
        let why = format!("{} has one number per row", b.text);
        tries.push((a.atom(), sa.clone(), format!("{}[:, None]", b.atom()), column(&sb), why));
    }
    if sa.len() == 1 && sb.len() == 2 {
        let why = format!("{} has one number per row", a.text);
        tries.push((format!("{}[:, None]", a.atom()), column(&sa), b.atom(), sb.clone(), why));
    }
    if sb.len() == 2 {
        tries.push((a.atom(), sa.clone(), format!("{}.T", b.atom()), flipped(&sb), "the transpose fits".into()));
    }
    if sa.len() == 2 {
        tries.push((format!("{}.T", a.atom()), flipped(&sa), b.atom(), sb.clone(), "the transpose fits".into()));
    }
    if sa.len() == 1 && sb.len() == 1 {
        tries.push((format!("{}[:, None]", a.atom()), column(&sa), b.atom(), sb.clone(), "every pair".into()));
    }
    for (left, l, right, r, why) in tries {
        if let Some(result) = fits(&l, &r) {
            scene.help(format!("{left} {sign} {right}"), format!("{why}; gives {}", sizes_text(&result)));
            return Some(());
        }
    }
    scene.help(format!("{}.shape, {}.shape", a.atom(), b.atom()), "what they are");
    Some(())
}

fn view(scene: &mut Scene) -> Option<()> {
    let call = scene.call()?;
    let receiver = call.receiver.as_ref()?;
    if let Some(tensor) = receiver.tensor() {
        let array = tensor.array();
        let strides: Vec<String> = array.layout.strides.iter().map(|s| s.to_string()).collect();
        let text = format!(
            "{}, strides ({}): not contiguous",
            crate::display::annotate::shape_label(array.dtype, array.sizes()),
            strides.join(", ")
        );
        drop(array);
        scene.label(receiver.expr.span, text);
    }
    let code = call.rebuilt(&format!("{}.reshape", receiver.atom()), |_, a| a.text.clone());
    scene.help(code, "copies when it must");
    Some(())
}

fn reshape(scene: &mut Scene) -> Option<()> {
    let message = scene.fault.message.clone();
    let asked = numbers(message.split('\'').nth(1)?);
    let count = *scene.numbers().last()?;
    let needed = asked.iter().filter(|n| **n >= 0).try_fold(1i64, |a, n| a.checked_mul(*n))?;
    let mut fitting = Vec::new();
    for &n in asked.iter().filter(|n| **n > 0).chain(&[2, 3, 4]) {
        if count % n == 0 && n > 0 {
            for shape in [format!("[{n}, {}]", count / n), format!("[{}, {n}]", count / n)] {
                if !fitting.contains(&shape) && fitting.len() < 4 {
                    fitting.push(shape);
                }
            }
        }
    }
    let has_rest = asked.contains(&-1);
    let what = if has_rest { "a multiple of " } else { "" };
    scene.note(format!("{} needs {what}{needed} elements, the tensor has {count}", sizes_list(&asked)));
    if !fitting.is_empty() {
        scene.note(format!("shapes that fit: {}", fitting.join(" ")));
    }
    let call = scene.call()?;
    let receiver = call.receiver.as_ref();
    let first = asked.iter().copied().find(|n| *n > 0 && count % n == 0);
    let shape = match first {
        Some(n) if asked.first() == Some(&n) => format!("{n}, -1"),
        Some(n) => format!("-1, {n}"),
        None => "-1".to_string(),
    };
    match receiver {
        Some(receiver) => scene.help(format!("{}.{}({shape})", receiver.atom(), call.name), "-1 is what is left"),
        None => {
            let input = call.args.first()?;
            scene.help(format!("{}({}, ({shape}))", call.callee, input.text), "-1 is what is left")
        }
    }
    Some(())
}

fn sizes_list(sizes: &[i64]) -> String {
    let parts: Vec<String> = sizes.iter().map(|n| n.to_string()).collect();
    format!("[{}]", parts.join(", "))
}

fn dimension(scene: &mut Scene) -> Option<()> {
    let asked = *scene.numbers().last()?;
    let call = scene.call()?;
    let tensor = call.receiver.iter().chain(&call.args).find_map(|o| o.sizes());
    if let Some(sizes) = tensor {
        let dims: Vec<String> = sizes.iter().enumerate().map(|(i, n)| format!("{i} (size {n})")).collect();
        if dims.is_empty() {
            scene.note("the tensor has no dimensions: it is one number");
        } else {
            scene.note(format!("its dimensions are {}; dim=-1 is the last", dims.join(", ")));
        }
    }
    let is_asked = |o: &Operand| o.text.replace(' ', "") == asked.to_string();
    if call.args.iter().any(is_asked) {
        let code = call.with_args(|_, a| if is_asked(a) { "-1".to_string() } else { a.text.clone() });
        scene.help(code, "the last dimension");
    }
    Some(())
}

fn too_many_indices(scene: &mut Scene) -> Option<()> {
    let (object, index) = scene.subscript()?;
    let sizes = object.sizes()?;
    let ExprKind::Tuple(items) = &index.expr.kind else { return None };
    scene.note(format!(
        "{} has {} indices for {} dimension{}",
        scene.text,
        items.len(),
        sizes.len(),
        plural(sizes.len())
    ));
    let kept: Vec<String> = items.iter().take(sizes.len()).map(|e| scene.slice(e.span)).collect();
    let code = match kept.is_empty() {
        true => format!("{}.item()", object.atom()),
        false => format!("{}[{}]", object.atom(), kept.join(", ")),
    };
    scene.help(code, "");
    Some(())
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

fn out_of_bounds(scene: &mut Scene) -> Option<()> {
    let numbers = scene.numbers();
    let [index, dim, size] = *numbers.as_slice() else { return None };
    if size == 0 {
        scene.note(format!("dimension {dim} is empty"));
        return Some(());
    }
    scene.note(format!("dimension {dim} has indices 0 to {}, or -{size} to -1; {index} is beyond", size - 1));
    let (object, at) = scene.subscript()?;
    let last = match &at.expr.kind {
        ExprKind::Tuple(items) => {
            let texts: Vec<String> = items.iter().map(|e| scene.slice(e.span)).collect();
            let fixed = texts.iter().enumerate().map(|(i, t)| if i as i64 == dim { "-1" } else { t });
            fixed.collect::<Vec<_>>().join(", ")
        }
        _ => "-1".to_string(),
    };
    scene.help(format!("{}[{last}]", object.atom()), "the last one");
    Some(())
}

fn mask(scene: &mut Scene) -> Option<()> {
    let (object, index) = scene.subscript()?;
    let (so, si) = (object.sizes()?, index.sizes()?);
    scene.note(format!("the mask is {}, the tensor {}", sizes_text(&si), sizes_text(&so)));
    let [n] = *si.as_slice() else { return Some(()) };
    if let Some(dim) = so.iter().position(|s| *s == n) {
        let before = ":, ".repeat(dim);
        scene.help(format!("{}[{before}{}]", object.atom(), index.text), format!("selects along dimension {dim}"));
    }
    Some(())
}

/// The tensors in the first argument of a call.
fn first_list(scene: &mut Scene) -> Option<(super::scene::CallScene, Vec<Vec<usize>>)> {
    let call = scene.call()?;
    let items = match &call.args.first()?.value {
        Value::List(l) => l.to_vec(),
        Value::Tuple(t) => t.to_vec(),
        _ => return None,
    };
    let sizes = |v: &Value| match v {
        Value::Tensor(t) => Some(t.sizes().to_vec()),
        _ => None,
    };
    let shapes = items.iter().map(sizes).collect::<Option<Vec<_>>>()?;
    for (i, shape) in shapes.iter().enumerate().take(5) {
        let differs = i > 0 && *shape != shapes[0];
        scene.note(format!("[{i}] {}{}", sizes_text(shape), if differs { "   <- differs" } else { "" }));
    }
    Some((call, shapes))
}

fn cat(scene: &mut Scene) -> Option<()> {
    let (call, shapes) = first_list(scene)?;
    let ndim = shapes[0].len();
    let fits =
        |dim: usize| shapes.iter().all(|s| s.len() == ndim && (0..ndim).all(|d| d == dim || s[d] == shapes[0][d]));
    let dim = (0..ndim).find(|&d| fits(d))?;
    let mut result = shapes[0].clone();
    result[dim] = shapes.iter().map(|s| s[dim]).sum();
    let list = &call.args.first()?.text;
    scene.help(format!("{}({list}, dim={dim})", call.callee), format!("gives {}", sizes_text(&result)));
    Some(())
}

fn stack(scene: &mut Scene) -> Option<()> {
    let (call, shapes) = first_list(scene)?;
    let list = &call.args.first()?.text;
    if shapes.iter().all(|s| s.len() == shapes[0].len() && s.get(1..) == shapes[0].get(1..) && !s.is_empty()) {
        scene.help(format!("torch.cat({list})"), "joins them along dimension 0");
    }
    Some(())
}

fn scalar(scene: &mut Scene) -> Option<()> {
    let call = scene.call()?;
    let operand = call.receiver.as_ref().filter(|r| r.tensor().is_some()).or(call.args.first())?;
    scene.help(format!("{}.tolist()", operand.atom()), "all of them; or .sum(), .mean(), [i] first");
    Some(())
}

fn negative_step(scene: &mut Scene) -> Option<()> {
    let (object, index) = scene.subscript()?;
    let dims: Vec<usize> = match &index.expr.kind {
        ExprKind::Tuple(items) => (0..items.len()).filter(|&i| scene.slice(items[i].span).contains(":-")).collect(),
        _ => vec![0],
    };
    let dims: Vec<String> = dims.iter().map(|d| d.to_string()).collect();
    scene.help(format!("{}.flip({})", object.atom(), dims.join(", ")), "NumPy allows [::-1], PyTorch does not");
    Some(())
}

fn expand(scene: &mut Scene) -> Option<()> {
    let call = scene.call()?;
    let receiver = call.receiver.as_ref()?;
    let sizes = receiver.sizes()?;
    scene.note(format!("only dimensions of size 1 are repeated; the tensor is {}", sizes_text(&sizes)));
    let asked: Vec<i64> = call.args.iter().filter_map(|a| a.value.as_int()).collect();
    if sizes.len() == 1 && asked.first() == Some(&(sizes[0] as i64)) && asked.len() == 2 {
        let code = call.rebuilt(&format!("{}[:, None].{}", receiver.atom(), call.name), |_, a| a.text.clone());
        scene.help(code, "one number per row");
    }
    Some(())
}

fn zero_dim(scene: &mut Scene) -> Option<()> {
    let operand = match scene.call() {
        Some(call) => call.args.into_iter().next().or(call.receiver)?,
        None => scene.whole()?,
    };
    scene.help(format!("{}.item()", operand.atom()), "the number itself");
    Some(())
}
