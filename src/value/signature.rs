//! Signatures of native functions: parsed from text, used to bind arguments, to explain and to complete.

use super::args::Args;
use super::text::{Name, intern};
use super::value::Value;
use crate::array::DType;
use crate::diag::{Fault, Result, did_you_mean};
use smallvec::SmallVec;
use std::rc::Rc;

/// The arguments of a call in the order of the parameters; defaults filled in, `Undef` where there is none.
pub type Bound = SmallVec<[Value; 6]>;

/// The type of a parameter, as PyTorch's messages name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Ty {
    Any,
    Tensor,
    /// A list or tuple of tensors.
    Tensors,
    Int,
    /// An int or a sequence of ints.
    Ints,
    Float,
    /// An int, float or bool, or a 0-d tensor.
    Number,
    Bool,
    Str,
    DType,
}

impl Ty {
    fn parse(text: &str) -> Ty {
        match text {
            "Tensor" => Ty::Tensor,
            "Tensor[]" => Ty::Tensors,
            "int" => Ty::Int,
            "int[]" => Ty::Ints,
            "float" => Ty::Float,
            "Number" => Ty::Number,
            "bool" => Ty::Bool,
            "str" => Ty::Str,
            "dtype" => Ty::DType,
            _ => Ty::Any,
        }
    }

    /// PyTorch's name of it.
    pub fn name(self) -> &'static str {
        match self {
            Ty::Any => "object",
            Ty::Tensor => "Tensor",
            Ty::Tensors => "tuple of Tensors",
            Ty::Int => "int",
            Ty::Ints => "tuple of ints",
            Ty::Float => "float",
            Ty::Number => "Number",
            Ty::Bool => "bool",
            Ty::Str => "str",
            Ty::DType => "torch.dtype",
        }
    }

    /// Whether a value fits.
    #[inline]
    pub fn accepts(self, value: &Value) -> bool {
        let number_tensor = |v: &Value| matches!(v, Value::Tensor(t) if t.numel() == 1 && t.ndim() == 0);
        match self {
            Ty::Any => true,
            Ty::Tensor => matches!(value, Value::Tensor(_)),
            Ty::Tensors => match value {
                Value::Tuple(t) => t.iter().all(|v| matches!(v, Value::Tensor(_))),
                Value::List(l) => l.borrow().iter().all(|v| matches!(v, Value::Tensor(_))),
                _ => false,
            },
            Ty::Int => {
                matches!(value, Value::Int(_))
                    || matches!(value, Value::Tensor(t) if t.numel() == 1 && !t.dtype().is_differentiable())
                    || matches!(value, Value::Array(a) if a.is_scalar && a.array.borrow().dtype.is_int())
            }
            Ty::Ints => match value {
                Value::Tuple(t) => t.iter().all(|v| Ty::Int.accepts(v)),
                Value::List(l) => l.borrow().iter().all(|v| Ty::Int.accepts(v)),
                other => Ty::Int.accepts(other),
            },
            Ty::Float | Ty::Number => value.as_scalar().is_some() || number_tensor(value),
            Ty::Bool => matches!(value, Value::Bool(_)),
            Ty::Str => matches!(value, Value::Str(_)),
            Ty::DType => {
                matches!(value, Value::DType(_)) || matches!(value, Value::Class(c) if builtin_dtype(&c.name).is_some())
            }
        }
    }
}

/// The dtype that a built-in class stands for where a dtype is expected (`dtype=float`).
pub fn builtin_dtype(class_name: &str) -> Option<DType> {
    match class_name {
        "float" => Some(DType::F64),
        "int" => Some(DType::I64),
        "bool" => Some(DType::Bool),
        _ => None,
    }
}

/// How a parameter may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamKind {
    /// By position only.
    PositionOnly,
    /// By position or keyword.
    Normal,
    /// By keyword only.
    KeywordOnly,
    /// `*name`: takes the remaining positional arguments as a tuple.
    Rest,
    /// `**name`: takes the remaining keywords as a dict, given as a flat tuple of names and values.
    Keywords,
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Param {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: Ty,
    /// Whether `None` is accepted too.
    pub optional: bool,
    /// Its default.
    pub default: Option<Value>,
    /// How it may be given.
    pub kind: ParamKind,
    /// Whether sizes may be given as separate arguments: `x.view(2, 3)`.
    pub variadic: bool,
}

/// The parameters of a native function.
#[derive(Clone, Debug)]
pub struct Signature {
    /// The function's name.
    pub function: String,
    /// Its parameters in order.
    pub params: Vec<Param>,
    /// How many may be given by position, unless there is a rest parameter.
    pub positional: usize,
    /// The index of the rest parameter.
    pub rest: Option<usize>,
    /// The index of the keywords parameter.
    pub keywords: Option<usize>,
}

/// NumPy's names for torch's parameters, which torch accepts too.
const SYNONYMS: [(&str, &str); 7] = [
    ("axis", "dim"),
    ("keepdims", "keepdim"),
    ("x", "input"),
    ("a", "input"),
    ("x1", "input"),
    ("x2", "other"),
    ("axis", "dims"),
];

impl Signature {
    /// The signature of a text like `input: Tensor, dim: int[]? = None, *, keepdim: bool = False`.
    ///
    /// `/` ends the position-only parameters, `*` starts the keyword-only ones, `*name` and `**name` take the rest;
    /// a type that ends in `...` takes sizes as separate arguments. A text that is no signature gives no parameters.
    pub fn parse(function: &str, text: &str) -> Signature {
        let mut params: Vec<Param> = Vec::new();
        let mut keyword_only = false;
        for part in split_top_level(text) {
            let part = part.trim();
            match part {
                "" => continue,
                "/" => {
                    params.iter_mut().for_each(|p| p.kind = ParamKind::PositionOnly);
                    continue;
                }
                "*" => {
                    keyword_only = true;
                    continue;
                }
                _ => {}
            }
            let (head, default) = match part.split_once('=') {
                Some((head, default)) => (head.trim(), Some(parse_default(default.trim()))),
                None => (part, None),
            };
            let (name, ty) = head.split_once(':').map_or((head, ""), |(n, t)| (n.trim(), t.trim()));
            let (ty, optional) = ty.strip_suffix('?').map_or((ty, false), |t| (t, true));
            let (ty, variadic) = ty.strip_suffix("...").map_or((ty, false), |t| (t, true));
            let (name, kind) = if let Some(name) = name.strip_prefix("**") {
                (name, ParamKind::Keywords)
            } else if let Some(name) = name.strip_prefix('*') {
                keyword_only = true;
                (name, ParamKind::Rest)
            } else if keyword_only {
                (name, ParamKind::KeywordOnly)
            } else {
                (name, ParamKind::Normal)
            };
            let optional = optional || matches!(default, Some(Value::None));
            params.push(Param { name: intern(name), ty: Ty::parse(ty), optional, default, kind, variadic });
        }
        let by_position = |p: &&Param| matches!(p.kind, ParamKind::PositionOnly | ParamKind::Normal);
        Signature {
            function: function.to_string(),
            positional: params.iter().take_while(by_position).count(),
            rest: params.iter().position(|p| p.kind == ParamKind::Rest),
            keywords: params.iter().position(|p| p.kind == ParamKind::Keywords),
            params,
        }
    }

    /// The index of a parameter by name.
    pub fn index(&self, name: &str) -> Option<usize> {
        self.params.iter().position(|p| p.name.as_str() == name)
    }

    /// The arguments in the order of the parameters.
    ///
    /// `receiver` counts the leading arguments that the caller did not write (a method's `self`).
    /// Errors: TypeError in PyTorch's words for arguments that are missing, unknown, too many or of another type.
    pub fn bind(&self, args: Args, receiver: usize) -> Result<Bound> {
        match self.bind_plainly(args) {
            Some(bound) => Ok(bound),
            None => self.bind_any(args, receiver),
        }
    }

    /// The arguments of a call of every day, in one pass; `None` where something has to be looked at more closely.
    fn bind_plainly(&self, args: Args) -> Option<Bound> {
        let given = args.positional();
        if given.len() > self.positional || self.rest.is_some() || self.keywords.is_some() {
            return None;
        }
        let named = &args.values[given.len()..];
        let mut bound: Bound = SmallVec::new();
        let mut used = given.len();
        for (i, param) in self.params.iter().enumerate() {
            let value = match given.get(i) {
                Some(value) => value,
                None => match args.names.iter().position(|name| Rc::ptr_eq(name, &param.name)) {
                    Some(at) if param.kind != ParamKind::PositionOnly => {
                        used += 1;
                        &named[at]
                    }
                    _ => {
                        bound.push(param.default.as_ref()?.copied());
                        continue;
                    }
                },
            };
            let fits = param.ty == Ty::Any || (param.optional && value.is_none()) || param.ty.accepts(value);
            if !fits || value.is_undef() {
                return None;
            }
            bound.push(value.copied());
        }
        // A keyword that was not used is unknown, or given twice.
        (used == args.values.len()).then_some(bound)
    }

    fn bind_any(&self, args: Args, receiver: usize) -> Result<Bound> {
        let given = args.positional();
        let mut bound: Bound = SmallVec::with_capacity(self.params.len());
        let plain = given.len().min(self.positional);
        bound.extend(given[..plain].iter().cloned());
        bound.resize(self.params.len(), Value::Undef);
        if given.len() > self.positional {
            self.bind_rest(&mut bound, given, receiver)?;
        } else if let Some(rest) = self.rest {
            bound[rest] = Value::tuple([]);
        }
        let mut extra: Vec<Value> = Vec::new();
        for (name, value) in args.keywords() {
            match self.keyword_index(name) {
                Some(i) if bound[i].is_undef() => bound[i] = value.clone(),
                Some(i) if self.rest == Some(i) => return Err(self.unexpected(name)),
                Some(_) => {
                    return Err(Fault::type_error(format!(
                        "{}() got multiple values for argument '{name}'",
                        self.function
                    )));
                }
                None if self.keywords.is_some() => extra.extend([Value::Str(name.clone()), value.clone()]),
                None => return Err(self.unexpected(name)),
            }
        }
        if let Some(i) = self.keywords {
            bound[i] = Value::tuple(extra);
        }
        for (i, param) in self.params.iter().enumerate() {
            let value = &bound[i];
            if value.is_undef() {
                match &param.default {
                    Some(default) => bound[i] = default.clone(),
                    None => return Err(self.missing(&bound)),
                }
            } else if param.ty != Ty::Any && !(param.optional && value.is_none()) && !param.ty.accepts(value) {
                return Err(self.wrong_type(i, value, receiver));
            }
        }
        Ok(bound)
    }

    /// Binds positional arguments beyond the parameters: to a rest parameter, or as separate sizes.
    fn bind_rest(&self, bound: &mut Bound, given: &[Value], receiver: usize) -> Result<()> {
        if let Some(rest) = self.rest {
            bound[rest] = Value::tuple(given[self.positional..].iter().cloned());
            return Ok(());
        }
        self.bind_variadic(bound, given, receiver)
    }

    fn bind_variadic(&self, bound: &mut Bound, given: &[Value], receiver: usize) -> Result<()> {
        // Sizes stand alone: a function with another parameter before them takes them as one.
        let at = self.params[..self.positional].iter().position(|p| p.variadic).filter(|at| *at <= receiver);
        if let Some(at) = at
            && given.len() > at
            && given[at..].iter().all(|v| Ty::Int.accepts(v))
        {
            bound[at] = Value::tuple(given[at..].iter().cloned());
            for later in &mut bound[at + 1..self.positional] {
                *later = Value::Undef;
            }
            return Ok(());
        }
        let most = self.positional - receiver.min(self.positional);
        let plural = if most == 1 { "" } else { "s" };
        let n = given.len() - receiver.min(given.len());
        let were = if n == 1 { "was" } else { "were" };
        Err(Fault::type_error(format!(
            "{}() takes {most} positional argument{plural} but {n} {were} given",
            self.function
        ))
        .with_note(format!("signature: {}", self.show())))
    }

    /// Whether separate sizes would be ambiguous without looking at types: `x.view(2)` and `x.permute(0, 1)`.
    fn keyword_index(&self, name: &Name) -> Option<usize> {
        // Names are interned: mostly the very same object.
        let same = self.params.iter().position(|p| Rc::ptr_eq(&p.name, name) && p.kind != ParamKind::PositionOnly);
        same.or_else(|| self.keyword_index_by_text(name))
    }

    fn keyword_index_by_text(&self, name: &str) -> Option<usize> {
        let named =
            |n: &str| self.params.iter().position(|p| p.name.as_str() == n && p.kind != ParamKind::PositionOnly);
        named(name).or_else(|| SYNONYMS.iter().filter(|(s, _)| *s == name).find_map(|(_, n)| named(n)))
    }

    #[cold]
    fn unexpected(&self, name: &str) -> crate::diag::Error {
        let names = self.params.iter().filter(|p| p.kind != ParamKind::PositionOnly).map(|p| p.name.as_str());
        let fault = Fault::type_error(format!("{}() got an unexpected keyword argument '{name}'", self.function))
            .with_note(format!("signature: {}", self.show()));
        match did_you_mean(name, names) {
            Some(near) => fault.with_suffix(format!(". Did you mean: '{near}'?")),
            None => fault,
        }
    }

    #[cold]
    fn missing(&self, bound: &Bound) -> crate::diag::Error {
        let missing: Vec<String> = self
            .params
            .iter()
            .zip(bound)
            .filter(|(p, v)| v.is_undef() && p.default.is_none())
            .map(|(p, _)| format!("\"{}\"", p.name))
            .collect();
        Fault::type_error(format!(
            "{}() missing {} required positional arguments: {}",
            self.function,
            missing.len(),
            missing.join(", ")
        ))
        .with_note(format!("signature: {}", self.show()))
    }

    #[cold]
    fn wrong_type(&self, index: usize, value: &Value, receiver: usize) -> crate::diag::Error {
        let param = &self.params[index];
        let position = if index < receiver || param.kind == ParamKind::KeywordOnly {
            String::new()
        } else {
            format!(" (position {})", index + 1 - receiver)
        };
        let element = match (param.ty, value) {
            (Ty::Tensors, Value::Tuple(t)) => {
                t.iter().enumerate().find(|(_, v)| !Ty::Tensor.accepts(v)).map(|(i, v)| (i, v.clone()))
            }
            (Ty::Tensors, Value::List(l)) => {
                l.borrow().iter().enumerate().find(|(_, v)| !Ty::Tensor.accepts(v)).map(|(i, v)| (i, v.clone()))
            }
            _ => None,
        };
        let no_int = match (param.ty, value) {
            (Ty::Ints, Value::Tuple(t)) => t.iter().position(|v| !Ty::Int.accepts(v)).map(|i| (i, t[i].clone())),
            (Ty::Ints, Value::List(l)) => {
                let items = l.borrow();
                items.iter().position(|v| !Ty::Int.accepts(v)).map(|i| (i, items[i].clone()))
            }
            _ => None,
        };
        let message = match element {
            Some((i, v)) => format!(
                "expected Tensor as element {i} in argument {}, but got {}",
                index - receiver.min(index),
                super::types::class_of(&v).name
            ),
            None if let Some((i, v)) = no_int => format!(
                "{}(): argument '{}'{position} must be tuple of ints, but found element of type {} at pos {i}",
                self.function,
                param.name,
                type_name(&v)
            ),
            None => format!(
                "{}(): argument '{}'{position} must be {}, not {}",
                self.function,
                param.name,
                param.ty.name(),
                type_name(value)
            ),
        };
        Fault::type_error(message).at_argument(index)
    }

    /// The signature as text: `sum(input, dim=None, keepdim=False, *, dtype=None)`.
    pub fn show(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        let mut starred = false;
        for (i, p) in self.params.iter().enumerate() {
            if i > 0 && self.params[i - 1].kind == ParamKind::PositionOnly && p.kind != ParamKind::PositionOnly {
                parts.push("/".into());
            }
            if p.kind == ParamKind::KeywordOnly && !starred && self.rest.is_none() {
                parts.push("*".into());
                starred = true;
            }
            let stars = match p.kind {
                ParamKind::Rest => "*",
                ParamKind::Keywords => "**",
                _ if p.variadic => "*",
                _ => "",
            };
            parts.push(match &p.default {
                Some(d) => format!("{stars}{}={}", p.name, show_default(d)),
                None => format!("{stars}{}", p.name),
            });
        }
        format!("{}({})", self.function, parts.join(", "))
    }
}

/// The type's name as PyTorch's argument errors show it.
fn type_name(value: &Value) -> String {
    match value {
        Value::List(l) => match l.borrow().first() {
            Some(v) => format!("list of [{}]", super::types::class_of(v).name),
            None => "list".into(),
        },
        other => super::types::class_of(other).name.to_string(),
    }
}

fn show_default(value: &Value) -> String {
    match value {
        Value::Str(s) => format!("'{s}'"),
        Value::Bool(true) => "True".into(),
        Value::Bool(false) => "False".into(),
        Value::Tuple(t) => {
            let items: Vec<String> = t.iter().map(show_default).collect();
            format!("({})", items.join(", "))
        }
        Value::Undef => "...".into(),
        other => format!("{other:?}"),
    }
}

fn split_top_level(text: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0, 0);
    for (i, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&text[start..i]);
                start = i + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

fn parse_default(text: &str) -> Value {
    match text {
        "None" => Value::None,
        "True" => Value::Bool(true),
        "False" => Value::Bool(false),
        "inf" => Value::Float(f64::INFINITY),
        "-inf" => Value::Float(f64::NEG_INFINITY),
        "()" => Value::tuple([]),
        // A parameter that may be left out without a value standing in for it.
        "..." => Value::Undef,
        _ => {
            if let Some(inner) = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
                return Value::tuple(
                    split_top_level(inner).iter().filter(|s| !s.trim().is_empty()).map(|s| parse_default(s.trim())),
                );
            }
            if let Ok(i) = text.parse::<i64>() {
                Value::Int(i)
            } else if let Ok(f) = text.parse::<f64>() {
                Value::Float(f)
            } else if let Some(d) = text.strip_prefix("torch.").and_then(DType::from_name) {
                Value::DType(d)
            } else {
                Value::str(text.trim_matches('\''))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_prints_as_it_is_written() {
        let s = Signature::parse(
            "sum",
            "input: Tensor, dim: int[]? = None, keepdim: bool = False, *, dtype: dtype? = None",
        );
        assert_eq!(s.show(), "sum(input, dim=None, keepdim=False, *, dtype=None)");
        assert_eq!(s.positional, 3);
    }

    #[test]
    fn unknown_keywords_suggest() {
        let s = Signature::parse("sum", "input, dim=None");
        let (values, names) = ([Value::Int(1), Value::Int(2)], [intern("dims")]);
        let e = s.bind(Args { values: &values, names: &names }, 0).unwrap_err();
        assert_eq!(e.to_string(), "TypeError: sum() got an unexpected keyword argument 'dims'. Did you mean: 'dim'?");
    }

    #[test]
    fn synonyms_and_separate_sizes_bind() {
        let s = Signature::parse("view", "input, size: int[]...");
        let values = [Value::None, Value::Int(2), Value::Int(3)];
        let b = s.bind(Args::of(&values), 1).unwrap();
        assert!(matches!(&b[1], Value::Tuple(t) if t.len() == 2));
        let s = Signature::parse("sum", "input, dim=None");
        let (values, names) = ([Value::None, Value::Int(2)], [intern("axis")]);
        assert_eq!(s.bind(Args { values: &values, names: &names }, 0).unwrap()[1].as_int(), Some(2));
    }
}
