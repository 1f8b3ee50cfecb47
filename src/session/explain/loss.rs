//! Explanations of errors from losses, embeddings and layers.

use super::Explanation;
use super::scene::{CallScene, Operand, Scene};
use crate::value::Value;

/// The table of this family.
pub static TABLE: &[Explanation] = &[
    Explanation {
        kind: "RuntimeError",
        words: "expected target dtype to be Long",
        meaning: "Class indices are integers; float targets are probabilities, of the shape of the input.",
        explain: |scene| {
            let (call, target) = target(scene)?;
            if let Some(input) = call.args.first().and_then(Operand::sizes) {
                let shape = super::scene::sizes_text(&input);
                scene.note(format!("float targets are class probabilities and have the shape of the input, {shape}"));
            }
            replace(scene, &call, target, ".long()", "class indices are integers")
        },
    },
    Explanation {
        kind: "IndexError",
        words: "is out of bounds.",
        meaning: "Class indices run from 0 to the number of classes - 1.",
        explain: class_out_of_range,
    },
    Explanation {
        kind: "RuntimeError",
        words: "multi-target not supported",
        meaning: "Class indices are one number for each row.",
        explain: |scene| {
            let (call, target) = target(scene)?;
            let sizes = call.args.get(target)?.sizes()?;
            scene.note(format!("the target {} must be [{}]", super::scene::sizes_text(&sizes), sizes.first()?));
            replace(
                scene,
                &call,
                target,
                if sizes.get(1) == Some(&1) { ".squeeze(1)" } else { ".argmax(1)" },
                "one class index for each row",
            )
        },
    },
    Explanation {
        kind: "ValueError",
        words: "Using a target size",
        meaning: "Input and target of this loss have the same shape.",
        explain: target_size,
    },
    Explanation {
        kind: "ValueError",
        words: "Expected input batch_size",
        meaning: "There is one target for each row of the input.",
        explain: |scene| {
            let (call, target) = target(scene)?;
            let (input, target) = (call.args.first()?.sizes()?, call.args.get(target)?.sizes()?);
            scene.note(format!("{} rows, {} targets", input.first()?, target.first()?));
            Some(())
        },
    },
    Explanation {
        kind: "IndexError",
        words: "index out of range in self",
        meaning: "An embedding has rows 0 to num_embeddings - 1.",
        explain: embedding,
    },
    Explanation {
        kind: "ValueError",
        words: "optimizer got an empty parameter list",
        meaning: "The optimizer was given no parameters; a generator can be used only once.",
        explain: |scene| {
            scene.note("layers must be attributes of the module, or in nn.ModuleList, to be its parameters");
            Some(())
        },
    },
    Explanation {
        kind: "AttributeError",
        words: "object has no attribute '_backward_hooks'",
        meaning: "A module that is called must have been initialised: its __init__ begins with super().__init__().",
        explain: |scene| {
            scene.note("its __init__ never called super().__init__(), which must be its first line");
            Some(())
        },
    },
    Explanation {
        kind: "AttributeError",
        words: "before Module.__init__() call",
        meaning: "A module's __init__ begins with super().__init__().",
        explain: |scene| {
            scene.note("the first line of __init__ must be super().__init__()");
            Some(())
        },
    },
];

/// The failing call, and which of its arguments is the target.
fn target(scene: &mut Scene) -> Option<(CallScene, usize)> {
    let call = scene.call()?;
    let named = call.keywords.iter().position(|k| k.as_deref() == Some("target"));
    let at = named.unwrap_or(1);
    (at < call.args.len()).then_some((call, at))
}

/// The call with a method applied to one argument.
fn replace(scene: &mut Scene, call: &CallScene, at: usize, method: &str, why: &str) -> Option<()> {
    let code = call.with_args(|i, a| if i == at { format!("{}{method}", a.atom()) } else { a.text.clone() });
    scene.help(code, why);
    Some(())
}

fn smallest(operand: &Operand) -> Option<i64> {
    let array = operand.tensor()?.array().clone();
    (0..array.numel().min(100_000)).filter_map(|i| array.at(i).map(|s| Value::scalar(s).as_int().unwrap_or(0))).min()
}

fn class_out_of_range(scene: &mut Scene) -> Option<()> {
    let (call, at) = target(scene)?;
    let classes = *call.args.first()?.sizes()?.get(1)?;
    let target = call.args.get(at)?;
    scene.note(format!("the input has {classes} classes: 0 to {}", classes.saturating_sub(1)));
    if smallest(target).is_some_and(|n| n >= 1) {
        let code = call.with_args(|i, a| if i == at { format!("{} - 1", a.atom()) } else { a.text.clone() });
        scene.help(code, "labels that start at 1");
    } else {
        let t = target.atom();
        scene.help(format!("{t}[{t} >= {classes}]"), "the labels that are out of range; labels from 1 need target - 1");
    }
    Some(())
}

fn target_size(scene: &mut Scene) -> Option<()> {
    let (call, at) = target(scene)?;
    let (input, target) = (call.args.first()?.sizes()?, call.args.get(at)?.sizes()?);
    if input.len() == target.len() + 1 && input.last() == Some(&1) {
        return replace(scene, &call, at, &format!(".unsqueeze({})", target.len()), "the shape of the input");
    }
    if input.iter().product::<usize>() == target.iter().product::<usize>() {
        let code = call.with_args(|i, a| match i == at {
            true => format!("{}.view_as({})", a.atom(), call.args[0].text),
            false => a.text.clone(),
        });
        scene.help(code, "the shape of the input");
    }
    Some(())
}

fn embedding(scene: &mut Scene) -> Option<()> {
    let call = scene.call()?;
    let index = call.args.first()?;
    let array = index.tensor()?.array().clone();
    let largest =
        (0..array.numel().min(100_000)).filter_map(|i| array.at(i).and_then(|s| Value::scalar(s).as_int())).max()?;
    let weight = call.args.get(1).and_then(Operand::sizes).or_else(|| {
        let Value::Object(object) = scene.session.peek(&call.function)? else { return None };
        let found = crate::session::names::parameters(&object).into_iter().find(|(n, _)| n == "weight");
        found.map(|(_, t)| t.sizes().to_vec())
    })?;
    let [rows, width] = *weight.as_slice() else { return None };
    scene.note(format!("the largest index is {largest}, the table has rows 0 to {}", rows.saturating_sub(1)));
    scene.help(format!("nn.Embedding({}, {width})", largest + 1), "one row for each index from 0");
    Some(())
}
