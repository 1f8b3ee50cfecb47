//! Explanations of errors about names: what NumPy calls something, and what was misspelt.

use super::Explanation;
use super::scene::{CallScene, Scene};

/// The table of this family.
pub static TABLE: &[Explanation] = &[
    Explanation {
        kind: "AttributeError",
        words: "'Tensor' object has no attribute",
        meaning: "Tensors have no such method; NumPy's names differ from torch's.",
        explain: on_tensor,
    },
    Explanation {
        kind: "AttributeError",
        words: "module 'torch",
        meaning: "The module has no such name; NumPy's names differ from torch's.",
        explain: in_torch,
    },
    Explanation {
        kind: "TypeError",
        words: "received an invalid combination of arguments",
        meaning: "The arguments fit none of the function's signatures.",
        explain: arguments,
    },
    Explanation {
        kind: "TypeError",
        words: "unexpected keyword argument",
        meaning: "The function has no parameter of that name.",
        explain: arguments,
    },
    Explanation {
        kind: "ModuleNotFoundError",
        words: "No module named",
        meaning: "Only the modules that are built in, and .py files beside the script, can be imported.",
        explain: |scene| {
            scene
                .note("built-in modules and .py files beside the script can be imported; packages cannot be installed");
            Some(())
        },
    },
];

/// How a call with NumPy's name is written with torch's; `{x}` is the receiver, `{a}` the arguments.
const METHODS: [(&str, &str); 17] = [
    ("expand_dims", "{x}.unsqueeze({a})"),
    ("copy", "{x}.clone()"),
    ("reduce", "{x}.sum()"),
    ("ptp", "{x}.amax() - {x}.amin()"),
    ("fill", "{x}.fill_({a})"),
    ("concatenate", "torch.cat({a})"),
    ("append", "torch.cat([{x}, {a}])"),
    ("astensor", "{x}"),
    ("swap_axes", "{x}.transpose({a})"),
    ("rand", "torch.rand_like({x})"),
    ("randn", "torch.randn_like({x})"),
    ("zeros_like", "torch.zeros_like({x})"),
    ("ones_like", "torch.ones_like({x})"),
    ("len", "len({x})"),
    ("length", "len({x})"),
    ("dim_size", "{x}.size({a})"),
    ("to_numpy", "{x}.detach().numpy()"),
];

/// NumPy's names of functions and torch's.
const FUNCTIONS: [(&str, &str); 16] = [
    ("array", "tensor"),
    ("expand_dims", "unsqueeze"),
    ("copy", "clone"),
    ("power", "pow"),
    ("absolute_value", "abs"),
    ("random", "rand"),
    ("size", "numel"),
    ("repeat", "repeat_interleave"),
    ("append", "cat"),
    ("ndarray", "tensor"),
    ("identity", "eye"),
    ("asmatrix", "tensor"),
    ("mat", "tensor"),
    ("inv", "linalg.inv"),
    ("solve", "linalg.solve"),
    ("eig", "linalg.eig"),
];

fn on_tensor(scene: &mut Scene) -> Option<()> {
    let (object, name) = scene.attribute()?;
    let call = scene.call();
    if name == "astype" {
        let asked = call.as_ref().and_then(|c| c.args.first()).map_or("", |a| a.text.as_str());
        let asked = asked.trim_matches(['"', '\'']).rsplit('.').next().unwrap_or("");
        let dtype = match asked {
            "float" | "float64" | "double" => "float64",
            "int" | "int64" => "int64",
            "int32" | "int16" | "int8" | "uint8" | "float16" | "bool" => asked,
            _ => "float32",
        };
        let code = format!("{}.to(torch.{dtype})", object.atom());
        return numpys(scene, code, "NumPy's astype is to");
    }
    let (_, torch) = METHODS.iter().find(|(numpy, _)| *numpy == name)?;
    let args =
        call.map_or(String::new(), |c: CallScene| c.args.iter().map(|a| a.text.clone()).collect::<Vec<_>>().join(", "));
    let args = args.trim_start_matches("axis=").to_string();
    let code = torch.replace("{x}", &object.atom()).replace("{a}", &args);
    numpys(scene, code, &format!("NumPy's {name}"))
}

/// Help for a name of NumPy's, instead of a name of torch's that only looks like it.
fn numpys(scene: &mut Scene, code: String, remark: &str) -> Option<()> {
    scene.diagnostic.message = scene.fault.message.clone();
    scene.help(code, remark);
    Some(())
}

fn in_torch(scene: &mut Scene) -> Option<()> {
    let (_, name) = scene.attribute()?;
    let (_, torch) = FUNCTIONS.iter().find(|(numpy, _)| *numpy == name)?;
    let code = scene.text.replacen(&format!(".{name}"), &format!(".{torch}"), 1);
    numpys(scene, code, &format!("NumPy's {name} is torch.{torch}"))
}

fn arguments(scene: &mut Scene) -> Option<()> {
    let call = scene.call()?;
    let callee = match &call.receiver {
        Some(receiver) => scene.session.peek_attribute(&receiver.value.clone(), &call.name),
        None => scene.session.peek(&call.function),
    };
    let callee = callee?;
    if let Some(signature) = crate::session::describe::signature(&callee) {
        scene.diagnostic.notes.retain(|n| !n.starts_with("signature: "));
        scene.note(format!("signature: {signature}"));
    }
    let known = crate::session::describe::parameter_names(&callee);
    let wrong = call.keywords.iter().flatten().find(|k| !known.contains(k))?;
    let near = crate::diag::did_you_mean(wrong, known.iter().map(String::as_str))?;
    let args: Vec<String> = call
        .args
        .iter()
        .zip(&call.keywords)
        .map(|(a, k)| match k {
            Some(k) if k == wrong => format!("{near}={}", a.text),
            Some(k) => format!("{k}={}", a.text),
            None => a.text.clone(),
        })
        .collect();
    scene.help(format!("{}({})", call.callee, args.join(", ")), "");
    Some(())
}

/// Help for an error that suggests another name: the statement with that name.
pub fn correct_spelling(scene: &mut Scene) {
    let Some(near) = scene.fault.suffix.split("Did you mean: '").nth(1).and_then(|s| s.split('\'').next()) else {
        return;
    };
    let Some(wrong) = scene.fault.message.rsplit('\'').nth(1).or(scene.fault.message.split('\'').nth(1)) else {
        return;
    };
    let wrong = match scene.diagnostic.kind.as_str() {
        "NameError" => scene.fault.message.split('\'').nth(1).unwrap_or(wrong),
        _ => wrong,
    };
    let Some(statement) = scene.statement().filter(|s| s.len() < 100) else { return };
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let at = statement.match_indices(wrong).find(|(at, _)| {
        !is_word(statement[..*at].chars().next_back()) && !is_word(statement[at + wrong.len()..].chars().next())
    });
    if let Some((at, _)) = at {
        let code = format!("{}{near}{}", &statement[..at], &statement[at + wrong.len()..]);
        scene.help(code, "");
    }
}
