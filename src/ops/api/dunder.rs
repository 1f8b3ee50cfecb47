//! Python's special methods of tensors and arrays for operators: `t.__add__(1)`, `t.__lt__(u)`, `t.__neg__()`.
//!
//! The evaluator never calls them; they are there for programs that do.

use super::binary::{self, Unary};
use crate::diag::Result;
use crate::value::{Args, Binary, Caller, Class, Compare, Native, NativeFn, Value, intern};

/// Which operand the receiver is, and whether it is changed.
#[derive(Clone, Copy)]
enum Way {
    Left,
    Right,
    InPlace,
}

/// A special method of a binary operator.
#[derive(Clone, Copy)]
struct BinaryMethod {
    op: Binary,
    way: Way,
}

static BINARY: [BinaryMethod; 39] = {
    let mut all = [BinaryMethod { op: Binary::Add, way: Way::Left }; 39];
    let ways = [Way::Left, Way::Right, Way::InPlace];
    let mut i = 0;
    while i < all.len() {
        all[i] = BinaryMethod { op: Binary::ALL[i / 3], way: ways[i % 3] };
        i += 1;
    }
    all
};
static COMPARISONS: [Compare; 6] = [Compare::Eq, Compare::Ne, Compare::Lt, Compare::Le, Compare::Gt, Compare::Ge];
static UNARY: [(Unary, &str); 3] = [(Unary::Neg, "__neg__"), (Unary::Pos, "__pos__"), (Unary::Invert, "__invert__")];

/// Puts the special methods of operators into the dictionary of a class.
pub fn install(class: &Class, owner: &'static str) {
    let put = |name: &'static str, signature, doc, func: NativeFn, data: &'static (dyn std::any::Any + Send + Sync)| {
        let native = Native::new("torch", name, signature, doc, func).of_type(owner).with_data(data);
        class.set(&intern(name), native.value());
    };
    for method in &BINARY {
        if method.op == Binary::MatMul && matches!(method.way, Way::InPlace) {
            continue;
        }
        let letter = match method.way {
            Way::Left => "",
            Way::Right => "r",
            Way::InPlace => "i",
        };
        // Names live as long as the class: leaking them once is what a static would do.
        let name: &'static str = Box::leak(format!("__{letter}{}__", method.op.stem()).into_boxed_str());
        put(name, "self, other, /", "The operator as a method.", call_binary, method);
    }
    for op in &COMPARISONS {
        put(op.dunder(), "self, other, /", "The comparison as a method.", call_compare, op);
    }
    for entry in &UNARY {
        put(entry.1, "self, /", "The sign as a method.", call_unary, entry);
    }
}

fn data<T: 'static>(native: &Native) -> Option<&'static T> {
    native.data.and_then(|d| d.downcast_ref::<T>())
}

fn call_binary(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let bound = native.parsed().bind(args, 1)?;
    let Some(method) = data::<BinaryMethod>(native) else { return Ok(Value::NotImplemented) };
    let result = match method.way {
        Way::Left => binary::binary(method.op, &bound[0], &bound[1]),
        Way::Right => binary::binary(method.op, &bound[1], &bound[0]),
        Way::InPlace => binary::inplace(method.op, &bound[0], &bound[1]),
    };
    result.unwrap_or(Ok(Value::NotImplemented))
}

fn call_compare(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let bound = native.parsed().bind(args, 1)?;
    let Some(op) = data::<Compare>(native) else { return Ok(Value::NotImplemented) };
    match &bound[1] {
        Value::None | Value::Str(_) | Value::List(_) | Value::Tuple(_) if matches!(bound[0], Value::Tensor(_)) => {
            Ok(Value::NotImplemented)
        }
        other => binary::compare(*op, &bound[0], other).unwrap_or(Ok(Value::NotImplemented)),
    }
}

fn call_unary(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let bound = native.parsed().bind(args, 1)?;
    let Some((op, _)) = data::<(Unary, &str)>(native) else { return Ok(Value::NotImplemented) };
    binary::unary(*op, &bound[0]).unwrap_or(Ok(Value::NotImplemented))
}
