//! The module `operator`.

use super::super::arith::{Unary, unary, unsupported_unary};
use super::super::bind::bind;
use super::super::classes::extra;
use super::super::convert::{class_argument, unwrap};
use super::super::table::{Def, add_functions, add_methods};
use crate::diag::{Fault, Result};
use crate::value::{Args, Binary, Caller, Compare, Dict, Instance, Module, Native, Value, intern};
use std::rc::Rc;

macro_rules! binary {
    ($($name:literal $doc:literal $op:ident),* $(,)?) => {
        [$(Def($name, "a, b, /", $doc, |n, c, args| {
            let a = bind(n, args)?;
            c.binary(Binary::$op, &a[0], &a[1])
        })),*]
    };
}

macro_rules! compare {
    ($($name:literal $doc:literal $op:ident),* $(,)?) => {
        [$(Def($name, "a, b, /", $doc, |n, c, args| {
            let a = bind(n, args)?;
            c.compare(Compare::$op, &a[0], &a[1])
        })),*]
    };
}

static BINARY: [Def; 18] = binary![
    "add" "Same as a + b." Add, "sub" "Same as a - b." Sub, "mul" "Same as a * b." Mul,
    "truediv" "Same as a / b." Div, "floordiv" "Same as a // b." FloorDiv, "mod" "Same as a % b." Mod,
    "pow" "Same as a ** b." Pow, "matmul" "Same as a @ b." MatMul, "and_" "Same as a & b." And,
    "or_" "Same as a | b." Or, "xor" "Same as a ^ b." Xor, "lshift" "Same as a << b." Shl,
    "rshift" "Same as a >> b." Shr, "concat" "Same as a + b, for sequences." Add,
    "__add__" "Same as a + b." Add, "__sub__" "Same as a - b." Sub, "__mul__" "Same as a * b." Mul,
    "__truediv__" "Same as a / b." Div,
];

static COMPARE: [Def; 6] = compare![
    "eq" "Same as a == b." Eq, "ne" "Same as a != b." Ne, "lt" "Same as a < b." Lt,
    "le" "Same as a <= b." Le, "gt" "Same as a > b." Gt, "ge" "Same as a >= b." Ge,
];

static OTHER: [Def; 17] = [
    Def("neg", "a, /", "Same as -a.", |n, c, args| sign(n, c, args, Unary::Neg)),
    Def("pos", "a, /", "Same as +a.", |n, c, args| sign(n, c, args, Unary::Pos)),
    Def("invert", "a, /", "Same as ~a.", |n, c, args| sign(n, c, args, Unary::Invert)),
    Def("abs", "a, /", "Same as abs(a).", |_, c, args| builtin("abs", c, args)),
    Def("not_", "a, /", "Same as not a.", |n, c, args| {
        let a = bind(n, args)?;
        Ok(Value::Bool(!c.truth(&a[0])?))
    }),
    Def("truth", "a, /", "Return True if a is true.", |n, c, args| {
        let a = bind(n, args)?;
        Ok(Value::Bool(c.truth(&a[0])?))
    }),
    Def("is_", "a, b, /", "Same as a is b.", |n, _, args| {
        let a = bind(n, args)?;
        Ok(Value::Bool(a[0].is(&a[1])))
    }),
    Def("is_not", "a, b, /", "Same as a is not b.", |n, _, args| {
        let a = bind(n, args)?;
        Ok(Value::Bool(!a[0].is(&a[1])))
    }),
    Def("contains", "a, b, /", "Same as b in a (note reversed operands).", |n, c, args| {
        let a = bind(n, args)?;
        Ok(Value::Bool(c.contains(&a[0], &a[1])?))
    }),
    Def("getitem", "a, b, /", "Same as a[b].", |n, c, args| {
        let a = bind(n, args)?;
        c.get_item(&a[0], &a[1])
    }),
    Def("setitem", "a, b, c, /", "Same as a[b] = c.", |n, c, args| {
        let a = bind(n, args)?;
        c.set_item(&a[0], &a[1], a[2].clone())?;
        Ok(Value::None)
    }),
    Def("delitem", "a, b, /", "Same as del a[b].", |n, c, args| {
        let a = bind(n, args)?;
        match super::super::items::del_item(&a[0], &a[1], c) {
            Some(done) => done.map(|()| Value::None),
            None => match c.call_special(&a[0], "__delitem__", &a[1..2])? {
                Some(_) => Ok(Value::None),
                None => Err(super::super::items::no_item_deletion(&a[0])),
            },
        }
    }),
    Def("index", "a, /", "Same as a.__index__().", |n, c, args| {
        let a = bind(n, args)?;
        super::super::convert::to_integer(&a[0], c)
    }),
    Def("countOf", "a, b, /", "Return the number of items in a which equal b.", |n, c, args| {
        let a = bind(n, args)?;
        let mut found = 0i64;
        for item in c.collect(&a[0])? {
            found += i64::from(c.equal(&item, &a[1])?);
        }
        Ok(Value::Int(found))
    }),
    Def("indexOf", "a, b, /", "Return the first index of b in a.", |n, c, args| {
        let a = bind(n, args)?;
        for (i, item) in c.collect(&a[0])?.iter().enumerate() {
            if c.equal(item, &a[1])? {
                return Ok(Value::from(i));
            }
        }
        Err(Fault::value("sequence.index(x): x not in sequence"))
    }),
    Def("length_hint", "obj, default=0, /", "Return an estimate of the number of items in obj.", |n, c, args| {
        let a = bind(n, args)?;
        Ok(match &a[0] {
            Value::Iter(i) => i.remaining().map_or(a[1].clone(), Value::from),
            other => c.len(other).map(Value::from).unwrap_or_else(|_| a[1].clone()),
        })
    }),
    Def("call", "obj, /, *args, **kwargs", "Same as obj(*args, **kwargs).", |_, c, args| {
        let Some(function) = args.values.first() else {
            return Err(Fault::type_error("call expected at least 1 argument, got 0"));
        };
        c.call(&function.clone(), Args { values: &args.values[1..], names: args.names })
    }),
];

macro_rules! in_place {
    ($($name:literal $op:ident),* $(,)?) => {
        [$(Def($name, "a, b, /", "Same as the augmented assignment.", |n, c, args| {
            let a = bind(n, args)?;
            match super::super::arith::inplace(Binary::$op, &a[0], &a[1], c) {
                Some(done) => done,
                None => {
                    let special = format!("__i{}__", Binary::$op.stem());
                    match c.call_special(&a[0], &special, &a[1..2])? {
                        Some(Value::NotImplemented) | None => c.binary(Binary::$op, &a[0], &a[1]),
                        Some(done) => Ok(done),
                    }
                }
            }
        })),*]
    };
}

static IN_PLACE: [Def; 12] = in_place![
    "iadd" Add, "isub" Sub, "imul" Mul, "itruediv" Div, "ifloordiv" FloorDiv, "imod" Mod, "ipow" Pow,
    "imatmul" MatMul, "iand" And, "ior" Or, "ixor" Xor, "iconcat" Add,
];

/// The module.
pub fn build() -> Rc<Module> {
    let module = Module::new("operator");
    *module.doc.borrow_mut() = "Operators as functions.".into();
    for table in [&BINARY[..], &COMPARE, &OTHER, &IN_PLACE] {
        add_functions(&module, "operator", table);
    }
    let classes = extra();
    for (class, methods, construct) in [
        (&classes.item_getter, &ITEM, construct_item as crate::value::NativeFn),
        (&classes.attr_getter, &ATTR, construct_attr),
        (&classes.method_caller, &METHOD, construct_method),
    ] {
        add_methods(class, "operator", methods);
        class.construct.set(Some(construct));
        module.set(&class.name, Value::Class(class.clone()));
    }
    module
}

fn builtin(name: &str, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let function = super::super::builtins_module().get(name).unwrap_or_default();
    caller.call(&function, args)
}

fn sign(native: &Native, caller: &mut dyn Caller, args: Args, op: Unary) -> Result<Value> {
    let a = bind(native, args)?;
    if let Some(found) = unary(op, &unwrap(&a[0])) {
        return Ok(found);
    }
    match caller.call_special(&a[0], op.dunder(), &[])? {
        Some(found) => Ok(found),
        None if matches!(a[0], Value::Tensor(_) | Value::Array(_)) && op == Unary::Neg => {
            caller.binary(Binary::Mul, &a[0], &Value::Int(-1))
        }
        None => Err(unsupported_unary(op, &a[0])),
    }
}

/// An object that holds the arguments it was made with.
fn holding(args: Args) -> Result<Rc<Instance>> {
    let class = class_argument(args.values.first())?;
    if args.values.len() < 2 {
        return Err(Fault::type_error(format!("{} expected 1 argument, got 0", class.name)));
    }
    let object = Instance::new(class);
    object.dict.set_name(&intern("_args"), Value::tuple(args.positional()[1..].iter().cloned()));
    Ok(object)
}

fn held(value: Option<&Value>, name: &str) -> Value {
    match value {
        Some(Value::Object(o)) => o.dict.get_str(name).unwrap_or_default(),
        _ => Value::Undef,
    }
}

fn held_args(value: Option<&Value>) -> Vec<Value> {
    match held(value, "_args") {
        Value::Tuple(t) => t.to_vec(),
        _ => Vec::new(),
    }
}

fn construct_item(_: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    holding(args).map(Value::Object)
}

fn construct_attr(_: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    if args.positional().iter().skip(1).any(|v| v.as_str().is_none()) {
        return Err(Fault::type_error("attribute name must be a string"));
    }
    holding(args).map(Value::Object)
}

fn construct_method(_: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let object = holding(args)?;
    let keywords = Dict::new();
    for (name, value) in args.keywords() {
        keywords.set_name(name, value.clone());
    }
    object.dict.set_name(&intern("_keywords"), Value::Dict(keywords));
    Ok(Value::Object(object))
}

/// One result as it is, several as a tuple.
fn gathered(mut found: Vec<Value>) -> Value {
    if found.len() == 1 { found.remove(0) } else { Value::tuple(found) }
}

static ITEM: [Def; 1] = [Def("__call__", "self, obj, /", "The items of an object.", |n, c, args| {
    let a = bind(n, args)?;
    let mut found = Vec::new();
    for key in held_args(a.first()) {
        found.push(c.get_item(&a[1], &key)?);
    }
    Ok(gathered(found))
})];

static ATTR: [Def; 1] = [Def("__call__", "self, obj, /", "The attributes of an object.", |n, c, args| {
    let a = bind(n, args)?;
    let mut found = Vec::new();
    for path in held_args(a.first()) {
        let mut value = a[1].clone();
        for name in path.as_str().unwrap_or_default().split('.') {
            value = c.get_attr(&value, &intern(name))?;
        }
        found.push(value);
    }
    Ok(gathered(found))
})];

static METHOD: [Def; 1] = [Def("__call__", "self, obj, /", "The result of a method of an object.", |n, c, args| {
    let a = bind(n, args)?;
    let mut values = held_args(a.first());
    let name = values.remove(0);
    let method = c.get_attr(&a[1], &intern(name.as_str().unwrap_or_default()))?;
    let mut names = Vec::new();
    if let Value::Dict(keywords) = held(a.first(), "_keywords") {
        for (name, value) in keywords.items() {
            names.push(intern(name.as_str().unwrap_or_default()));
            values.push(value);
        }
    }
    c.call(&method, Args { values: &values, names: &names })
})];
