//! `help`.

use super::super::bind::bind;
use super::super::table::Def;
use crate::diag::Result;
use crate::value::{Args, Caller, Native, Value, class_of, intern};

/// The functions.
pub static FUNCTIONS: [Def; 1] =
    [Def("help", "object=..., /", "Show the signature and the documentation of an object.", help)];

fn help(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let text = if a[0].is_undef() {
        "Type help(object) for help about object.\n".to_string()
    } else {
        describe(&a[0], caller)?
    };
    caller.write(&text)?;
    Ok(Value::None)
}

/// The first lines of the help on an object: what it is, its parameters, its documentation, its methods.
fn describe(value: &Value, caller: &mut dyn Caller) -> Result<String> {
    let doc = match caller.find_attr(value, &intern("__doc__"))? {
        Some(Value::Str(s)) => s.as_str().trim().to_string(),
        _ => String::new(),
    };
    let indented: String = doc.lines().map(|l| format!("    {}\n", l.trim_end())).collect();
    Ok(match value {
        Value::Native(n) => {
            let place = if n.module == "builtins" { "built-in" } else { n.module };
            format!("Help on {place} function {}:\n\n{}\n{indented}", n.name, n.parsed().show())
        }
        Value::Method(m) => return describe(&m.function, caller),
        Value::Function(f) => {
            let name = f.name.borrow().clone();
            let signature = match caller.import("inspect") {
                Ok(inspect) => match caller.find_attr(&inspect, &intern("signature"))? {
                    Some(signature) => {
                        let signature = caller.call(&signature, Args::of(std::slice::from_ref(value)))?;
                        caller.str(&signature)?
                    }
                    None => "(...)".into(),
                },
                Err(_) => "(...)".into(),
            };
            format!("Help on function {name} in module {}:\n\n{name}{signature}\n{indented}", f.module.name)
        }
        Value::Class(c) => {
            let bases: Vec<&str> = c.bases.iter().map(|b| b.name.as_str()).collect();
            let mut text = format!(
                "Help on class {} in module {}:\n\nclass {}({})\n{indented}",
                c.name,
                c.module,
                c.name,
                bases.join(", ")
            );
            for key in c.dict.keys() {
                if let Some(name) = key.as_str().filter(|n| !n.starts_with('_')) {
                    text.push_str(&format!(" |  {name}\n"));
                }
            }
            text
        }
        Value::Module(m) => {
            let mut text = format!("Help on module {}:\n\n{}\n", m.name, m.doc.borrow());
            for (name, _) in m.space.items() {
                if !name.starts_with('_') {
                    text.push_str(&format!("    {name}\n"));
                }
            }
            text
        }
        other => return describe(&Value::Class(class_of(other)), caller),
    })
}
