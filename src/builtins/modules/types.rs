//! The module `types`.

use super::super::bind::bind;
use super::super::classes::extra;
use super::super::convert::class_argument;
use super::super::depth;
use super::super::table::{Def, add_methods};
use crate::diag::{Fault, Result};
use crate::value::{Args, Caller, Instance, Module, Native, Value, intern, types};
use std::rc::Rc;

static NAMESPACE: [Def; 3] = [
    Def("__init__", "self, /, **kwargs", "Set the attributes.", |n, _, args| {
        let a = bind(n, args)?;
        if let Value::Object(o) = &a[0] {
            for (name, value) in args.keywords() {
                o.dict.set_name(name, value.clone());
            }
        }
        Ok(Value::None)
    }),
    Def("__repr__", "self, /", "Return repr(self).", |n, c, args| {
        let a = bind(n, args)?;
        let _level = depth::enter(" while getting the repr of an object")?;
        let Value::Object(o) = &a[0] else { return Ok(Value::str("namespace()")) };
        let mut shown = Vec::new();
        for (name, value) in o.dict.items() {
            shown.push(format!("{}={}", c.str(&name)?, c.repr(&value)?));
        }
        Ok(Value::str(format!("namespace({})", shown.join(", "))))
    }),
    Def("__eq__", "self, other, /", "Return self==other.", |n, c, args| {
        let a = bind(n, args)?;
        let (Value::Object(x), Value::Object(y)) = (&a[0], &a[1]) else { return Ok(Value::NotImplemented) };
        if !Rc::ptr_eq(&x.class(), &y.class()) {
            return Ok(Value::NotImplemented);
        }
        let equal = c.equal(&Value::Dict(x.dict.clone()), &Value::Dict(y.dict.clone()))?;
        Ok(Value::Bool(equal))
    }),
];

/// The module.
pub fn build() -> Rc<Module> {
    let module = Module::new("types");
    *module.doc.borrow_mut() = "Names of built-in types.".into();
    let (t, e) = (types(), extra());
    for (name, class) in [
        ("FunctionType", &t.function),
        ("LambdaType", &t.function),
        ("MethodType", &t.method),
        ("BuiltinFunctionType", &t.builtin),
        ("BuiltinMethodType", &t.builtin),
        ("GeneratorType", &t.generator),
        ("ModuleType", &t.module),
        ("NoneType", &t.none),
        ("EllipsisType", &t.ellipsis),
        ("NotImplementedType", &t.not_implemented),
        ("CellType", &t.cell),
        ("MappingProxyType", &e.mapping_proxy),
        ("UnionType", &e.union),
        ("GenericAlias", &e.generic_alias),
    ] {
        module.set(name, Value::Class(class.clone()));
    }
    let class = &e.simple_namespace;
    add_methods(class, "SimpleNamespace", &NAMESPACE);
    class.construct.set(Some(construct));
    module.set("SimpleNamespace", Value::Class(class.clone()));
    t.method.construct.set(Some(construct_method));
    module
}

/// `SimpleNamespace(**kwargs)`.
fn construct(_: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let class = class_argument(args.values.first())?;
    if args.positional().len() > 1 {
        return Err(Fault::type_error("no positional arguments expected"));
    }
    let object = Instance::new(class);
    for (name, value) in args.keywords() {
        object.dict.set_name(&intern(name), value.clone());
    }
    Ok(Value::Object(object))
}

/// `MethodType(function, receiver)`.
fn construct_method(_: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let [_, function, receiver] = args.values else {
        return Err(Fault::type_error(format!("method expected 2 arguments, got {}", args.values.len() - 1)));
    };
    let (receiver, function) = (receiver.clone(), function.clone());
    Ok(Value::Method(Rc::new(crate::value::Method { receiver, function })))
}
