//! Calls that fit no form of a function of torch, in the words of torch's parser of arguments.
//!
//! Functions of torch are overloaded: they have forms, and the first form that the arguments fit is used. What a call
//! says that fits none depends on how many forms have that many parameters: with one, its first mismatch; otherwise a
//! list of all. `overloads.txt` holds the forms. It is read when a call has failed already, never before.

use super::args::Args;
use super::protocol::class_name;
use super::signature::{ParamKind, Signature};
use super::text::intern;
use super::types::class_of;
use super::value::Value;
use crate::diag::{Error, ExcKind, Fault};

/// The table of forms; its first lines say how it reads.
const TABLE: &str = include_str!("overloads.txt");

/// What `OPTIONS` stands for in the table: the parameters that all functions have that make a tensor.
const OPTIONS: &str = "torch.dtype dtype = None, torch.layout layout = None, torch.device device = None, \
                       bool pin_memory = False, bool requires_grad = False";

/// The functions that take numbers for tensors.
const TAKES_NUMBERS: [&str; 11] =
    ["add", "div", "divide", "mul", "multiply", "sub", "subtract", "true_divide", "floor_divide", "copy", "rsub"];

/// NumPy's names for parameters.
const SYNONYMS: [(&str, &[&str]); 4] =
    [("dim", &["axis"]), ("keepdim", &["keepdims"]), ("input", &["x", "a", "x1"]), ("other", &["x2"])];

/// The error of a call of a function of torch that fits none of its forms; `None` when the call fits, or when nothing
/// is known of the function. `label` is the function's name in the table.
pub fn misfit(label: &str, args: Args) -> Option<Error> {
    let mut forms = Vec::new();
    let (mut say, mut besides) = (label.rsplit('.').next()?, false);
    let given = Given::new(args, label.starts_with('.'));
    for line in TABLE.lines() {
        let Some(rest) = line.strip_prefix(label).and_then(|r| r.strip_prefix(' ')) else { continue };
        let (head, tail) = rest.split_once(' ').unwrap_or((rest, ""));
        match head {
            "none" => return given.none(say),
            "def" => {
                if let Some(error) = Given::new(args, false).python(tail) {
                    return Some(error);
                }
                continue;
            }
            "at" => {
                if let Some(error) = given.not_a_tensor(tail) {
                    return Some(error);
                }
                continue;
            }
            _ => {}
        }
        let (before, form) = rest.split_once('(')?;
        let mut words = before.split_whitespace();
        while let Some(word) = words.next() {
            match word {
                "as" => say = words.next()?,
                _ => besides = true,
            }
        }
        forms.push(Form::parse(form.strip_suffix(')')?));
    }
    given.overloaded(say, &forms, besides)
}

/// The error of a call that does not fit the signature of a function written in Python.
pub fn python_misfit(signature: &Signature, args: Args, method: bool) -> Option<Error> {
    let shown = |p: &super::signature::Param| match p.kind {
        ParamKind::Rest => format!("*{}", p.name),
        ParamKind::Keywords => format!("**{}", p.name),
        _ if p.default.is_some() => format!("{}=", p.name),
        _ => p.name.to_string(),
    };
    let mut params: Vec<String> = signature.params.iter().map(shown).collect();
    if let Some(at) = signature.params.iter().position(|p| p.kind == ParamKind::KeywordOnly)
        && signature.rest.is_none()
    {
        params.insert(at, "*".to_string());
    }
    // A call with separate sizes fits more than its parameters say.
    if signature.params.iter().any(|p| p.variadic) {
        return None;
    }
    let params = &params[usize::from(method).min(params.len())..];
    Given::new(args, method).python(&format!("{}({})", signature.function, params.join(", ")))
}

/// The type of a parameter.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Tensor,
    Tensors,
    Int,
    /// A sequence of ints, or one int where that is allowed.
    Ints(bool),
    Float,
    Number,
    Bool,
    Str,
    DType,
    Device,
    /// A sequence of anything.
    Sequence,
    /// An instance of a class of torch, by its name.
    Instance(&'static str),
    Object,
}

impl Kind {
    fn parse(text: &str) -> Kind {
        match text {
            "Tensor" => Kind::Tensor,
            "tuple of Tensors" => Kind::Tensors,
            "int" => Kind::Int,
            "tuple of ints" => Kind::Ints(false),
            "float" => Kind::Float,
            "Number" => Kind::Number,
            "bool" => Kind::Bool,
            "str" => Kind::Str,
            "torch.dtype" => Kind::DType,
            "torch.device" => Kind::Device,
            "torch.layout" => Kind::Instance("layout"),
            "torch.memory_format" => Kind::Instance("memory_format"),
            "torch.Generator" => Kind::Instance("Generator"),
            _ if text.starts_with("tuple of ints[") => Kind::Ints(true),
            _ if text.starts_with("tuple of ") => Kind::Sequence,
            _ => Kind::Object,
        }
    }

    /// Whether a value fits; `numbers` says whether a number counts as a tensor.
    fn accepts(self, value: &Value, numbers: bool) -> bool {
        let zero_dim = || matches!(value, Value::Tensor(t) if t.ndim() == 0 && !t.requires_grad());
        let one_int = || is_one_int(value);
        let number = || value.as_scalar().is_some();
        match self {
            Kind::Tensor => matches!(value, Value::Tensor(_)) || numbers && number(),
            Kind::Int => is_int(value) || one_int(),
            Kind::Float | Kind::Number => number() || zero_dim(),
            Kind::Ints(one) => match first(value) {
                Some(Some(item)) => is_int(&item) || is_one_int(&item),
                Some(None) => true,
                None => one && (is_int(value) || one_int()),
            },
            Kind::Tensors | Kind::Sequence => matches!(value, Value::List(_) | Value::Tuple(_)),
            Kind::Bool => matches!(value, Value::Bool(_)),
            Kind::Str => matches!(value, Value::Str(_)),
            Kind::DType => match value {
                Value::DType(_) => true,
                Value::Class(c) => super::signature::builtin_dtype(&c.name).is_some(),
                _ => false,
            },
            Kind::Device => {
                is_int(value) || matches!(value, Value::Str(_)) || class_of(value).name.as_str() == "device"
            }
            Kind::Instance(class) => class_of(value).name.as_str() == class,
            Kind::Object => true,
        }
    }
}

/// Whether a value is a tensor that stands for an int: of integers, with one element.
fn is_one_int(value: &Value) -> bool {
    matches!(value, Value::Tensor(t) if t.numel() == 1 && !t.requires_grad() && t.dtype().is_int())
}

/// Whether a value is an int as torch's parser sees it: truth values are none.
fn is_int(value: &Value) -> bool {
    match value {
        Value::Int(_) => true,
        Value::Array(a) => a.is_scalar && a.array.borrow().dtype.is_int(),
        other => matches!(class_of(other).name.as_str(), "int") && !matches!(other, Value::Bool(_)),
    }
}

/// The first item of a list or tuple, if it has any; `None` for other values.
fn first(value: &Value) -> Option<Option<Value>> {
    items(value).map(|items| items.into_iter().next())
}

/// The items of a list or tuple.
fn items(value: &Value) -> Option<Vec<Value>> {
    match value {
        Value::Tuple(t) => Some(t.to_vec()),
        Value::List(l) => Some(l.to_vec()),
        _ => None,
    }
}

/// A parameter of a form.
struct Param<'a> {
    name: &'a str,
    /// Its type as messages show it.
    ty: &'a str,
    kind: Kind,
    optional: bool,
    takes_none: bool,
    keyword_only: bool,
}

/// One form of a function.
struct Form<'a> {
    params: Vec<Param<'a>>,
    /// As messages list it.
    shown: String,
    /// How many parameters must be given.
    least: usize,
    /// How many may be given by position.
    positional: usize,
}

impl<'a> Form<'a> {
    fn parse(text: &'a str) -> Form<'a> {
        let (mut params, mut keyword_only) = (Vec::new(), false);
        let mut add = |part: &'a str, keyword_only: bool| {
            let (head, default) = part.split_once(" = ").map_or((part, None), |(h, d)| (h, Some(d)));
            let Some((ty, name)) = head.rsplit_once(' ') else { return };
            let nullable = ty.ends_with('?');
            let ty = ty.trim_end_matches('?');
            params.push(Param {
                name,
                ty: ty.split('[').next().unwrap_or(ty),
                kind: Kind::parse(ty),
                optional: default.is_some(),
                takes_none: nullable || default == Some("None") || ty == "torch.Generator",
                keyword_only,
            });
        };
        for part in text.split(", ") {
            match part {
                "*" => keyword_only = true,
                "OPTIONS" => OPTIONS.split(", ").for_each(|p| add(p, true)),
                _ => add(part, keyword_only),
            }
        }
        let mut shown = format!("({})", text.replace("OPTIONS", OPTIONS));
        for n in 1..=9 {
            shown = shown.replace(&format!("tuple of ints[{n}]"), "tuple of ints");
        }
        Form {
            least: params.iter().filter(|p| !p.optional).count(),
            positional: params.iter().filter(|p| !p.keyword_only).count(),
            shown: shown.replace("? ", " "),
            params,
        }
    }
}

/// How a form takes a call.
enum Outcome {
    Fits,
    /// It does not: the message if this is the form that was meant.
    Differs(String),
    /// It does, or nearly: an error in any case.
    Raises(String),
}

/// The arguments of a call, as they were written.
struct Given<'a> {
    positional: &'a [Value],
    keywords: Vec<(&'a str, &'a Value)>,
}

impl<'a> Given<'a> {
    /// The arguments, without the receiver of a method.
    fn new(args: Args<'a>, method: bool) -> Given<'a> {
        let positional = args.positional();
        Given {
            positional: &positional[(method as usize).min(positional.len())..],
            keywords: args.keywords().map(|(n, v)| (n.as_str(), v)).collect(),
        }
    }

    fn count(&self) -> usize {
        self.positional.len() + self.keywords.len()
    }

    fn keyword(&self, name: &str) -> Option<&'a Value> {
        let find = |name: &str| self.keywords.iter().find(|(n, _)| *n == name).map(|(_, v)| *v);
        find(name).or_else(|| {
            let (_, others) = SYNONYMS.iter().find(|(n, _)| *n == name)?;
            others.iter().find_map(|n| find(n))
        })
    }

    /// The error of arguments for a method that takes none.
    fn none(&self, name: &str) -> Option<Error> {
        if !self.keywords.is_empty() {
            return Some(Fault::type_error(format!("TensorBase.{name}() takes no keyword arguments")));
        }
        let n = self.positional.len();
        (n > 0).then(|| Fault::type_error(format!("TensorBase.{name}() takes no arguments ({n} given)")))
    }

    /// The error of an argument that is no tensor where a function written in Python needs one: `0 Error: words`.
    fn not_a_tensor(&self, text: &str) -> Option<Error> {
        let (index, words) = text.split_once(' ')?;
        let value = self.positional.get(index.trim_end_matches('?').parse::<usize>().ok()?)?;
        if index.ends_with('?') && value.is_none() {
            return None;
        }
        let wanted = words.split("must be ").nth(1).and_then(|w| w.split(", not").next());
        if wanted.map_or(Kind::Tensor, Kind::parse).accepts(value, false)
            || wanted.is_some_and(|w| w.ends_with("ints")) && Kind::Ints(true).accepts(value, false)
        {
            return None;
        }
        let (kind, words) = words.split_once(": ")?;
        let kind = if kind == "AttributeError" { ExcKind::AttributeError } else { ExcKind::TypeError };
        // A value that has the attribute gets further than this.
        if kind == ExcKind::AttributeError && class_of(value).lookup(&intern(words.rsplit('\'').nth(1)?)).is_some() {
            return None;
        }
        Some(Fault::new(kind, words.replace("{}", &class_name(value))))
    }

    /// The error of a call of a function written in Python: `name(a, b=)`.
    fn python(&self, text: &str) -> Option<Error> {
        let (name, params) = text.strip_suffix(')')?.split_once('(')?;
        let (mut names, mut required, mut keyword_only, mut rest, mut others) = (vec![], vec![], false, false, false);
        for part in params.split(", ").filter(|p| !p.is_empty()) {
            match part {
                "*" => keyword_only = true,
                _ if part.starts_with("**") => others = true,
                _ if part.starts_with('*') => (keyword_only, rest) = (true, true),
                _ => {
                    let bare = part.trim_end_matches('=');
                    names.push((bare, keyword_only));
                    if bare == part {
                        required.push(bare);
                    }
                }
            }
        }
        let positional = names.iter().filter(|(_, keyword_only)| !keyword_only).count();
        let n = self.positional.len();
        for (keyword, _) in &self.keywords {
            match names.iter().position(|(name, _)| name == keyword) {
                Some(i) if i < n.min(positional) => {
                    return Some(Fault::type_error(format!("{name}() got multiple values for argument '{keyword}'")));
                }
                None if !others => {
                    return Some(Fault::type_error(format!("{name}() got an unexpected keyword argument '{keyword}'")));
                }
                _ => {}
            }
        }
        if n > positional && !rest {
            return Some(too_many(name, required.len().min(positional), positional, n));
        }
        let is_missing = |r: &&&str| {
            let at = names.iter().position(|(name, _)| name == *r).unwrap_or(usize::MAX);
            (at >= n || names[at].1) && self.keywords.iter().all(|(k, _)| k != *r)
        };
        let missing: Vec<String> = required.iter().filter(is_missing).map(|r| format!("'{r}'")).collect();
        let listed = match missing.as_slice() {
            [] => return None,
            [one] => one.clone(),
            [a, b] => format!("{a} and {b}"),
            [most @ .., last] => format!("{}, and {last}", most.join(", ")),
        };
        let plural = if missing.len() == 1 { "" } else { "s" };
        let count = missing.len();
        Some(Fault::type_error(format!("{name}() missing {count} required positional argument{plural}: {listed}")))
    }

    /// The error of a call of an overloaded function.
    fn overloaded(&self, name: &str, forms: &[Form], besides: bool) -> Option<Error> {
        let mut outcomes = Vec::new();
        for form in forms {
            match self.parse(name, form) {
                Outcome::Fits => return None,
                Outcome::Raises(message) => return Some(Fault::type_error(message)),
                Outcome::Differs(message) => outcomes.push(message),
            }
        }
        if forms.len() == 1 && !besides {
            return outcomes.pop().map(Fault::type_error);
        }
        let plausible = |(form, _): &(&Form, &String)| (form.least..=form.params.len()).contains(&self.count());
        let mut meant = forms.iter().zip(&outcomes).filter(plausible);
        if let (Some((_, message)), None) = (meant.next(), meant.next()) {
            return Some(Fault::type_error(message.clone()));
        }
        (!forms.is_empty()).then(|| Fault::type_error(self.listing(name, forms)))
    }

    /// How the arguments fit one form.
    fn parse(&self, name: &str, form: &Form) -> Outcome {
        let given = self.positional;
        let separate = form.positional == 1
            && matches!(form.params[0].kind, Kind::Ints(_))
            && given.first().is_some_and(|v| is_int(v) || is_one_int(v));
        if given.len() > form.positional && !separate {
            return Outcome::Differs(too_many(name, form.least, form.positional, given.len()).message.clone());
        }
        let numbers = TAKES_NUMBERS.contains(&name.trim_end_matches('_'));
        let (mut at, mut used) = (0, 0);
        for (index, param) in form.params.iter().enumerate() {
            let by_position = at < given.len();
            if by_position && param.keyword_only {
                return Outcome::Differs(too_many(name, form.least, form.positional, given.len()).message.clone());
            }
            let value = if by_position { given.get(at) } else { self.keyword(param.name) };
            let Some(value) = value else {
                if param.optional {
                    continue;
                }
                return Outcome::Differs(missing(name, &form.params[index..]));
            };
            if value.is_none() && param.takes_none {
            } else if param.kind.accepts(value, numbers) {
                if let Some(message) = element(name, param, index, value) {
                    return Outcome::Raises(message);
                }
            } else if separate && at == 0 && by_position {
                let bad = given.iter().position(|v| !Kind::Int.accepts(v, false));
                if let Some(bad) = bad {
                    return Outcome::Raises(unpack(name, param, bad, &given[bad]));
                }
                at = given.len();
                continue;
            } else {
                return Outcome::Differs(mismatch(name, param, by_position.then_some(at), value));
            }
            if by_position {
                at += 1;
            } else {
                used += 1;
            }
        }
        if used == self.keywords.len() {
            return Outcome::Fits;
        }
        let is_known = |k: &str| {
            let same =
                |p: &Param| p.name == k || SYNONYMS.iter().any(|(n, others)| *n == p.name && others.contains(&k));
            form.params.iter().position(same)
        };
        let positional = given.len().min(form.positional);
        let wrong = self.keywords.iter().find_map(|(k, _)| match is_known(k) {
            None => Some(format!("{name}() got an unexpected keyword argument '{k}'")),
            Some(i) if i < positional => Some(format!("{name}() got multiple values for argument '{k}'")),
            Some(_) => None,
        });
        Outcome::Differs(wrong.unwrap_or_else(|| "invalid keyword arguments".to_string()))
    }

    /// The message that lists all forms.
    fn listing(&self, name: &str, forms: &[Form]) -> String {
        let mut got: Vec<String> = self.positional.iter().map(class_name).collect();
        // torch keeps keywords in a table that gives them back last first.
        got.extend(self.keywords.iter().rev().map(|(k, v)| format!("{k}={}", class_name(v))));
        let comma = if self.positional.is_empty() && !self.keywords.is_empty() { ", " } else { "" };
        let got = format!("({}{comma})", got.join(", "));
        let head = format!("{name}() received an invalid combination of arguments - got {got}, but expected");
        if let [form] = forms {
            let unknown = |(k, _): &&(&str, &Value)| form.params.iter().all(|p| p.name != *k);
            let unknown: Vec<&str> = self.keywords.iter().filter(unknown).map(|(k, _)| *k).collect();
            return if unknown.is_empty() {
                format!("{head} {}", form.shown)
            } else {
                let unknown = unknown.join(", ");
                format!(
                    "{name}() received an invalid combination of arguments - got unrecognized keyword arguments: {unknown}"
                )
            };
        }
        let mut text = format!("{head} one of:\n");
        for form in forms {
            text.push_str(&format!(" * {}\n", form.shown));
            let expected = form.params.iter().filter(|p| p.name != "out" || self.keyword("out").is_some()).count();
            if expected == self.count() {
                text.push_str(&self.difference(form));
            }
        }
        text
    }

    /// Why a form with as many parameters was not meant.
    fn difference(&self, form: &Form) -> String {
        let unknown = |(k, _): &&(&str, &Value)| form.params.iter().all(|p| p.name != *k);
        let unknown: Vec<&str> = self.keywords.iter().filter(unknown).map(|(k, _)| *k).collect();
        if !unknown.is_empty() {
            return format!("      didn't match because some of the keywords were incorrect: {}\n", unknown.join(", "));
        }
        let describe = |kind: Option<Kind>, value: &Value| {
            let shown = match (value, items(value)) {
                (Value::List(_), Some(items)) => format!("list of [{}]", names(&items)),
                (Value::Tuple(_), Some(items)) => format!("tuple of ({})", names(&items)),
                _ => class_name(value),
            };
            if kind.is_some_and(|k| k.accepts(value, false)) { shown } else { format!("!{shown}!") }
        };
        let mut parts: Vec<String> = Vec::new();
        for (i, value) in self.positional.iter().enumerate() {
            parts.push(describe(form.params.get(i).map(|p| p.kind), value));
        }
        for (k, value) in &self.keywords {
            let kind = form.params.iter().find(|p| p.name == *k).map(|p| p.kind);
            parts.push(format!("{k}={}", describe(kind, value)));
        }
        format!(
            "      didn't match because some of the arguments have invalid types: ({}{})\n",
            parts.join(", "),
            if self.positional.is_empty() { ", " } else { "" }
        )
    }
}

fn names(items: &[Value]) -> String {
    items.iter().map(class_name).collect::<Vec<_>>().join(", ")
}

/// The message for an element of a sequence that does not fit, in an argument that does.
fn element(name: &str, param: &Param, index: usize, value: &Value) -> Option<String> {
    let items = items(value)?;
    match param.kind {
        Kind::Tensors => {
            let at = items.iter().position(|v| !matches!(v, Value::Tensor(_)))?;
            Some(format!("expected Tensor as element {at} in argument {index}, but got {}", class_name(&items[at])))
        }
        Kind::Ints(_) => {
            let at = items.iter().position(|v| !Kind::Int.accepts(v, false))?;
            Some(unpack(name, param, at, &items[at]))
        }
        _ => None,
    }
}

fn unpack(name: &str, param: &Param, at: usize, value: &Value) -> String {
    format!(
        "{name}(): argument '{}' failed to unpack the object at pos {} with error \"type must be {},but got {}\"",
        param.name,
        at + 1,
        param.ty,
        class_name(value)
    )
}

fn mismatch(name: &str, param: &Param, position: Option<usize>, value: &Value) -> String {
    let place = position.map_or(String::new(), |at| format!(" (position {})", at + 1));
    let head = format!("{name}(): argument '{}'{place} must be {},", param.name, param.ty);
    match (param.kind, first(value)) {
        (Kind::Ints(_), Some(Some(item))) => {
            format!("{head} but found element of type {} at pos 0", class_name(&item))
        }
        _ => format!("{head} not {}", class_name(value)),
    }
}

fn too_many(name: &str, least: usize, most: usize, given: usize) -> Error {
    Fault::type_error(if least < most {
        format!("{name}() takes from {least} to {most} positional arguments but {given} were given")
    } else {
        let (plural, were) = (if most == 1 { "" } else { "s" }, if given == 1 { "was" } else { "were" });
        format!("{name}() takes {most} positional argument{plural} but {given} {were} given")
    })
}

/// The message for parameters that were not given; torch has the plural the wrong way round.
fn missing(name: &str, params: &[Param]) -> String {
    let names: Vec<String> = params.iter().filter(|p| !p.optional).map(|p| format!("\"{}\"", p.name)).collect();
    let plural = if names.len() == 1 { "s" } else { "" };
    format!("{name}() missing {} required positional argument{plural}: {}", names.len(), names.join(", "))
}
