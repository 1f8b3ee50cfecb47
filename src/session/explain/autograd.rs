//! Explanations of errors about gradients: which input cut the graph, freed it, or changed what it had saved.

use super::Explanation;
use super::scene::{Operand, Scene, place_of};
use crate::diag::Source;
use crate::session::journal::Entry;
use crate::syntax::ast::{ExprKind, Stmt, StmtKind};
use crate::syntax::{Mode, parse};
use crate::value::Value;

/// The table of this family.
pub static TABLE: &[Explanation] = &[
    Explanation {
        kind: "RuntimeError",
        words: "does not require grad and does not have a grad_fn",
        meaning: "backward() needs a result computed from a tensor with requires_grad=True, outside torch.no_grad().",
        explain: no_graph,
    },
    Explanation {
        kind: "RuntimeError",
        words: "Trying to backward through the graph a second time",
        meaning: "backward() frees the graph; compute the result again, or keep the graph with retain_graph=True.",
        explain: second_backward,
    },
    Explanation {
        kind: "RuntimeError",
        words: "a view of a leaf Variable that requires grad is being used in an in-place operation",
        meaning: "A leaf cannot be changed while its use is recorded; torch.no_grad() switches recording off.",
        explain: leaf_in_place,
    },
    Explanation {
        kind: "RuntimeError",
        words: "a leaf Variable that requires grad is being used in an in-place operation",
        meaning: "A leaf cannot be changed while its use is recorded; torch.no_grad() switches recording off.",
        explain: leaf_in_place,
    },
    Explanation {
        kind: "RuntimeError",
        words: "Inference tensors cannot be saved for backward",
        meaning: "Tensors made under torch.inference_mode() are outside every graph; a clone is not.",
        explain: |scene| {
            let inference = inference_operand(scene)?;
            let (atom, text) = (inference.atom(), scene.text.clone());
            scene.note(format!("{} was made under torch.inference_mode()", inference.text));
            let (from, to) = (inference.expr.span.start as usize, inference.expr.span.end as usize);
            scene.help(format!("{}{atom}.clone(){}", text.get(..from)?, text.get(to..)?), "a clone can be saved");
            Some(())
        },
    },
    Explanation {
        kind: "RuntimeError",
        words: "Inplace update to inference tensor outside InferenceMode",
        meaning: "Tensors made under torch.inference_mode() are changed under it only; a clone is not bound to that.",
        explain: |scene| {
            let inference = inference_operand(scene)?;
            scene.note(format!("{} was made under torch.inference_mode()", inference.text));
            let name = inference.name()?.to_string();
            scene.help(format!("{name} = {name}.clone()"), "a clone can be changed");
            Some(())
        },
    },
    Explanation {
        kind: "RuntimeError",
        words: "Setting requires_grad=True on inference tensor",
        meaning: "Tensors made under torch.inference_mode() are outside every graph; a clone is not.",
        explain: |scene| {
            let inference = inference_operand(scene)?;
            scene.note(format!("{} was made under torch.inference_mode()", inference.text));
            scene.help(format!("{}.clone().requires_grad_()", inference.atom()), "a clone can be a leaf");
            Some(())
        },
    },
    Explanation {
        kind: "RuntimeError",
        words: "has been modified by an inplace operation",
        meaning: "A tensor that the derivative needs was changed in place after it was saved.",
        explain: saved_changed,
    },
    Explanation {
        kind: "RuntimeError",
        words: "grad can be implicitly created only for scalar outputs",
        meaning: "backward() starts from one number, or from a gradient that is given.",
        explain: not_a_scalar,
    },
    Explanation {
        kind: "RuntimeError",
        words: "Can't call numpy() on Tensor that requires grad",
        meaning: "NumPy arrays have no gradient: detach first.",
        explain: |scene| {
            let call = scene.call()?;
            let operand = call.receiver.as_ref().or(call.args.first())?;
            scene.help(format!("{}.detach().numpy()", operand.atom()), "shares the memory");
            Some(())
        },
    },
    Explanation {
        kind: "RuntimeError",
        words: "One of the differentiated Tensors does not require grad",
        meaning: "autograd.grad needs inputs with requires_grad=True.",
        explain: |scene| {
            let call = scene.call()?;
            let input = call.arg("inputs", 1)?;
            scene.help(format!("{}.requires_grad_(True)", input.atom()), "before the computation");
            Some(())
        },
    },
    Explanation {
        kind: "RuntimeError",
        words: "appears to not have been used in the graph",
        meaning: "The output does not depend on one of the inputs.",
        explain: |scene| {
            let call = scene.call()?;
            let mut args: Vec<String> = call.args.iter().map(|a| a.text.clone()).collect();
            args.push("allow_unused=True".to_string());
            scene.note("the output was not computed from one of these inputs");
            scene.help(format!("{}({})", call.callee, args.join(", ")), "gives None for it");
            Some(())
        },
    },
    Explanation {
        kind: "AttributeError",
        words: "'NoneType' object has no attribute",
        meaning: "The value before the dot is None: a gradient that no backward() has filled, a function that returns nothing.",
        explain: attribute_of_none,
    },
    Explanation {
        kind: "TypeError",
        words: "'NoneType'",
        meaning: "One of the operands is None: a gradient that no backward() has filled, a function that returns nothing.",
        explain: operand_of_none,
    },
    Explanation {
        kind: "RuntimeError",
        words: "can't retain_grad on Tensor that has requires_grad=False",
        meaning: "Only tensors in a gradient graph keep gradients.",
        explain: |scene| {
            let call = scene.call()?;
            let receiver = call.receiver.as_ref()?;
            scene.help(format!("{}.requires_grad_(True)", receiver.atom()), "");
            Some(())
        },
    },
];

/// What cuts a graph, as it is written, and how to say so.
const CUTS: [(&str, &str); 8] = [
    (".detach()", "the chain is cut by .detach()"),
    (".item()", "the chain is cut by .item(), which gives a Python number"),
    (".numpy()", "the chain is cut by .numpy()"),
    (".tolist()", "the chain is cut by .tolist()"),
    (".data", "the chain is cut by .data"),
    ("argmax(", "the chain is cut by argmax (integer output: not differentiable)"),
    ("argmin(", "the chain is cut by argmin (integer output: not differentiable)"),
    ("torch.tensor(", "torch.tensor(...) makes a new leaf: it copies numbers, not the graph"),
];

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or("").trim_end()
}

/// The first statement of a text, when it parses.
fn statement(text: &str) -> Option<(std::rc::Rc<Source>, Stmt)> {
    let source = Source::new("<journal>", text);
    let stmt = parse(&source, Mode::Prompt).ok()?.body.into_iter().next()?;
    Some((source, stmt))
}

/// What backward() was called on.
fn root(scene: &mut Scene) -> Option<Operand> {
    let call = scene.call()?;
    match (call.receiver, call.args.into_iter().next()) {
        (Some(receiver), _) => Some(receiver),
        (None, first) => first,
    }
}

fn no_graph(scene: &mut Scene) -> Option<()> {
    let root = root(scene)?;
    if let Some(help) = cut_in(scene, &root.text, &root.text, None) {
        scene.help(help.0, help.1);
        return Some(());
    }
    // The statements that made the names, back to those that read none.
    let mut open = scene.reads(&root.text);
    let mut seen: Vec<String> = Vec::new();
    let mut inputs: Vec<String> = Vec::new();
    while let Some(name) = open.pop() {
        if seen.contains(&name) || seen.len() > 50 {
            continue;
        }
        seen.push(name.clone());
        let value = scene.session.main.get(&name);
        let Some(entry) = scene.binding(&name) else { continue };
        if let Some((body, rebinds)) = in_no_grad(&entry, &name) {
            if rebinds {
                scene.note(format!(
                    "`{body}` ({}) inside no_grad rebound the name {name} to a tensor without requires_grad",
                    place_of(&entry)
                ));
                let update = in_place_form(&body).unwrap_or_else(|| format!("{name} -= ..."));
                scene.help(
                    format!("{name}.requires_grad_(True)"),
                    format!("and from now on: with torch.no_grad(): {update}"),
                );
            } else {
                scene.note(format!(
                    "{name} was computed inside `with torch.no_grad():` ({}), which cuts the graph there",
                    place_of(&entry)
                ));
                scene.help(format!("{body}; {}", scene.text.clone()), "the computation outside the no_grad block");
            }
            return Some(());
        }
        if let Some(help) = cut_in(scene, &entry.text, &root.text, Some(&entry)) {
            scene.help(help.0, help.1);
            return Some(());
        }
        let reads = scene.reads(&entry.text);
        if let Some(Value::Tensor(t)) = &value
            && t.dtype().is_float()
            && t.is_leaf()
            && !t.requires_grad()
            && !reads.iter().any(|r| matches!(scene.session.main.get(r), Some(Value::Tensor(_))))
        {
            inputs.push(name.clone());
        }
        open.extend(reads);
    }
    if inputs.is_empty() {
        scene.note(format!("{} was computed from nothing that requires a gradient", root.text));
        scene.help("x.requires_grad_(True)", "on an input, before the computation");
        return Some(());
    }
    inputs.sort();
    scene.note(format!("{} was computed only from tensors without requires_grad: {}", root.text, inputs.join(", ")));
    scene.help(format!("{}.requires_grad_(True)", inputs[0]), "before the computation");
    Some(())
}

/// When a text cuts the graph: a note, and the help that keeps the graph whole.
fn cut_in(scene: &mut Scene, text: &str, root: &str, entry: Option<&Entry>) -> Option<(String, String)> {
    let (pattern, what) = CUTS.iter().find(|(pattern, _)| text.contains(pattern))?;
    let shown = first_line(text);
    match entry {
        Some(entry) => scene.note(format!("{what} in `{shown}` ({})", place_of(entry))),
        None => scene.note((*what).to_string()),
    }
    Some(match *pattern {
        "argmax(" | "argmin(" => {
            let (before, after) = text.split_once(&format!(".{pattern}")).or_else(|| text.split_once(*pattern))?;
            let source = before.rsplit(['=', ' ', '(']).next().unwrap_or(before).trim();
            let dim = after.split([')', ',']).next().unwrap_or("").trim().trim_start_matches("dim=");
            let dim = if dim.parse::<i64>().is_ok() { dim } else { "-1" };
            let code = format!("{source}.softmax({dim}).amax({dim}).sum().backward()");
            (code, "a soft choice; for classes F.cross_entropy(logits, target)".to_string())
        }
        ".detach()" | ".data" => {
            let whole = text.replace(*pattern, "");
            match entry {
                Some(_) if !whole.contains('\n') => {
                    (format!("{whole}; {root}.backward()"), format!("without {pattern}"))
                }
                _ => (format!("{whole}.backward()"), format!("without {pattern}")),
            }
        }
        _ => return None,
    })
}

/// The assignment to a name in a `with torch.no_grad()` block, and whether it reads the name itself.
fn in_no_grad(entry: &Entry, name: &str) -> Option<(String, bool)> {
    let (source, stmt) = statement(&entry.text)?;
    let StmtKind::With { items, body } = &stmt.kind else { return None };
    if !items
        .iter()
        .any(|(e, _)| source.slice(e.span).contains("no_grad") || source.slice(e.span).contains("inference_mode"))
    {
        return None;
    }
    body.iter().find_map(|s| match &s.kind {
        StmtKind::Assign { targets, value } => {
            let binds = targets.iter().any(|t| matches!(&t.kind, ExprKind::Name(n) if &**n == name));
            let words: Vec<&str> = source.slice(value.span).split(|c: char| !c.is_alphanumeric() && c != '_').collect();
            binds.then(|| (source.slice(s.span).to_string(), words.contains(&name)))
        }
        _ => None,
    })
}

/// `w -= 0.1 * w.grad` for `w = w - 0.1 * w.grad`.
fn in_place_form(text: &str) -> Option<String> {
    let (source, stmt) = statement(text)?;
    let StmtKind::Assign { targets, value } = &stmt.kind else { return None };
    let [target] = targets.as_slice() else { return None };
    let ExprKind::Binary(a, _, b) = &value.kind else { return None };
    let name = source.slice(target.span);
    if source.slice(a.span) != name {
        return None;
    }
    let sign = text.get(a.span.end as usize..b.span.start as usize)?.trim();
    let right = text.get(b.span.start as usize..value.span.end as usize)?;
    (sign.len() == 1).then(|| format!("{name} {sign}= {right}"))
}

fn second_backward(scene: &mut Scene) -> Option<()> {
    let root = root(scene)?;
    let name = root.text.clone();
    let first = scene.search(|entry, _| entry.text.contains(".backward("));
    let made = root.name().and_then(|n| scene.binding(n));
    match &first {
        Some(entry) => scene.note(format!(
            "the graph of {name} was freed by the first backward(): `{}` ({})",
            first_line(&entry.text),
            place_of(entry)
        )),
        None => scene.note(format!("the graph of {name} was freed by the first backward()")),
    }
    match made {
        Some(made) if !made.text.contains('\n') => {
            scene.help(
                format!("{}; {}", made.text, scene.text.clone()),
                "compute it again: a training loop does so in every step",
            );
        }
        _ => scene.help("loss.backward(retain_graph=True)", "in the first call, to run backward() twice"),
    }
    Some(())
}

fn leaf_in_place(scene: &mut Scene) -> Option<()> {
    let statement = scene.statement().unwrap_or_else(|| scene.text.clone());
    if let Some((target, value)) = scene.binary() {
        scene.label(target.expr.span, "leaf with requires_grad=True".to_string());
        scene.help(format!("with torch.no_grad(): {statement}"), "updates a parameter");
        if let (Some(name), Some(sign)) = (target.name(), statement.split_once('=').map(|(l, _)| l)) {
            let sign = sign.trim_end().chars().last().filter(|c| !c.is_alphanumeric()).unwrap_or('-');
            scene.help(format!("{name}2 = {name} {sign} {}", value.atom()), "computes with it");
        }
        return Some(());
    }
    scene.help(format!("with torch.no_grad(): {statement}"), "changes the leaf without recording");
    Some(())
}

/// The operand that was made in inference mode.
fn inference_operand(scene: &mut Scene) -> Option<Operand> {
    let made_so = |o: &Operand| o.tensor().is_some_and(|t| t.is_inference());
    if let Some((a, b)) = scene.binary() {
        return [a, b].into_iter().find(made_so);
    }
    let call = scene.call()?;
    call.receiver.into_iter().chain(call.args).find(made_so)
}

fn saved_changed(scene: &mut Scene) -> Option<()> {
    let message = scene.fault.message.clone();
    let sizes: Vec<i64> = super::scene::numbers(message.split("Tensor [").nth(1)?.split(']').next()?);
    let version = message.split("is at version ").nth(1).map(super::scene::numbers)?;
    let version = *version.first()? as u32;
    // Variables on the changed storage: those with its version and sizes.
    let mut names: Vec<String> = Vec::new();
    for (name, value) in scene.session.variables() {
        if let Value::Tensor(t) = &value {
            let array = t.array();
            if array.storage.version() == version && array.sizes().iter().map(|n| *n as i64).eq(sizes.iter().copied()) {
                names.push(name);
            }
        }
    }
    let entry = scene.search(|entry, _| names.iter().any(|n| changes(&entry.text, n)))?;
    let name = names.iter().find(|n| changes(&entry.text, n))?.clone();
    let text = first_line(&entry.text).to_string();
    scene.note(format!("`{text}` ({}) changed {name} after the graph had saved it", place_of(&entry)));
    if let Some((_, stmt)) = statement(&entry.text) {
        match &stmt.kind {
            StmtKind::AugAssign { value, .. } => {
                let head = &entry.text[..value.span.start as usize];
                let sign = head.trim_end().trim_end_matches('=').chars().last().unwrap_or('+');
                let right = entry.text.get(value.span.start as usize..stmt.span.end as usize).unwrap_or("");
                scene.help(
                    format!("{name} = {name} {sign} {right}"),
                    "instead: makes a new tensor, keeps the saved one",
                );
            }
            StmtKind::Expr(e) => {
                if let ExprKind::Call(function, _) = &e.kind
                    && let ExprKind::Attribute(_, method, _) = &function.kind
                    && let Some(plain) = method.strip_suffix('_')
                {
                    let code = entry.text.replacen(&format!(".{method}("), &format!(".{plain}("), 1);
                    scene.help(format!("{name} = {code}"), "instead, without the underscore");
                }
            }
            StmtKind::Assign { .. } => {
                scene.help(format!("{name} = {name}.clone()"), "before writing into it");
            }
            _ => {}
        }
    }
    Some(())
}

/// Whether a statement changes a variable's tensor in place.
fn changes(text: &str, name: &str) -> bool {
    let Some((source, stmt)) = statement(text) else { return false };
    let is_name = |e: &crate::syntax::ast::Expr| source.slice(e.span).split(['[', '.']).next() == Some(name);
    match &stmt.kind {
        StmtKind::AugAssign { target, .. } => is_name(target),
        StmtKind::Assign { targets, .. } => {
            targets.iter().any(|t| matches!(t.kind, ExprKind::Subscript(..)) && is_name(t))
        }
        StmtKind::Expr(e) => match &e.kind {
            ExprKind::Call(function, _) => match &function.kind {
                ExprKind::Attribute(object, method, _) => {
                    method.ends_with('_') && !method.ends_with("__") && is_name(object)
                }
                _ => false,
            },
            _ => false,
        },
        StmtKind::With { body, .. } | StmtKind::For { body, .. } | StmtKind::While { body, .. } => {
            body.iter().any(|s| changes(source.slice(s.span), name))
        }
        _ => false,
    }
}

fn not_a_scalar(scene: &mut Scene) -> Option<()> {
    let root = root(scene)?;
    if let Some(t) = root.tensor() {
        let label = crate::display::annotate::shape_label(t.dtype(), &t.sizes());
        scene.label(root.expr.span, format!("{label} has {} elements; backward() starts from one number", t.numel()));
    }
    let root = root.atom();
    scene.help(
        format!("{root}.sum().backward()"),
        format!("the same gradient as {root}.backward(torch.ones_like({root}))"),
    );
    Some(())
}

/// Why an expression `x.grad` is None, and the help for it.
fn missing_gradient(scene: &mut Scene, text: &str) -> Option<()> {
    let name = text.strip_suffix(".grad")?;
    let Value::Tensor(tensor) = scene.session.peek_text(name)? else { return None };
    if let Some(edge) = tensor.grad_edge() {
        let made = scene.session.journal.get(edge.node.core().input_number).cloned();
        let made = made.map_or(String::new(), |e| format!("`{}` ({}) made ", first_line(&e.text), place_of(&e)));
        scene.note(format!(
            "{text} is None: {made}{name} a new tensor (grad_fn=<{}>), not a leaf any more",
            edge.node.name()
        ));
        let remark = "a leaf again; update it with: with torch.no_grad(): w -= lr * w.grad";
        scene.help(format!("{name} = {name}.detach().requires_grad_(True)"), remark);
    } else if !tensor.requires_grad() {
        scene.note(format!("{text} is None: {name} has requires_grad=False"));
        scene.help(format!("{name}.requires_grad_(True)"), "before the computation");
    } else {
        scene.note(format!("{text} is None: no backward() has reached {name} yet"));
        scene.help(format!("({name} ** 2).sum().backward()"), format!("first; any loss computed from {name} will do"));
    }
    Some(())
}

fn attribute_of_none(scene: &mut Scene) -> Option<()> {
    let (object, _) = scene.attribute()?;
    missing_gradient(scene, &object.text).or_else(|| {
        let entry = scene.binding(object.name()?)?;
        scene.note(format!("{} is None since `{}` ({})", object.text, first_line(&entry.text), place_of(&entry)));
        Some(())
    })
}

fn operand_of_none(scene: &mut Scene) -> Option<()> {
    let (a, b) = scene.binary()?;
    let none = [a, b].into_iter().find(|o| o.value.is_none())?;
    missing_gradient(scene, &none.text)
}
