//! The library as the program sees it: modules, classes, attributes and methods around the operators of the table.
//!
//! What is an operator stands in the table and is bound by [`crate::ops::registry`]; here is everything else that
//! belongs to `torch`'s and `np`'s native parts. Modules are made once per thread by [`install`] and found by
//! [`module`]; what the prelude adds to them is the importer's affair.

pub mod attributes;
pub mod autograd;
pub mod binary;
pub mod constants;
pub mod conversion;
pub mod device;
pub mod dunder;
pub mod graph;
pub mod methods;
pub mod numpy;
pub mod queries;
pub mod table;

pub use binary::{Unary, binary, compare, inplace, truth, unary};

use super::registry;
use crate::value::{Module, Value, intern, types};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::rc::Rc;

thread_local! {
    static MODULES: RefCell<FxHashMap<String, Rc<Module>>> = RefCell::default();
}

/// The native modules, by dotted name, with whether the prelude may add names to them.
const NAMES: [(&str, bool); 17] = [
    ("torch", true),
    ("torch.nn", true),
    ("torch.nn.functional", true),
    ("torch.nn.parameter", true),
    ("torch.linalg", true),
    ("torch.special", true),
    ("torch.autograd", true),
    ("torch.autograd.functional", true),
    ("torch.autograd.function", true),
    ("torch.autograd.graph", true),
    ("torch.random", true),
    ("torch.cuda", true),
    ("torch.backends", true),
    ("torch.mps", true),
    ("numpy", true),
    ("numpy.random", true),
    ("numpy.linalg", true),
];

/// The native module of a dotted name.
pub fn module(name: &str) -> Option<Rc<Module>> {
    MODULES.with_borrow(|all| all.get(name).cloned())
}

/// Makes a native module and binds it in its parent.
fn make(name: &str, lazy: bool) -> Rc<Module> {
    let module = Module::new(name);
    module.lazy.set(lazy);
    if let Some((parent, child)) = name.rsplit_once('.')
        && let Some(parent) = self::module(parent)
    {
        parent.space.bind(&intern(child), Value::Module(module.clone()));
    }
    MODULES.with_borrow_mut(|all| all.insert(name.to_string(), module.clone()));
    module
}

/// Builds all native modules and fills the classes of tensors and arrays; does nothing when that was done.
pub fn install() {
    if module("torch").is_some() {
        return;
    }
    let made: FxHashMap<&str, Rc<Module>> = NAMES.iter().map(|&(name, lazy)| (name, make(name, lazy))).collect();
    let of = |name: &str| made.get(name).cloned().unwrap_or_else(|| Module::new(name));
    crate::tensor::tensor::set_view_replay(super::inplace::replay_view);
    registry::install(&registry::Modules {
        torch: of("torch"),
        functional: of("torch.nn.functional"),
        linalg: of("torch.linalg"),
        special: of("torch.special"),
    });
    let tensor = &types().tensor;
    dunder::install(tensor, "Tensor");
    methods::install(tensor);
    queries::install(tensor);
    conversion::install(tensor);
    attributes::install(tensor);
    let torch = of("torch");
    constants::install(&torch);
    device::install(&torch);
    let autograd = of("torch.autograd");
    autograd::install(&autograd);
    autograd::modes::install(&torch, &autograd);
}
