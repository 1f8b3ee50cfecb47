//! Looking at values without running anything: dotted names and constant subscripts.

use super::engine::Session;
use crate::diag::Source;
use crate::syntax::ast::{Expr, ExprKind, UnaryOp};
use crate::syntax::parse_expression;
use crate::value::{Caller, Descriptor, Value, class_of, intern};

impl Session {
    /// The value that a text of dotted names and constant subscripts stands for; `None` for any other text.
    pub(super) fn peek_text(&mut self, text: &str) -> Option<Value> {
        let text = text.trim();
        if text.is_empty() || text.len() > 500 {
            return None;
        }
        let expr = parse_expression(&Source::new("<peek>", text)).ok()?;
        self.peek(&expr)
    }

    /// The value of an expression when it can be had without running anything of the program.
    pub(super) fn peek(&mut self, expr: &Expr) -> Option<Value> {
        Some(match &expr.kind {
            ExprKind::None => Value::None,
            ExprKind::Bool(b) => Value::Bool(*b),
            ExprKind::Int(i) => Value::Int(*i),
            ExprKind::Float(f) => Value::Float(*f),
            ExprKind::Imaginary(f) => Value::complex(0.0, *f),
            ExprKind::Str(s) => Value::str(s.to_string()),
            ExprKind::Unary(UnaryOp::Neg, inner) => match self.peek(inner)? {
                Value::Int(i) => Value::Int(i.checked_neg()?),
                Value::Float(f) => Value::Float(-f),
                _ => return None,
            },
            ExprKind::Name(name) => {
                let found = self.main.get(name).or_else(|| self.machine.builtins.get(name));
                match found {
                    Some(value) => value,
                    None if self.main.prompt.get() => crate::ops::api::module("torch")?.get(name)?,
                    None => return None,
                }
            }
            ExprKind::Tuple(items) => Value::tuple(items.iter().map(|e| self.peek(e)).collect::<Option<Vec<_>>>()?),
            ExprKind::List(items) => Value::list(items.iter().map(|e| self.peek(e)).collect::<Option<Vec<_>>>()?),
            ExprKind::Attribute(object, name, _) => {
                let object = self.peek(object)?;
                self.peek_attribute(&object, name)?
            }
            ExprKind::Subscript(object, index) => {
                let object = self.peek(object)?;
                let index = self.peek(index)?;
                match (&object, &index) {
                    (Value::List(_) | Value::Tuple(_), Value::Int(_)) => {}
                    (Value::Dict(_), Value::Int(_) | Value::Str(_)) => {}
                    (Value::Object(o), Value::Int(i)) => return nth_module(o, *i),
                    _ => return None,
                }
                self.machine.get_item(&object, &index).ok()?
            }
            _ => return None,
        })
    }

    /// An attribute that is there without a property or `__getattr__` of the program being run.
    pub(super) fn peek_attribute(&mut self, value: &Value, name: &str) -> Option<Value> {
        let name = intern(name);
        match value {
            Value::Object(object) => {
                if let Some(own) = object.dict.get_name(&name) {
                    return Some(own);
                }
                for table in ["_parameters", "_buffers", "_modules"] {
                    if let Some(Value::Dict(dict)) = object.dict.get_str(table)
                        && let Some(found) = dict.get_name(&name)
                    {
                        return Some(found);
                    }
                }
                match object.class().lookup(&name)? {
                    Value::Descriptor(_) => None,
                    function @ (Value::Function(_) | Value::Native(_)) => {
                        let method = crate::value::Method { receiver: value.clone(), function };
                        Some(Value::Method(std::rc::Rc::new(method)))
                    }
                    other => Some(other),
                }
            }
            // `.grad` of a result warns, and `.grad` is all that does.
            Value::Tensor(t) if name.as_str() == "grad" => Some(t.grad().map_or(Value::None, Value::Tensor)),
            Value::Class(c) if c.is_user => match c.lookup(&name)? {
                Value::Descriptor(d) if !matches!(&*d, Descriptor::Static(_)) => None,
                other => Some(other),
            },
            _ => {
                let class = class_of(value);
                if let Some(Value::Native(native)) = class.lookup(&name)
                    && native.owner.is_some()
                    && !matches!(value, Value::Module(_) | Value::Class(_))
                {
                    return Some(Value::Native(native));
                }
                let caller: &mut dyn Caller = &mut self.machine;
                caller.find_attr(value, &name).ok().flatten()
            }
        }
    }
}

/// The module at a position of a Sequential or ModuleList.
fn nth_module(object: &crate::value::Instance, index: i64) -> Option<Value> {
    let Some(Value::Dict(modules)) = object.dict.get_str("_modules") else { return None };
    let values = modules.values();
    let at = crate::value::sequence::wrap_index(index, values.len())?;
    values.get(at).cloned()
}
