//! `mappingproxy`: a dictionary that can be read but not changed, as the attributes of a class are shown.

use super::super::bind::bind;
use super::super::classes::{extra, finish};
use super::super::convert::{class_argument, dict_of};
use super::super::table::{Def, add_methods};
use super::view;
use crate::diag::{Fault, Result};
use crate::value::iter::DictPart;
use crate::value::{Args, Caller, Class, Descriptor, Dict, GetSet, Native, Value, intern, types};
use std::rc::Rc;

static METHODS: [Def; 6] = [
    Def("keys", "self, /", "A view on the keys.", |n, _, args| part(n, args, DictPart::Keys)),
    Def("values", "self, /", "A view on the values.", |n, _, args| part(n, args, DictPart::Values)),
    Def("items", "self, /", "A view on the items.", |n, _, args| part(n, args, DictPart::Items)),
    Def("get", "self, key, default=None, /", "The value of a key, or the default.", |n, c, args| {
        let a = bind(n, args)?;
        Ok(dict_of(n, a.first())?.get(&a[1], c)?.unwrap_or_else(|| a[2].clone()))
    }),
    Def("copy", "self, /", "A dictionary with the same entries.", |n, _, args| {
        let a = bind(n, args)?;
        Ok(Value::Dict(dict_of(n, a.first())?.copy()))
    }),
    Def("__repr__", "self, /", "Return repr(self).", |n, c, args| {
        let a = bind(n, args)?;
        let inner = c.repr(&Value::Dict(dict_of(n, a.first())?))?;
        Ok(Value::str(format!("mappingproxy({inner})")))
    }),
];

fn part(native: &Native, args: Args, part: DictPart) -> Result<Value> {
    let a = bind(native, args)?;
    Ok(view::new(dict_of(native, a.first())?, part))
}

/// Fills the class.
pub fn install() {
    let class = &extra().mapping_proxy;
    add_methods(class, "mappingproxy", &METHODS);
    class.construct.set(Some(construct));
}

fn construct(_: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let class = class_argument(args.values.first())?;
    match args.values.get(1) {
        Some(mapping @ Value::Dict(_)) => Ok(finish(&class, mapping.clone())),
        Some(other) => Err(Fault::type_error(format!(
            "mappingproxy() argument must be a mapping, not {}",
            crate::value::protocol::class_name(other)
        ))),
        None => Err(Fault::type_error("mappingproxy() missing required argument 'mapping' (pos 1)")),
    }
}

/// Whether a value is such a view.
pub fn is(value: &Value) -> bool {
    matches!(value, Value::Object(o) if Rc::ptr_eq(&o.class(), &extra().mapping_proxy))
}

/// The attributes of a class as `__dict__` shows them, in Python's order.
pub fn of_class(class: &Rc<Class>) -> Value {
    let shown = Dict::new();
    let (doc, module, qualname) = (intern("__doc__"), intern("__module__"), intern("__qualname__"));
    if class.is_user {
        shown.set_name(&module, Value::Str(class.module.clone()));
    }
    if let Some(text) = class.dict.get_name(&doc) {
        shown.set_name(&doc, text);
    }
    for (name, value) in class.dict.items() {
        if let Value::Str(name) = name
            && (!class.is_user || *name != *module && *name != *qualname)
        {
            shown.set_name(&name, value);
        }
    }
    if class.is_user {
        let first = !class.mro.iter().any(|c| c.is_user) && !class.dict.has_name(&intern("__slots__"));
        if first && class.kind == crate::value::class::Kind::Object {
            for attribute in [&INSTANCE_DICT, &WEAK] {
                shown.set_name(&intern(attribute.name), Value::Descriptor(Rc::new(Descriptor::GetSet(*attribute))));
            }
        }
        if !shown.has_name(&doc) {
            shown.set_name(&doc, Value::None);
        }
    }
    finish(&extra().mapping_proxy, Value::Dict(shown))
}

static INSTANCE_DICT: GetSet = GetSet {
    name: "__dict__",
    doc: "The object's attributes.",
    get: |v, c| match types().object.dict.get_str("__dict__") {
        Some(Value::Descriptor(d)) => match &*d {
            Descriptor::GetSet(g) => (g.get)(v, c),
            _ => Ok(Value::None),
        },
        _ => Ok(Value::None),
    },
    set: None,
};

static WEAK: GetSet = GetSet {
    name: "__weakref__",
    doc: "The list of weak references to the object.",
    get: |_, _| Ok(Value::None),
    set: None,
};
