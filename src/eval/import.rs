//! Imports: native modules, files, the prelude.

use super::host::Found;
use super::machine::Machine;
use crate::diag::{ExcKind, Fault, Result};
use crate::value::{Module, Name, Value, intern};
use std::rc::Rc;

impl Machine {
    /// The module of a name, imported with its parents; relative names count from the importing module.
    ///
    /// Errors: ModuleNotFoundError, or what the module raises.
    pub(super) fn import_module(&mut self, name: &Name, from: &Rc<Module>) -> Result<Value> {
        let full = absolute(name, from)?;
        if let Some(known) = self.modules.get_name(&full) {
            return Ok(known);
        }
        let mut parent: Option<Rc<Module>> = None;
        let mut found = Value::None;
        let mut path = String::new();
        for part in full.split('.') {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(part);
            found = self.import_one(&intern(&path), from, parent.as_ref(), part)?;
            parent = match &found {
                Value::Module(m) => Some(m.clone()),
                _ => None,
            };
        }
        Ok(found)
    }

    fn import_one(&mut self, path: &Name, from: &Rc<Module>, parent: Option<&Rc<Module>>, part: &str) -> Result<Value> {
        if let Some(known) = self.modules.get_name(path) {
            return Ok(known);
        }
        if let Some(parent) = parent
            && let Some(known @ Value::Module(_)) = parent.get(part)
        {
            self.modules.set_name(path, known.clone());
            return Ok(known);
        }
        let Some(found) = self.host.find_module(path, from)? else {
            let message = match parent {
                Some(parent) if !parent.lazy.get() => {
                    format!("No module named '{path}'; '{}' is not a package", parent.name)
                }
                _ => format!("No module named '{path}'"),
            };
            return Err(Fault::new(ExcKind::ModuleNotFoundError, message));
        };
        let value = match found {
            Found::Native(module) => {
                if path.as_str() == "sys" {
                    super::frames::complete_sys(&module, &self.modules);
                }
                let value = Value::Module(module);
                self.modules.set_name(path, value.clone());
                value
            }
            Found::Code(module, statements) => {
                let value = Value::Module(module.clone());
                self.modules.set_name(path, value.clone());
                for code in statements {
                    if let Err(fault) = self.run_code(&code, &module) {
                        self.modules.remove_name(path);
                        return Err(fault);
                    }
                }
                value
            }
        };
        if let Some(parent) = parent {
            parent.space.bind(&intern(part), value.clone());
        }
        Ok(value)
    }

    /// `from module import name`
    pub(super) fn import_name(&mut self, module: &Value, name: &Name) -> Result<Value> {
        if let Some(found) = self.lookup_attr(module, name)? {
            return Ok(found);
        }
        let Value::Module(m) = module else { return Err(Fault::new(ExcKind::ImportError, "not a module")) };
        let full = intern(&format!("{}.{name}", m.name));
        match self.import_module(&full, m) {
            Ok(found) => Ok(found),
            Err(fault) if fault.kind == ExcKind::ModuleNotFoundError => {
                let message = format!("cannot import name '{name}' from '{}'", m.name);
                let fault = Fault::new(ExcKind::ImportError, message);
                let names = self.names_of_module(m);
                Err(match crate::diag::did_you_mean(name, names.iter().map(|n| n.as_str())) {
                    Some(near) => fault.with_suffix(format!(". Did you mean: '{near}'?")),
                    None => fault,
                })
            }
            Err(fault) => Err(fault),
        }
    }

    /// `from module import *`
    pub(super) fn import_star(&mut self, module: &Rc<Module>, into: &Rc<Module>) -> Result<()> {
        let listed = match module.get("__all__") {
            Some(all) => Some((self as &mut dyn crate::value::Caller).collect(&all)?),
            None => None,
        };
        match listed {
            Some(names) => {
                for name in names {
                    if let Value::Str(name) = name {
                        let value = self.import_name(&Value::Module(module.clone()), &name)?;
                        into.space.bind(&name, value);
                    }
                }
            }
            None => {
                for (name, value) in module.space.items() {
                    if !name.starts_with('_') {
                        into.space.bind(&name, value);
                    }
                }
                if module.lazy.get() {
                    for name in self.host.prelude_names(&module.name) {
                        let name = intern(&name);
                        // Names, not the modules of the package: those would all be loaded.
                        if self.host.find_in_prelude(&module.name, &name).is_some()
                            && let Some(value) = self.module_attr(module, &name)?
                        {
                            into.space.bind(&name, value);
                        }
                    }
                }
            }
        }
        Ok(())
    }
}

/// The absolute name of a module imported from another one.
fn absolute(name: &Name, from: &Rc<Module>) -> Result<Name> {
    let level = name.as_str().chars().take_while(|&c| c == '.').count();
    if level == 0 {
        return Ok(name.clone());
    }
    let refuse = || Fault::new(ExcKind::ImportError, "attempted relative import with no known parent package");
    let mut package: Vec<&str> = from.name.split('.').collect();
    // A module is no package: the first dot is the package it stands in.
    if from.get("__path__").is_none() {
        package.pop();
    }
    for _ in 1..level {
        package.pop().ok_or_else(refuse)?;
    }
    let rest = &name[level..];
    if package.is_empty() {
        return Err(refuse());
    }
    let base = package.join(".");
    Ok(intern(&if rest.is_empty() { base } else { format!("{base}.{rest}") }))
}
