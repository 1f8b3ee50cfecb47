//! Explanations of errors about names: what NumPy calls something, and what was misspelt.

use super::Explanation;
use super::scene::{CallScene, Scene};
use crate::value::Value;

/// The table of this family.
pub static TABLE: &[Explanation] = &[
    Explanation {
        kind: "AttributeError",
        words: "has no attribute",
        meaning: "PyTorch has the name, this program does not: see what the README calls deliberately absent.",
        explain: absent,
    },
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

/// What PyTorch has and this program deliberately has not: words of its names, and what holds here instead.
const ABSENT: [(&[&str], &str); 6] = [
    (&["sparse", "spmm", "smm"], "sparse tensors are not part of this REPL: every tensor is dense"),
    (&["jit", "onnx", "export", "fx", "dynamo"], "models are neither compiled nor exported here: they run as written"),
    (
        &["distributed", "rpc", "multiprocessing"],
        "there is one process here; large operations use all threads by themselves",
    ),
    (&["quantize", "quantized", "quantization", "ao"], "quantized tensors are not part of this REPL"),
    (&["profiler", "benchmark"], "there is no profiler here: `:time` measures an expression"),
    (&["fft", "stft", "istft"], "Fourier transforms are not part of this REPL"),
];

/// Says that a name of PyTorch's is absent, instead of proposing one that only looks like it.
fn absent(scene: &mut Scene) -> Option<()> {
    let (object, name) = scene.attribute()?;
    object.tensor().is_some().then_some(()).or_else(|| match &object.value {
        Value::Module(m) => m.name.starts_with("torch").then_some(()),
        _ => None,
    })?;
    let (_, why) = ABSENT.iter().find(|(words, _)| name.split('_').any(|w| words.contains(&w)))?;
    scene.diagnostic.message = scene.fault.message.clone();
    scene.note(*why);
    Some(())
}

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
const FUNCTIONS: [(&str, &str); 13] = [
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
];

/// The modules in which a name is looked for that another one has not, the likeliest first.
const HOMES: [&str; 20] = [
    "torch",
    "torch.nn",
    "torch.nn.functional",
    "torch.linalg",
    "torch.special",
    "torch.autograd",
    "torch.autograd.functional",
    "torch.func",
    "torch.nn.init",
    "torch.optim",
    "torch.optim.lr_scheduler",
    "torch.optim.swa_utils",
    "torch.nn.utils",
    "torch.nn.utils.rnn",
    "torch.nn.utils.parametrizations",
    "torch.nn.utils.parametrize",
    "torch.utils.data",
    "torch.distributions",
    "torch.amp",
    "torch.testing",
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
        return known(scene, code, "NumPy's astype is to");
    }
    let args =
        call.map_or(String::new(), |c: CallScene| c.args.iter().map(|a| a.text.clone()).collect::<Vec<_>>().join(", "));
    let Some((_, torch)) = METHODS.iter().find(|(numpy, _)| *numpy == name) else {
        let home = home_of(scene, &name).filter(|home| takes_tensor(home, &name))?;
        let args = if args.is_empty() { object.text.clone() } else { format!("{}, {args}", object.text) };
        return known(scene, format!("{home}.{name}({args})"), "a function, not a method");
    };
    let args = args.trim_start_matches("axis=").to_string();
    let code = torch.replace("{x}", &object.atom()).replace("{a}", &args);
    known(scene, code, &format!("NumPy's {name}"))
}

/// Help for a name that is known, instead of a name that only looks like it.
fn known(scene: &mut Scene, code: String, remark: &str) -> Option<()> {
    scene.diagnostic.message = scene.fault.message.clone();
    scene.help(code, remark);
    Some(())
}

fn in_torch(scene: &mut Scene) -> Option<()> {
    let (object, name) = scene.attribute()?;
    let Some((_, torch)) = FUNCTIONS.iter().find(|(numpy, _)| *numpy == name) else {
        // `nn.linear(2, 3)` is a class misspelt, `nn.relu(x)` a function of another module.
        let is_same_word = proposed(&scene.fault.suffix).is_some_and(|near| near.eq_ignore_ascii_case(&name));
        let has_tensor = scene.call().is_some_and(|call| call.args.iter().any(|a| a.tensor().is_some()));
        if is_same_word && !has_tensor {
            return None;
        }
        let home = home_of(scene, &name)?;
        let written = scene.statement().filter(|s| s.len() < 100).unwrap_or_else(|| scene.text.clone());
        let code = written.replacen(&format!("{}.{name}", object.text), &format!("{home}.{name}"), 1);
        return known(scene, code, "where it is");
    };
    let code = scene.text.replacen(&format!(".{name}"), &format!(".{torch}"), 1);
    known(scene, code, &format!("NumPy's {name} is torch.{torch}"))
}

/// Whether a function's first argument is a tensor.
fn takes_tensor(home: &str, name: &str) -> bool {
    let function = crate::ops::api::module(home).and_then(|m| m.space.lookup(name));
    let first =
        function.map(|f| crate::session::describe::parameter_names(&f)).and_then(|names| names.into_iter().next());
    first.is_some_and(|first| matches!(first.as_str(), "input" | "A" | "self" | "x"))
}

/// The module of torch that has a public name.
fn home_of(scene: &Scene, name: &str) -> Option<&'static str> {
    let importer = &mut scene.session.shared.borrow_mut().importer;
    HOMES.into_iter().find(|home| !name.starts_with('_') && importer.offers(home, name))
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

/// The name that a message proposes.
fn proposed(message: &str) -> Option<&str> {
    message.split("Did you mean: '").nth(1)?.split('\'').next()
}

/// Help for an error that suggests another name: the statement with that name.
pub fn correct_spelling(scene: &mut Scene) {
    // From the message as it is shown: an explanation may have taken the proposal back.
    let Some(near) = proposed(&scene.diagnostic.message).map(str::to_string) else { return };
    let Some(wrong) = scene.fault.message.rsplit('\'').nth(1).or(scene.fault.message.split('\'').nth(1)) else {
        return;
    };
    let wrong = match scene.diagnostic.kind.as_str() {
        "NameError" | "ImportError" => scene.fault.message.split('\'').nth(1).unwrap_or(wrong),
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
