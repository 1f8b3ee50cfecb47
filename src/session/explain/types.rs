//! Explanations of errors about dtypes, truth values and what kind of value something is.

use super::Explanation;
use super::scene::{Failing, Operand, Scene};
use crate::array::DType;
use crate::syntax::ast::{BinaryOp, Expr, ExprKind};
use crate::value::Value;

/// The table of this family.
pub static TABLE: &[Explanation] = &[
    Explanation {
        kind: "RuntimeError",
        words: "mixed dtype (CPU): all inputs must share same datatype",
        meaning: "The input and the weights of a normalisation have one dtype; weights are float32 unless asked otherwise.",
        explain: |scene| {
            let call = scene.call()?;
            let input = call.args.first()?.tensor()?.dtype();
            let weight = call.args.iter().skip(1).filter_map(|a| a.tensor()).map(|t| t.dtype()).next();
            let weight = weight.unwrap_or(DType::F32);
            let cast = format!(".to(torch.{})", weight.name());
            scene.note(format!("the input is {}, the weights are {}", input.name(), weight.name()));
            let code = call.with_args(|i, a| if i == 0 { format!("{}{cast}", a.atom()) } else { a.text.clone() });
            scene.help(code, "the dtype of the weights");
            Some(())
        },
    },
    Explanation {
        kind: "TypeError",
        words: "doesn't define __round__ method",
        meaning: "Python's round is for numbers; tensors are rounded by torch.round.",
        explain: |scene| {
            let call = scene.call()?;
            let (x, digits) = (call.args.first()?, call.args.get(1));
            let (code, remark) = match (x.tensor()?.numel(), digits) {
                (1, Some(digits)) => {
                    (format!("round({}.item(), {})", x.atom(), digits.text), "rounds the number in it")
                }
                (1, None) => (format!("round({}.item())", x.atom()), "rounds the number in it"),
                (_, Some(digits)) => (format!("torch.round({}, decimals={})", x.text, digits.text), "every element"),
                (_, None) => (format!("torch.round({})", x.text), "every element"),
            };
            scene.help(code, remark);
            Some(())
        },
    },
    Explanation {
        kind: "TypeError",
        words: "for divmod()",
        meaning: "divmod is for numbers; tensors have // and %.",
        explain: |scene| {
            let call = scene.call()?;
            let [a, b] = call.args.as_slice() else { return None };
            a.tensor().or(b.tensor())?;
            scene.help(format!("{} // {}, {} % {}", a.atom(), b.atom(), a.atom(), b.atom()), "");
            Some(())
        },
    },
    Explanation {
        kind: "RuntimeError",
        words: "have the same dtype",
        meaning: "Products need operands of one dtype; + - * / convert by themselves, @ does not.",
        explain: same_dtype,
    },
    Explanation {
        kind: "RuntimeError",
        words: "expected scalar type",
        meaning: "An operand has another dtype than the others.",
        explain: same_dtype,
    },
    Explanation {
        kind: "RuntimeError",
        words: "could not infer output dtype",
        meaning: "A mean needs floating-point numbers.",
        explain: to_float,
    },
    Explanation {
        kind: "NotImplementedError",
        words: "could not infer output dtype",
        meaning: "A mean needs floating-point numbers.",
        explain: to_float,
    },
    Explanation {
        kind: "RuntimeError",
        words: "only Tensors of floating point",
        meaning: "Integers have no gradient.",
        explain: requires_grad,
    },
    Explanation {
        kind: "RuntimeError",
        words: "Boolean value of Tensor with more than one value is ambiguous",
        meaning: "if, and, or, not need one truth value; a comparison of tensors gives one for each element.",
        explain: ambiguous,
    },
    Explanation {
        kind: "RuntimeError",
        words: "can't be cast to the desired output type",
        meaning: "An in-place operation keeps the dtype of what it changes.",
        explain: in_place_cast,
    },
    Explanation {
        kind: "",
        words: "with two bool tensors is not supported",
        meaning: "Booleans are not subtracted.",
        explain: |scene| {
            let (a, b) = scene.binary()?;
            let remark = format!("numbers; or {} ^ {} for where they differ", a.atom(), b.atom());
            scene.help(format!("{}.int() - {}.int()", a.atom(), b.atom()), remark);
            Some(())
        },
    },
    Explanation {
        kind: "",
        words: "with a bool tensor is not supported",
        meaning: "Booleans are not subtracted.",
        explain: |scene| {
            let (a, b) = scene.binary()?;
            let bool_to_int = |o: &Operand| match o.tensor() {
                Some(t) if t.dtype() == DType::Bool => format!("{}.int()", o.atom()),
                _ => o.atom(),
            };
            scene.help(format!("{} - {}", bool_to_int(&a), bool_to_int(&b)), "or ~ for the opposite");
            Some(())
        },
    },
    Explanation {
        kind: "NotImplementedError",
        words: "\"bitwise_xor_cpu\" not implemented for",
        meaning: "^ is bitwise xor in Python; the power is **.",
        explain: |scene| {
            let (a, b) = scene.binary()?;
            scene.help(format!("{} ** {}", a.atom(), b.atom()), "the power is **; ^ is bitwise xor");
            Some(())
        },
    },
    Explanation {
        kind: "NotImplementedError",
        words: "\"bitwise_",
        meaning: "Bitwise operators are for integers and booleans.",
        explain: bitwise,
    },
    Explanation {
        kind: "",
        words: "not implemented for 'Complex",
        meaning: "Complex numbers have no order, and few functions but those of analysis.",
        explain: to_size,
    },
    Explanation {
        kind: "",
        words: "_cpu\" not implemented for",
        meaning: "The operation is not there for this dtype.",
        explain: to_float,
    },
    Explanation {
        kind: "TypeError",
        words: "can only concatenate tuple",
        meaning: "The value is a tuple: max(dim), sort, topk and kin return values and indices.",
        explain: pair,
    },
    Explanation {
        kind: "TypeError",
        words: "'torch.return_types",
        meaning: "max(dim), sort, topk and kin return values and indices.",
        explain: pair,
    },
    Explanation {
        kind: "TypeError",
        words: "builtin_function_or_method",
        meaning: "A method is called with brackets: x.sum().",
        explain: not_called,
    },
    Explanation {
        kind: "TypeError",
        words: "'method' and",
        meaning: "A method is called with brackets.",
        explain: not_called,
    },
    Explanation {
        kind: "TypeError",
        words: "object is not callable",
        meaning: "Only functions, classes and modules are called with brackets.",
        explain: not_callable,
    },
    Explanation {
        kind: "TypeError",
        words: "positional argument",
        meaning: "The arguments do not fit the signature.",
        explain: positional,
    },
    Explanation {
        kind: "TypeError",
        words: "can only concatenate str",
        meaning: "A string and a number are not added.",
        explain: |scene| {
            let (a, b) = scene.binary()?;
            scene.help(format!("{} + str({})", a.text, b.text), "or an f-string");
            Some(())
        },
    },
    Explanation {
        kind: "TypeError",
        words: "can only concatenate list",
        meaning: "+ joins lists; it does not add to their elements.",
        explain: |scene| {
            let (a, b) = scene.binary()?;
            scene.help(format!("torch.tensor({}) + {}", a.text, b.text), "tensors are added element by element");
            Some(())
        },
    },
    Explanation {
        kind: "TypeError",
        words: "only integer tensors of a single element can be converted to an index",
        meaning: "A tensor stands where one integer is needed.",
        explain: |scene| {
            scene.note("an integer is needed here: int(x), x.item(), or torch indexing x[i]");
            Some(())
        },
    },
    Explanation {
        kind: "TypeError",
        words: "must be Tensor, not",
        meaning: "The function needs a tensor.",
        explain: needs_tensor,
    },
    Explanation {
        kind: "TypeError",
        words: "object is not iterable",
        meaning: "The value has no elements to go through.",
        explain: |scene| {
            if let Some(call) = scene.call()
                && let Some(Value::Object(object)) = call.args.first().map(|a| &a.value)
                && object.dict.has_name(&crate::value::intern("_parameters"))
            {
                let code = call.with_args(|i, a| match i {
                    0 => format!("{}.parameters()", a.atom()),
                    _ => a.text.clone(),
                });
                scene.help(code, "the module's parameters");
                return Some(());
            }
            let operand = scene.whole()?;
            if matches!(operand.value, Value::Int(_)) {
                scene.help(format!("range({})", operand.text), "the numbers from 0 up to it");
            }
            Some(())
        },
    },
];

fn same_dtype(scene: &mut Scene) -> Option<()> {
    let (a, b) = scene.binary()?;
    let (ta, tb) = (a.tensor()?.dtype(), b.tensor()?.dtype());
    let target = if ta == DType::F32 || tb == DType::F32 || !ta.is_float() && !tb.is_float() {
        DType::F32
    } else if ta.is_float() {
        ta
    } else {
        tb
    };
    let method = match target {
        DType::F64 => "double",
        DType::F16 => "half",
        DType::BF16 => "bfloat16",
        _ => "float",
    };
    let convert =
        |o: &Operand, dtype: DType| if dtype == target { o.atom() } else { format!("{}.{method}()", o.atom()) };
    let (left, right) = (convert(&a, ta), convert(&b, tb));
    let code = match scene.call() {
        Some(call) if call.receiver.is_some() => format!("{left}.{}({right})", call.name),
        Some(call) => format!("{}({left}, {right})", call.callee),
        None => format!("{left} @ {right}"),
    };
    if [ta, tb].contains(&DType::F64) {
        scene.note("NumPy arrays and Python lists of them are float64, tensors float32");
    }
    if !ta.is_float() || !tb.is_float() {
        scene.note("integers alone make an integer tensor: torch.arange(6) is i64, torch.arange(6.) is f32");
    }
    scene.help(code, "+ - * / convert by themselves, @ does not");
    Some(())
}

/// The call with the sizes of complex numbers in their place.
fn to_size(scene: &mut Scene) -> Option<()> {
    const WHY: &str = "complex numbers have no order; their sizes have, and so have .real and .imag";
    let call = scene.call()?;
    let code = match &call.receiver {
        Some(receiver) => call.rebuilt(&format!("{}.abs().{}", receiver.atom(), call.name), |_, a| a.text.clone()),
        None => call.with_args(|i, a| if i == 0 { format!("{}.abs()", a.atom()) } else { a.text.clone() }),
    };
    scene.help(code, WHY);
    Some(())
}

/// The call with its tensor converted to float.
fn to_float(scene: &mut Scene) -> Option<()> {
    if let Some(call) = scene.call() {
        let code = match &call.receiver {
            Some(receiver) => {
                call.rebuilt(&format!("{}.float().{}", receiver.atom(), call.name), |_, a| a.text.clone())
            }
            None => call.with_args(|i, a| if i == 0 { format!("{}.float()", a.atom()) } else { a.text.clone() }),
        };
        scene.help(code, "or write 1. instead of 1 where the tensor is made");
        return Some(());
    }
    let (a, b) = scene.binary()?;
    let is_complex = |o: &Operand| o.tensor().is_some_and(|t| t.dtype().is_complex());
    scene.note(if is_complex(&a) || is_complex(&b) {
        "complex numbers have no order; their sizes (.abs()), .real and .imag have".to_string()
    } else {
        format!("the operator is not defined for the dtype of {} and {}", a.text, b.text)
    });
    Some(())
}

fn requires_grad(scene: &mut Scene) -> Option<()> {
    let call = scene.call()?;
    match &call.receiver {
        Some(receiver) if call.name == "requires_grad_" => {
            let name = receiver.name().map(|n| format!("{n} = ")).unwrap_or_default();
            scene.help(
                format!("{name}{}.float().requires_grad_(True)", receiver.atom()),
                "torch.arange(4.), with the point, is float from the start",
            );
        }
        _ => {
            let args: Vec<String> = call.args.iter().map(|a| a.text.clone()).collect();
            let mut args: Vec<String> = args
                .into_iter()
                .zip(&call.keywords)
                .map(|(a, k)| match k {
                    Some(k) => format!("{k}={a}"),
                    None => a,
                })
                .collect();
            args.push("dtype=torch.float32".to_string());
            scene.help(format!("{}({})", call.callee, args.join(", ")), "or write 1. instead of 1");
        }
    }
    Some(())
}

/// A text in brackets, unless it is a simple one.
fn bracketed(text: &str, expr: &Expr) -> String {
    match expr.kind {
        ExprKind::Name(_) | ExprKind::Call(..) | ExprKind::Attribute(..) | ExprKind::Subscript(..) => text.to_string(),
        _ => format!("({text})"),
    }
}

fn ambiguous(scene: &mut Scene) -> Option<()> {
    if let Some(call) = scene.call()
        && let Some(Value::Class(class)) = scene.session.peek(&call.function)
        && class.name.ends_with("Loss")
    {
        let args: Vec<String> = call.args.iter().map(|a| a.text.clone()).collect();
        scene.note(format!("{} makes a loss function; the loss is computed by calling that", call.callee));
        scene.help(format!("{}()({})", call.callee, args.join(", ")), "");
        return Some(());
    }
    label_condition(scene);
    // The whole condition is in the statement; the failing place may be an operand of it.
    let text = scene.statement().unwrap_or_else(|| scene.text.clone());
    let condition = condition_of(&text).or_else(|| condition_of(&scene.text.clone()))?;
    let source = crate::diag::Source::new("<condition>", condition.as_str());
    let expr = crate::syntax::parse_expression(&source).ok()?;
    let slice = |e: &Expr| source.slice(e.span).to_string();
    match &expr.kind {
        ExprKind::And(items) | ExprKind::Or(items) => {
            let (word, sign) = if matches!(expr.kind, ExprKind::And(_)) { ("and", "&") } else { ("or", "|") };
            scene.note(format!("`{word}` needs one truth value on its left"));
            let parts: Vec<String> = items.iter().map(|e| bracketed(&slice(e), e)).collect();
            scene.help(parts.join(&format!(" {sign} ")), "element by element; the brackets are needed");
        }
        ExprKind::Compare(first, rest) if rest.len() > 1 => {
            let inner = rest.iter().find_map(|(_, e)| match &e.kind {
                ExprKind::Binary(a, op @ (BinaryOp::BitAnd | BinaryOp::BitOr), b) => Some((e, a, op, b)),
                _ => None,
            });
            if let Some((whole, a, op, b)) = inner {
                let sign = if *op == BinaryOp::BitAnd { "&" } else { "|" };
                let read = condition.replacen(&slice(whole), &format!("({})", slice(whole)), 1);
                scene.note(format!("Python reads this as  {read}"));
                let left = condition.get(..a.span.end as usize)?;
                let right = condition.get(b.span.start as usize..)?;
                scene.help(format!("({left}) {sign} ({right})"), "");
            } else if let Some((_, middle)) = rest.first() {
                let left = condition.get(..middle.span.end as usize)?;
                let right = condition.get(middle.span.start as usize..)?;
                let _ = first;
                scene.note("a chained comparison is two comparisons joined by `and`");
                scene.help(format!("({left}) & ({right})"), "element by element");
            }
        }
        ExprKind::Not(inner) => {
            scene.help(format!("~{}", bracketed(&slice(inner), inner)), "element by element");
        }
        _ => {
            let whole = bracketed(&condition, &expr);
            scene.help(
                format!("{whole}.all()"),
                format!("or {whole}.any(); to choose by element: torch.where({condition}, 1, 0)"),
            );
        }
    }
    Some(())
}

/// Says under the comparison that failed how many truth values it has.
fn label_condition(scene: &mut Scene) {
    let Failing::Expr(expr) = &scene.failing else { return };
    let span = expr.span;
    let compared = matches!(expr.kind, ExprKind::Compare(..));
    let sizes = match scene.whole().filter(|o| o.tensor().is_some()) {
        Some(operand) => operand.sizes(),
        None => scene.binary().filter(|_| compared).and_then(|(a, b)| {
            let sizes = |o: &Operand| o.sizes().unwrap_or_default();
            crate::array::layout::broadcast_sizes(&sizes(&a), &sizes(&b)).ok().map(|s| s.to_vec())
        }),
    };
    if let Some(sizes) = sizes {
        scene.diagnostic.labels.clear();
        scene.label(span, format!("bool{}: true or false?", super::scene::sizes_text(&sizes)));
    }
}

/// The condition in a statement: after `if`, `while`, `assert`, or the whole of an expression.
fn condition_of(text: &str) -> Option<String> {
    use crate::syntax::ast::StmtKind::*;
    let source = crate::diag::Source::new("<condition>", text);
    let stmt = crate::syntax::parse(&source, crate::syntax::Mode::Prompt).ok()?.body.into_iter().next()?;
    let expr = match stmt.kind {
        If { test, .. } | While { test, .. } | Assert { test, .. } => test,
        Expr(e) => e,
        Assign { value, .. } => value,
        _ => return None,
    };
    let expr = match expr.kind {
        ExprKind::IfElse { test, .. } => *test,
        _ => expr,
    };
    Some(source.slice(expr.span).to_string())
}

fn in_place_cast(scene: &mut Scene) -> Option<()> {
    let statement = scene.statement().unwrap_or_else(|| scene.text.clone());
    if let Some((target, value)) = scene.binary()
        && let Some(op) = scene.operator()
    {
        let sign = match op {
            BinaryOp::Add => "+",
            BinaryOp::Sub => "-",
            BinaryOp::Mul => "*",
            BinaryOp::Div => "/",
            BinaryOp::Pow => "**",
            _ => return None,
        };
        let _ = statement;
        scene.note(format!("{} {sign}= writes back into {}, whose dtype it cannot change", target.text, target.text));
        scene
            .help(format!("{} = {} {sign} {}", target.text, target.text, value.atom()), "a new tensor, of float dtype");
        return Some(());
    }
    let call = scene.call()?;
    let receiver = call.receiver.as_ref()?;
    let plain = call.name.strip_suffix('_')?.to_string();
    let code = call.rebuilt(&format!("{}.{plain}", receiver.atom()), |_, a| a.text.clone());
    scene.help(code, "a new tensor, of float dtype");
    Some(())
}

fn bitwise(scene: &mut Scene) -> Option<()> {
    let (a, b) = scene.binary()?;
    let sign = match scene.operator()? {
        BinaryOp::BitAnd => "&",
        BinaryOp::BitOr => "|",
        _ => return None,
    };
    let convert = |o: &Operand| match o.tensor() {
        Some(t) if t.dtype().is_float() => format!("{}.bool()", o.atom()),
        _ => o.atom(),
    };
    scene.help(format!("{} {sign} {}", convert(&a), convert(&b)), "of truth values");
    Some(())
}

fn pair(scene: &mut Scene) -> Option<()> {
    let (a, b) = scene.binary()?;
    let sign = match scene.operator()? {
        BinaryOp::Add => "+",
        BinaryOp::Sub => "-",
        BinaryOp::Mul => "*",
        BinaryOp::Div => "/",
        _ => return None,
    };
    let values = |o: &Operand| match &o.value {
        Value::Tuple(t) if matches!(t.kind, crate::value::TupleKind::Named(_)) => format!("{}.values", o.atom()),
        Value::Tuple(_) => format!("{}[0]", o.atom()),
        _ => o.atom(),
    };
    scene.help(format!("{} {sign} {}", values(&a), values(&b)), "or amax(dim), amin(dim), which give values alone");
    Some(())
}

fn not_called(scene: &mut Scene) -> Option<()> {
    let (a, b) = scene.binary()?;
    let is_function = |o: &Operand| matches!(o.value, Value::Native(_) | Value::Method(_) | Value::Function(_));
    let wrong = if is_function(&a) { &a } else { &b };
    scene.note(format!("{} is a method: call it", wrong.text));
    let called = |o: &Operand| if is_function(o) { format!("{}()", o.text) } else { o.text.clone() };
    let middle = scene.text.get(a.expr.span.end as usize..b.expr.span.start as usize)?.to_string();
    scene.help(format!("{}{middle}{}", called(&a), called(&b)), "");
    Some(())
}

fn not_callable(scene: &mut Scene) -> Option<()> {
    let call = scene.call()?;
    let callee = scene.session.peek(&call.function);
    if call.name == "shape" || scene.fault.message.contains("torch.Size") {
        let receiver = call.receiver.as_ref().map(Operand::atom).unwrap_or_default();
        scene.help(call.callee.clone(), format!("without brackets; or {receiver}.size()"));
    } else if scene.fault.message.contains("'Tensor'") || matches!(callee, Some(Value::Tensor(_))) {
        let args: Vec<String> = call.args.iter().map(|a| a.text.clone()).collect();
        match args.is_empty() {
            true => scene.help(call.callee.clone(), "without brackets"),
            false => scene.help(format!("{}[{}]", call.callee, args.join(", ")), "an element; * multiplies"),
        }
    } else if scene.fault.message.contains("'module'") {
        scene.note(format!("{} is a module; its functions are called", call.callee));
    } else {
        scene.help(call.callee.clone(), "without brackets");
    }
    Some(())
}

fn positional(scene: &mut Scene) -> Option<()> {
    let call = scene.call()?;
    if call.name == "tensor" || call.name == "array" {
        let args: Vec<String> = call.args.iter().map(|a| a.text.clone()).collect();
        scene.help(format!("{}([{}])", call.callee, args.join(", ")), "the numbers in one list");
        return Some(());
    }
    let callee = match &call.receiver {
        Some(receiver) => scene.session.peek_attribute(&receiver.value.clone(), &call.name),
        None => scene.session.peek(&call.function),
    };
    let signature = crate::session::describe::signature(&callee?)?;
    scene.diagnostic.notes.retain(|n| !n.starts_with("signature: "));
    scene.note(format!("signature: {signature}"));
    Some(())
}

fn needs_tensor(scene: &mut Scene) -> Option<()> {
    let call = scene.call()?;
    let wrong = |o: &Operand| match o.value {
        Value::List(_) | Value::Float(_) => true,
        Value::Int(_) => call.args.len() == 1,
        _ => false,
    };
    if !call.args.iter().any(wrong) {
        return None;
    }
    let code = call.with_args(|_, a| if wrong(a) { format!("torch.tensor({})", a.text) } else { a.text.clone() });
    scene.help(code, "");
    Some(())
}
