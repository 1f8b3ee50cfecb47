//! Explanations of errors that Python's own values raise, and of arguments of a wrong kind.

use super::Explanation;
use super::scene::{CallScene, Operand, Scene};
use crate::value::Value;
use crate::value::protocol::class_name;

/// The table of this family.
pub static TABLE: &[Explanation] = &[
    Explanation {
        kind: "TypeError",
        words: "must be tuple of ints",
        meaning: "Sizes and dimensions are ints, or a tuple of ints.",
        explain: needs_int,
    },
    Explanation {
        kind: "TypeError",
        words: "must be int, not",
        meaning: "The argument is an int.",
        explain: needs_int,
    },
    Explanation {
        kind: "TypeError",
        words: "must be bool, not",
        meaning: "The argument is True or False.",
        explain: |scene| {
            let call = scene.call()?;
            let name = scene.fault.message.split('\'').nth(1)?.to_string();
            let code = call.with_args(|i, a| match (&call.keywords[i], &a.value) {
                (Some(k), Value::Int(_)) if *k == name => format!("bool({})", a.text),
                _ => a.text.clone(),
            });
            if call.keywords.iter().flatten().any(|k| *k == name) {
                scene.help(code, "");
            } else if let Some(receiver) = call.receiver.as_ref().filter(|_| name == "keepdim" && call.args.len() == 2)
            {
                let dims: Vec<&str> = call.args.iter().map(|a| a.text.as_str()).collect();
                scene.help(format!("{}.{}(({}))", receiver.atom(), call.name, dims.join(", ")), "several dimensions");
            }
            Some(())
        },
    },
    Explanation {
        kind: "AttributeError",
        words: "'list' object has no attribute",
        meaning: "A list has the methods of lists; tensors are made from lists by torch.tensor.",
        explain: list_for_tensor,
    },
    Explanation {
        kind: "AttributeError",
        words: "'float' object has no attribute",
        meaning: "A number has no methods of tensors; tensors are made from numbers by torch.tensor.",
        explain: list_for_tensor,
    },
    Explanation {
        kind: "AttributeError",
        words: "'int' object has no attribute",
        meaning: "A number has no methods of tensors; tensors are made from numbers by torch.tensor.",
        explain: list_for_tensor,
    },
    Explanation {
        kind: "AttributeError",
        words: "'tuple' object has no attribute",
        meaning: "The value is a tuple: its items have the methods, it has not.",
        explain: |scene| {
            let (object, name) = scene.attribute()?;
            let Value::Tuple(items) = &object.value else { return None };
            scene.note(format!("{} is a tuple of {}", object.text, items.len()));
            if matches!(items.first(), Some(Value::Tensor(_))) {
                let call = scene.text.get(object.text.len()..).unwrap_or("").to_string();
                scene.help(format!("{}[0]{call}", object.atom()), format!("{name} of its first item"));
            }
            Some(())
        },
    },
    Explanation { kind: "KeyError", words: "", meaning: "The dict has no such key.", explain: missing_key },
    Explanation {
        kind: "IndexError",
        words: "index out of range",
        meaning: "Indices count from 0 to the length minus one; negative ones from the end.",
        explain: |scene| {
            let (object, _) = scene.subscript()?;
            let length = match &object.value {
                Value::List(l) => l.borrow().len(),
                Value::Tuple(t) => t.len(),
                Value::Str(s) => s.as_str().chars().count(),
                _ => return None,
            };
            if length == 0 {
                scene.note(format!("{} is empty", object.text));
                return Some(());
            }
            scene.note(format!("{} has {length} items: indices 0 to {}", object.text, length - 1));
            scene.help(format!("{}[-1]", object.atom()), "the last one");
            Some(())
        },
    },
    Explanation {
        kind: "ValueError",
        words: "invalid literal for int()",
        meaning: "int() reads whole numbers only.",
        explain: |scene| {
            let call = scene.call()?;
            let given = call.args.first()?;
            let Value::Str(text) = &given.value else { return None };
            text.as_str().trim().parse::<f64>().ok()?;
            scene.help(format!("int(float({}))", given.text), "cuts the fraction off");
            Some(())
        },
    },
    Explanation {
        kind: "ValueError",
        words: "values to unpack",
        meaning: "As many names as values stand on the left.",
        explain: |scene| {
            let Some(Value::Tensor(t)) = scene.operand_value() else { return None };
            let sizes = super::scene::sizes_text(&t.sizes());
            scene.note(format!("a tensor of shape {sizes} gives {} values: its first dimension", t.sizes().first()?));
            Some(())
        },
    },
    Explanation {
        kind: "TypeError",
        words: "unhashable type: 'list'",
        meaning: "Keys of dicts and members of sets are values that do not change: tuples instead of lists.",
        explain: |scene| {
            scene.note("a tuple can be a key, a list cannot: tuple(...)");
            Some(())
        },
    },
    Explanation {
        kind: "TypeError",
        words: "object does not support item assignment",
        meaning: "Tuples and strings do not change; a list does.",
        explain: |scene| {
            let (object, _) = scene.subscript()?;
            if let (Value::Tuple(_), Some(name)) = (&object.value, object.name()) {
                let code = format!("{name} = list({name}); {}", scene.statement()?);
                scene.help(code, "a list can change");
            }
            Some(())
        },
    },
    Explanation {
        kind: "TypeError",
        words: "has no len()",
        meaning: "Only what holds items has a length.",
        explain: |scene| {
            let call = scene.call()?;
            let given = call.args.first()?;
            if given.value.as_scalar().is_some() {
                scene.note(format!("{} is a number ({})", given.text, class_name(&given.value)));
            }
            Some(())
        },
    },
    Explanation {
        kind: "TypeError",
        words: "object is not subscriptable",
        meaning: "Square brackets take an item of a list, a dict, a tensor; functions are called with round ones.",
        explain: |scene| {
            let (object, index) = scene.subscript()?;
            match &object.value {
                Value::Native(_) | Value::Function(_) | Value::Method(_) | Value::Class(_) => {
                    let inner = index.text.clone();
                    scene.note(format!("{} is a function: it is called with round brackets", object.text));
                    let list = if inner.contains(',') { format!("[{inner}]") } else { inner };
                    scene.help(format!("{}({list})", object.text), "");
                }
                Value::None => {
                    scene.note(format!("{} is None", object.text));
                }
                _ => {}
            }
            Some(())
        },
    },
    Explanation {
        kind: "UnboundLocalError",
        words: "cannot access local variable",
        meaning: "A name that a function assigns is local in all of it.",
        explain: |scene| {
            let name = scene.fault.message.split('\'').nth(1)?.to_string();
            scene.note(format!(
                "the function assigns {name}, so it is local in all of it; `global {name}` changes the global one"
            ));
            Some(())
        },
    },
    Explanation {
        kind: "TypeError",
        words: "is not a Module subclass",
        meaning: "A container holds modules; functions like torch.relu have a module of their own.",
        explain: |scene| {
            let known =
                [("relu", "ReLU"), ("tanh", "Tanh"), ("sigmoid", "Sigmoid"), ("softmax", "Softmax"), ("gelu", "GELU")];
            let call = scene.call()?;
            let module = |a: &Operand| {
                let Value::Native(native) = &a.value else { return None };
                known.iter().find(|(name, _)| *name == native.name).map(|(_, module)| format!("nn.{module}()"))
            };
            call.args.iter().find_map(module)?;
            scene
                .help(call.with_args(|_, a| module(a).unwrap_or_else(|| a.text.clone())), "the module of the function");
            Some(())
        },
    },
];

/// The call with arguments changed, if any was.
fn changed(call: &CallScene, change: impl Fn(&Operand) -> Option<String>) -> Option<String> {
    call.args.iter().find_map(&change)?;
    Some(call.with_args(|_, a| change(a).unwrap_or_else(|| a.text.clone())))
}

/// Numbers in quotes, and floats, where ints are expected.
fn needs_int(scene: &mut Scene) -> Option<()> {
    let call = scene.call()?;
    // `torch.full(3, 1.)`: the sizes in a tuple of their own.
    if scene.fault.message.contains("must be tuple of ints, not int") {
        let first = scene.fault.message.contains("(position 1)");
        let at = if first { 0 } else { call.args.iter().rposition(|a| matches!(a.value, Value::Int(_)))? };
        let sizes = |i: usize, a: &Operand| if i == at { format!("({},)", a.text) } else { a.text.clone() };
        scene.help(call.with_args(sizes), "the sizes in a tuple");
        return Some(());
    }
    let fixed = |a: &Operand| match &a.value {
        Value::Str(s) => s.as_str().trim().parse::<i64>().ok().map(|n| n.to_string()),
        Value::Float(_) => Some(format!("int({})", a.text)),
        Value::List(_) | Value::Tuple(_) => {
            let quoted = a.text.contains(['\'', '"']);
            quoted.then(|| a.text.replace(['\'', '"'], ""))
        }
        _ => None,
    };
    scene.help(changed(&call, fixed)?, "");
    Some(())
}

/// Lists and numbers given where a tensor is expected, or asked for a method of tensors.
fn list_for_tensor(scene: &mut Scene) -> Option<()> {
    let is_data = |v: &Value| matches!(v, Value::List(_) | Value::Float(_) | Value::Int(_));
    if let Some((object, name)) = scene.attribute()
        && is_data(&object.value)
    {
        crate::value::types().tensor.lookup(&crate::value::intern(&name))?;
        let rest = scene.text.get(object.text.len()..).unwrap_or("").to_string();
        scene.help(format!("torch.tensor({}){rest}", object.text), "a tensor has it");
        return Some(());
    }
    let call = scene.call()?;
    let code = changed(&call, |a| is_data(&a.value).then(|| format!("torch.tensor({})", a.text)))?;
    scene.help(code, "");
    Some(())
}

/// The keys that are there, and the one that was meant.
fn missing_key(scene: &mut Scene) -> Option<()> {
    let (object, index) = scene.subscript()?;
    let Value::Dict(dict) = &object.value else { return None };
    let keys: Vec<Value> = dict.items().into_iter().map(|(key, _)| key).collect();
    let mut shown = Vec::new();
    for key in keys.iter().take(8) {
        shown.push(match key {
            Value::Str(s) => format!("'{}'", s.as_str()),
            other => format!("{other:?}"),
        });
    }
    let more = if keys.len() > 8 { ", …" } else { "" };
    scene.note(match shown.is_empty() {
        true => format!("{} is empty", object.text),
        false => format!("keys: {}{more}", shown.join(", ")),
    });
    let names: Vec<&str> = keys.iter().filter_map(Value::as_str).collect();
    if let Value::Str(asked) = &index.value
        && let Some(near) = crate::diag::did_you_mean(asked.as_str(), names.iter().copied())
    {
        scene.help(format!("{}['{near}']", object.atom()), "");
    }
    Some(())
}
