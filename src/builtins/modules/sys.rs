//! The module `sys`.

use super::super::bind::bind;
use super::super::classes::extra;
use super::super::functions::file::standard;
use super::super::methods::object::size_of_value;
use super::super::table::{Def, add_functions};
use crate::diag::{Fault, Result};
use crate::value::exception::{fault_of, instance};
use crate::value::sequence::NamedTuple;
use crate::value::{Args, Caller, Dict, Instance, Module, Native, Tuple, TupleKind, Value, intern, types};
use std::cell::RefCell;
use std::rc::Rc;

static FUNCTIONS: [Def; 6] = [
    Def("exit", "status=None, /", "Exit by raising SystemExit(status).", exit),
    Def("getrecursionlimit", "", "Return the maximum depth of calls.", |n, _, args| {
        bind(n, args)?;
        Ok(Value::Int(1000))
    }),
    Def("setrecursionlimit", "limit, /", "Accepted; the maximum depth of calls stays what it is.", |n, c, args| {
        let a = bind(n, args)?;
        if super::super::convert::to_index(&a[0], c)? < 1 {
            return Err(Fault::value("recursion limit must be greater or equal than 1"));
        }
        Ok(Value::None)
    }),
    Def("getsizeof", "object, default=None", "Return about how many bytes an object takes.", |n, c, args| {
        let a = bind(n, args)?;
        match c.find_attr(&a[0], &intern("__sizeof__"))? {
            Some(method) => c.call(&method, Args::NONE),
            None => Ok(Value::Int(size_of_value(&a[0]))),
        }
    }),
    Def("getrefcount", "object, /", "Not known here: 2.", |n, _, args| {
        bind(n, args)?;
        Ok(Value::Int(2))
    }),
    Def("intern", "string, /", "Return the string itself.", |n, _, args| Ok(bind(n, args)?[0].clone())),
];

/// A tuple with named fields.
fn record(name: &str, fields: &[&str], items: Vec<Value>) -> Value {
    let kind = NamedTuple {
        name: name.into(),
        fields: fields.iter().map(|f| intern(f)).collect(),
        is_structseq: false,
        class: RefCell::new(None),
    };
    Value::Tuple(Tuple::new(TupleKind::Named(Rc::new(kind)), items))
}

/// The module.
pub fn build() -> Rc<Module> {
    let module = Module::new("sys");
    *module.doc.borrow_mut() = "What the program runs in.".into();
    add_functions(&module, "sys", &FUNCTIONS);
    for stream in ["stdin", "stdout", "stderr"] {
        module.set(stream, standard(stream));
        module.set(&format!("__{stream}__"), standard(stream));
    }
    module.set("argv", Value::list(vec![Value::str("")]));
    module.set("path", Value::list(vec![Value::str("")]));
    module.set("modules", Value::Dict(Dict::new()));
    module.set("platform", Value::str(if cfg!(target_os = "macos") { "darwin" } else { std::env::consts::OS }));
    module.set("version", Value::str("3.11.0 (tensor-repl)"));
    module.set("executable", Value::str("repl"));
    module.set("byteorder", Value::str("little"));
    module.set("maxsize", Value::Int(i64::MAX));
    module.set("maxunicode", Value::Int(0x10ffff));
    module.set("ps1", Value::str(">>> "));
    module.set("ps2", Value::str("... "));
    module.set("flags", Value::Object(Instance::new(extra().flags.clone())));
    let version = vec![Value::Int(3), Value::Int(11), Value::Int(0), Value::str("final"), Value::Int(0)];
    let fields = ["major", "minor", "micro", "releaselevel", "serial"];
    module.set("version_info", record("sys.version_info", &fields, version));
    module.set("hexversion", Value::Int(0x030b00f0));
    let info = vec![
        Value::Float(f64::MAX),
        Value::Int(1024),
        Value::Int(308),
        Value::Float(f64::MIN_POSITIVE),
        Value::Int(-1021),
        Value::Int(-307),
        Value::Int(15),
        Value::Int(53),
        Value::Float(f64::EPSILON),
        Value::Int(2),
        Value::Int(1),
    ];
    let fields = [
        "max",
        "max_exp",
        "max_10_exp",
        "min",
        "min_exp",
        "min_10_exp",
        "dig",
        "mant_dig",
        "epsilon",
        "radix",
        "rounds",
    ];
    module.set("float_info", record("sys.float_info", &fields, info));
    let int_info = vec![Value::Int(30), Value::Int(4), Value::Int(4300), Value::Int(640)];
    let fields = ["bits_per_digit", "sizeof_digit", "default_max_str_digits", "str_digits_check_threshold"];
    module.set("int_info", record("sys.int_info", &fields, int_info));
    module
}

fn exit(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let arguments = if a[0].is_none() { vec![] } else { vec![a[0].clone()] };
    let text = if a[0].is_none() { String::new() } else { caller.str(&a[0])? };
    Err(fault_of(&instance(&types().system_exit, arguments), text))
}
