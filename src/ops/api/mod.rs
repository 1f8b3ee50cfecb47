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
pub mod functions;
pub mod graph;
pub mod limits;
pub mod methods;
pub mod numpy;
pub mod parameter;
pub mod queries;
pub mod resizing;
pub mod serialize;
pub mod system;
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
const NAMES: [(&str, bool); 16] = [
    ("torch", true),
    ("torch.nn", true),
    ("torch.nn.functional", true),
    ("torch.nn.parameter", true),
    ("torch.linalg", true),
    ("torch.special", true),
    ("torch.autograd", true),
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
    functions::install(&torch);
    limits::install(&torch);
    serialize::install(&torch);
    parameter::install(&torch, &of("torch.nn.parameter"), &of("torch.nn"));
    system::install(&torch, &of("torch.cuda"), &of("torch.mps"), &of("torch.backends"));
    let autograd = of("torch.autograd");
    autograd::install(&autograd);
    autograd::modes::install(&torch, &autograd);
    numpy::install(&of("numpy"), &of("numpy.random"), &of("numpy.linalg"));
    autograd::function::install(&autograd, &of("torch.autograd.function"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::array::Array;
    use crate::value::{Binary, Compare};

    fn vector(data: &[f32]) -> Value {
        Value::tensor(Array::from_vec(data.to_vec(), vec![data.len()]))
    }

    fn elements(value: Option<crate::diag::Result<Value>>) -> Vec<f64> {
        match value {
            Some(Ok(Value::Tensor(t))) => {
                crate::array::map::cast(&t.array(), crate::array::DType::F64).unwrap().to_vec().unwrap()
            }
            other => panic!("no tensor: {:?}", other.map(|r| r.map_err(|e| e.to_string()))),
        }
    }

    #[test]
    fn install_binds_modules_and_methods_once() {
        install();
        install();
        let torch = module("torch").unwrap();
        assert!(torch.get("add").is_some() && torch.get("no_grad").is_some());
        assert!(matches!(torch.get("autograd"), Some(Value::Module(_))));
        let dict = &types().tensor.dict;
        for name in ["__add__", "__radd__", "__lt__", "__neg__", "backward", "shape", "add_", "to"] {
            assert!(dict.get_str(name).is_some(), "{name}");
        }
    }

    #[test]
    fn numbers_stand_on_either_side() {
        let t = vector(&[1.0, 2.0]);
        assert_eq!(elements(binary(Binary::Sub, &Value::Int(1), &t)), [0.0, -1.0]);
        assert_eq!(elements(binary(Binary::Div, &Value::Int(1), &t)), [1.0, 0.5]);
        assert_eq!(elements(binary(Binary::Pow, &Value::Int(2), &t)), [2.0, 4.0]);
        assert_eq!(elements(compare(Compare::Lt, &Value::Float(1.5), &t)), [0.0, 1.0]);
        assert!(binary(Binary::Add, &t, &Value::None).is_none());
        assert!(matches!(compare(Compare::Eq, &t, &Value::None), Some(Ok(Value::Bool(false)))));
        let refused = compare(Compare::Lt, &t, &Value::from("a")).unwrap().unwrap_err();
        assert_eq!(refused.message, "'<' not supported between instances of 'Tensor' and 'str'");
    }

    #[test]
    fn augmented_assignment_keeps_the_tensor() {
        let t = vector(&[1.0, 2.0]);
        let after = inplace(Binary::Add, &t, &Value::Int(1)).unwrap().unwrap();
        assert!(after.is(&t));
        assert_eq!(elements(Some(Ok(t))), [2.0, 3.0]);
    }

    #[test]
    fn numpy_promotes_and_refuses_in_its_own_words() {
        install();
        let array = |data: &[i64]| numpy::promote::wrap_array(Array::from_vec(data.to_vec(), vec![data.len()]));
        let half = binary(Binary::Mul, &array(&[1, 2]), &Value::Float(0.5)).unwrap().unwrap();
        let Value::Array(half) = half else { panic!("no array") };
        assert_eq!(half.array.borrow().to_vec::<f64>().unwrap(), [0.5, 1.0]);
        let refused = binary(Binary::Add, &array(&[1, 2]), &array(&[1, 2, 3])).unwrap().unwrap_err();
        assert_eq!(refused.to_string(), "ValueError: operands could not be broadcast together with shapes (2,) (3,) ");
        let tensor = vector(&[1.0, 2.0]);
        assert!(matches!(binary(Binary::Mul, &tensor, &array(&[3, 4])), Some(Ok(Value::Tensor(_)))));
        assert!(matches!(binary(Binary::Mul, &array(&[3, 4]), &tensor), Some(Err(_))));
    }
}
