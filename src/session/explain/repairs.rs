//! Explanations whose help is what was written with one thing changed.

use super::Explanation;
use super::scene::{CallScene, Operand, Scene};
use crate::value::Value;

/// An explanation whose help is made from the failing call.
macro_rules! call {
    ($kind:literal, $words:literal, $meaning:literal, $repair:expr, $remark:literal) => {
        Explanation {
            kind: $kind,
            words: $words,
            meaning: $meaning,
            explain: |scene| {
                let call = scene.call()?;
                let repair: fn(&CallScene) -> Option<String> = $repair;
                scene.help(repair(&call)?, $remark);
                Some(())
            },
        }
    };
}

/// The table of this family.
pub static TABLE: &[Explanation] = &[
    call!(
        "TypeError",
        "required positional arguments: \"dim\"",
        "The function works along one dimension, which must be said; -1 is the last one.",
        |call| Some(with_more(call, "dim=-1")),
        "along the last dimension"
    ),
    call!(
        "RuntimeError",
        "mat2 must be a matrix",
        "mm multiplies matrices; @ multiplies matrices and vectors.",
        product,
        "@ takes matrices and vectors"
    ),
    call!(
        "RuntimeError",
        "batch1 must be a 3D tensor",
        "bmm multiplies batches of matrices; @ multiplies matrices, vectors and batches of them.",
        product,
        "@ takes matrices too"
    ),
    call!(
        "RuntimeError",
        "vector + matrix @ vector expected",
        "mv multiplies a matrix by a vector.",
        product,
        "@ takes matrices and vectors"
    ),
    call!(
        "RuntimeError",
        "t() expects a tensor with <= 2 dimensions",
        "t() transposes matrices only.",
        |call| Some(format!("{}.mT", subject(call)?.atom())),
        "the last two dimensions exchanged"
    ),
    call!(
        "NotImplementedError",
        "std and var only support floating point",
        "A standard deviation is computed with floating-point numbers.",
        of_float,
        ""
    ),
    call!(
        "NotImplementedError",
        "Expected a floating point or complex tensor as input",
        "A norm is computed with floating-point numbers.",
        of_float,
        ""
    ),
    call!(
        "NotImplementedError",
        "softmax_lastdim_kernel_impl",
        "A softmax is computed with floating-point numbers.",
        of_float,
        ""
    ),
    call!(
        "RuntimeError",
        "expected both vectors to have same dtype",
        "The vectors of a product have one dtype.",
        |call| {
            let receiver = call.receiver.as_ref().map(|r| format!("{}.float().{}", r.atom(), call.name));
            Some(call.rebuilt(receiver.as_deref().unwrap_or(&call.callee), |_, a| format!("{}.float()", a.atom())))
        },
        "both as floating-point numbers"
    ),
    call!(
        "RuntimeError",
        "upper bound and lower bound inconsistent with step sign",
        "A range counts down with a negative step.",
        |call| (call.args.len() == 2).then(|| with_more(call, "-1")),
        "counts down"
    ),
    call!(
        "RuntimeError",
        "random_ expects 'from' to be less than 'to'",
        "The lower bound stands first.",
        |call| {
            let (low, high) = (call.args.first()?.text.clone(), call.args.get(1)?.text.clone());
            Some(call.with_args(|i, a| match i {
                0 => high.clone(),
                1 => low.clone(),
                _ => a.text.clone(),
            }))
        },
        "the lower bound first"
    ),
    call!(
        "RuntimeError",
        "Boolean value of Tensor with no values is ambiguous",
        "An empty tensor is neither true nor false.",
        |call| Some(format!("{}.numel() > 0", call.args.first()?.atom())),
        "whether there are elements"
    ),
    call!(
        "TypeError",
        "of type 'generator' has no len()",
        "A generator makes its values one after the other and does not know how many.",
        |call| Some(format!("len(list({}))", call.args.first()?.text)),
        "its values as a list"
    ),
    call!(
        "StopIteration",
        "",
        "The iterator is at its end.",
        |call| (call.name == "next" && call.args.len() == 1).then(|| with_more(call, "None")),
        "None where nothing is left"
    ),
    Explanation {
        kind: "TypeError",
        words: "can't multiply sequence by non-int of type 'float'",
        meaning: "A sequence is repeated a whole number of times.",
        explain: |scene| {
            let (a, b) = scene.binary()?;
            let whole = |o: &Operand| match o.value {
                Value::Float(_) => format!("int({})", o.text),
                _ => o.atom(),
            };
            scene.help(format!("{} * {}", whole(&a), whole(&b)), "a whole number of times");
            Some(())
        },
    },
    Explanation {
        kind: "TypeError",
        words: "for +: 'set' and 'set'",
        meaning: "The union of sets is |.",
        explain: union,
    },
    Explanation {
        kind: "TypeError",
        words: "for +: 'dict' and 'dict'",
        meaning: "| joins dicts; of equal keys the right one's value stays.",
        explain: union,
    },
    Explanation {
        kind: "IndexError",
        words: "only integers, slices (`:`), ellipsis",
        meaning: "An index is an int; a float is none, even where it is whole.",
        explain: whole_index,
    },
    Explanation {
        kind: "TypeError",
        words: "list indices must be integers or slices, not",
        meaning: "A list is indexed by one int; only tensors and arrays take several indices.",
        explain: |scene| {
            whole_index(scene).or_else(|| {
                let (object, index) = scene.subscript()?;
                matches!(index.value, Value::Tuple(_)).then_some(())?;
                scene.help(format!("torch.tensor({})[{}]", object.text, index.text), "several indices at once");
                Some(())
            })
        },
    },
    Explanation {
        kind: "IndexError",
        words: "tensors used as indices must be long, int, byte or bool",
        meaning: "Tensors of integers pick elements by position, tensors of bool by truth.",
        explain: |scene| {
            let (object, index) = scene.subscript()?;
            index.tensor()?;
            scene.help(format!("{}[{}.long()]", object.atom(), index.atom()), "");
            Some(())
        },
    },
    Explanation {
        kind: "NotImplementedError",
        words: "Negation, the `-` operator, on a bool tensor",
        meaning: "The opposite of truth values is ~.",
        explain: |scene| {
            let whole = scene.whole()?;
            scene.help(format!("~({})", whole.text.strip_prefix('-')?.trim()), "the opposite of truth values");
            Some(())
        },
    },
    Explanation {
        kind: "RuntimeError",
        words: "doesn't match the broadcast shape",
        meaning: "An in-place operation cannot change the shape of what it writes to.",
        explain: |scene| {
            let statement = scene.statement()?;
            let at = statement.find("= ")?;
            let sign = statement.get(..at)?.chars().last().filter(|c| "+-*/".contains(*c))?;
            let target = statement.get(..at - 1)?.trim();
            let value = statement.get(at + 1..)?.trim();
            scene.help(format!("{target} = {target} {sign} ({value})"), "a new tensor of the larger shape");
            Some(())
        },
    },
    Explanation {
        kind: "TypeError",
        words: "does not support the context manager protocol",
        meaning: "with takes an object that says what to do before and after.",
        explain: |scene| {
            let manager = scene.whole()?.text;
            (manager.ends_with("no_grad") || manager.ends_with("enable_grad") || manager.ends_with("inference_mode"))
                .then_some(())?;
            scene.help(format!("with {manager}(): pass"), "called, with brackets");
            Some(())
        },
    },
    Explanation {
        kind: "NameError",
        words: "is not defined",
        meaning: "The name has no value yet.",
        explain: |scene| {
            // A name that is near, a module or torch's function of that name says more than this.
            super::names::correct_spelling(scene);
            if scene.diagnostic.help.is_empty() && !scene.fault.suffix.contains("Did you mean") {
                let name = scene.fault.message.split('\'').nth(1)?.to_string();
                match name.as_str() {
                    "plt" | "pd" | "sns" | "sklearn" | "tf" | "jax" => {
                        scene.note("a package of its own, which cannot be imported here");
                    }
                    module if crate::builtins::native_module(module).is_some() => {
                        scene.help(format!("import {module}"), "modules are imported before they are used");
                    }
                    _ => scene.help(format!("{name} = ..."), "a name has a value once it is assigned"),
                }
            }
            Some(())
        },
    },
    Explanation {
        kind: "MemoryError",
        words: "",
        meaning: "The result needs more memory than there is, or than --max-memory allows.",
        explain: |scene| {
            scene.note("the result does not fit into memory: a smaller size, or a smaller dtype (torch.float16)");
            Some(())
        },
    },
    Explanation {
        kind: "TypeError",
        words: "() takes no arguments",
        meaning: "A class takes arguments when it has an __init__ with parameters.",
        explain: |scene| {
            let name = scene.fault.message.strip_suffix("() takes no arguments")?.to_string();
            scene.note(format!("{name} has no __init__(self, ...) that would take them"));
            Some(())
        },
    },
    Explanation {
        kind: "TypeError",
        words: "takes 0 positional arguments but 1 was given",
        meaning: "A method gets its object as the first argument.",
        explain: |scene| {
            let name = scene.fault.message.split("()").next()?.rsplit_once('.')?.1.to_string();
            scene.note(format!("a method gets its object first: def {name}(self):"));
            Some(())
        },
    },
    Explanation {
        kind: "ValueError",
        words: "math domain error",
        meaning: "The function has no value for this number; torch's functions give nan or -inf there.",
        explain: |scene| {
            let call = scene.call()?;
            let given = call.args.first()?;
            crate::ops::registry::find(&call.name)?;
            scene.help(
                format!("torch.{}(torch.tensor({}.))", call.name, given.text),
                "nan or -inf where there is no value",
            );
            Some(())
        },
    },
    Explanation {
        kind: "FileNotFoundError",
        words: "No such file or directory",
        meaning: "Files are looked for in the working folder.",
        explain: |scene| {
            scene.help("import os; os.getcwd(), os.listdir()", "where files are looked for, and what is there");
            Some(())
        },
    },
    Explanation {
        kind: "TypeError",
        words: "not all arguments converted during string formatting",
        meaning: "There is one % for each value.",
        explain: |scene| {
            scene.note("there are more values than % in the text");
            Some(())
        },
    },
    Explanation {
        kind: "TypeError",
        words: "not enough arguments for format string",
        meaning: "There is one value for each %.",
        explain: |scene| {
            scene.note("there are more % in the text than values");
            Some(())
        },
    },
];

/// What a function or method works on.
fn subject(call: &CallScene) -> Option<&Operand> {
    call.receiver.as_ref().or_else(|| call.args.first())
}

/// The call with one more argument.
fn with_more(call: &CallScene, argument: &str) -> String {
    let same = call.with_args(|_, a| a.text.clone());
    let open = same.strip_suffix(')').unwrap_or(&same);
    if call.args.is_empty() { format!("{open}{argument})") } else { format!("{open}, {argument})") }
}

/// `a @ b` for a function or method of two tensors.
fn product(call: &CallScene) -> Option<String> {
    let left = subject(call)?;
    let right = call.args.get(usize::from(call.receiver.is_none()))?;
    let (a, b) = (left.tensor()?, right.tensor()?);
    let inner = |t: &crate::tensor::Tensor, first: bool| {
        let sizes = t.sizes();
        if first || sizes.len() == 1 { sizes.last().copied() } else { sizes.get(sizes.len().wrapping_sub(2)).copied() }
    };
    let fits = a.ndim() > 0 && b.ndim() > 0 && a.ndim() < 3 && b.ndim() < 3 && inner(a, true) == inner(b, false);
    fits.then(|| format!("{} @ {}", left.atom(), right.atom()))
}

/// The call on floating-point numbers.
fn of_float(call: &CallScene) -> Option<String> {
    Some(match &call.receiver {
        Some(receiver) => call.rebuilt(&format!("{}.float().{}", receiver.atom(), call.name), |_, a| a.text.clone()),
        None => call.with_args(|i, a| if i == 0 { format!("{}.float()", a.atom()) } else { a.text.clone() }),
    })
}

fn union(scene: &mut Scene) -> Option<()> {
    let (a, b) = scene.binary()?;
    scene.help(format!("{} | {}", a.text, b.text), "what is in one or the other");
    Some(())
}

/// The subscript with its float as an int.
fn whole_index(scene: &mut Scene) -> Option<()> {
    let (object, index) = scene.subscript()?;
    let Value::Float(_) = index.value else { return None };
    scene.help(format!("{}[int({})]", object.atom(), index.text), "an index is an int");
    Some(())
}
