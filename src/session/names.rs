//! Names for tensors: the variable that holds one, or the path to a parameter inside a variable's object.

use crate::display::origin::denotes;
use crate::tensor::Tensor;
use crate::value::{Instance, Module, Value};
use std::rc::Rc;

/// How deep modules are looked into for parameters.
const MAX_DEPTH: usize = 6;

/// The name of a tensor among the variables of a module: `w`, `net.0.weight`.
pub fn name_of(main: &Module, asked: &Tensor) -> Option<String> {
    let items = main.space.items();
    let direct = items
        .iter()
        .find(|(name, value)| !name.starts_with('_') && matches!(value, Value::Tensor(t) if denotes(t, asked)));
    if let Some((name, _)) = direct {
        return Some(name.to_string());
    }
    if !asked.is_parameter() {
        return None;
    }
    items.iter().filter(|(name, _)| !name.starts_with('_')).find_map(|(name, value)| match value {
        Value::Object(object) => {
            let mut found = parameters(object);
            found.retain(|(_, t)| t.is(asked));
            found.pop().map(|(path, _)| format!("{name}.{path}"))
        }
        _ => None,
    })
}

/// The parameters of an `nn.Module` and of the modules inside it, with their paths.
pub fn parameters(object: &Rc<Instance>) -> Vec<(String, Tensor)> {
    let mut out = Vec::new();
    let mut open = vec![(String::new(), object.clone(), 0)];
    while let Some((prefix, object, depth)) = open.pop() {
        if let Some(Value::Dict(own)) = object.dict.get_str("_parameters") {
            for (key, value) in own.items() {
                if let (Some(key), Value::Tensor(t)) = (key.as_str(), value) {
                    out.push((format!("{prefix}{key}"), t));
                }
            }
        }
        if let Some(Value::Dict(inner)) = object.dict.get_str("_modules")
            && depth < MAX_DEPTH
        {
            for (key, value) in inner.items().into_iter().rev() {
                if let (Some(key), Value::Object(o)) = (key.as_str(), value) {
                    open.push((format!("{prefix}{key}."), o, depth + 1));
                }
            }
        }
    }
    out
}
