//! Arguments put in the order of the parameters, with CPython's messages.

use crate::diag::{Error, Fault, Result, did_you_mean};
use crate::value::{Args, Bound, Native, ParamKind, Signature, Value};

/// Modules whose functions CPython writes in Python, which words their errors differently.
const PYTHON_MODULES: [&str; 9] =
    ["random", "copy", "statistics", "json", "os", "posixpath", "warnings", "string", "glob"];

/// The arguments in the order of the parameters; `Undef` for those whose default is `...`.
///
/// Errors: TypeError, worded as CPython words it for a function with these parameters.
pub fn bind(native: &Native, args: Args) -> Result<Bound> {
    let signature = native.parsed();
    let given = args.positional();
    let plain = given.len().min(signature.positional);
    let mut bound: Bound = given[..plain].iter().cloned().collect();
    bound.resize(signature.params.len(), Value::Undef);
    if let Some(rest) = signature.rest {
        bound[rest] = Value::tuple(given[plain..].iter().cloned());
    } else if given.len() > signature.positional {
        return Err(Style::of(native, signature).count(native, signature, given.len()));
    }
    let mut extra: Vec<Value> = Vec::new();
    for (name, value) in args.keywords() {
        let at = signature
            .params
            .iter()
            .position(|p| p.name == *name && matches!(p.kind, ParamKind::Normal | ParamKind::KeywordOnly));
        match at {
            Some(i) if bound[i].is_undef() => bound[i] = value.clone(),
            Some(i) => return Err(Style::of(native, signature).twice(native, name, i + 1 - receivers(native))),
            None if signature.keywords.is_some() => extra.extend([Value::Str(name.clone()), value.clone()]),
            None => return Err(Style::of(native, signature).unknown(native, signature, name)),
        }
    }
    if let Some(keywords) = signature.keywords {
        bound[keywords] = Value::tuple(extra);
    }
    for (i, param) in signature.params.iter().enumerate() {
        if bound[i].is_undef() {
            match &param.default {
                Some(default) => bound[i] = default.clone(),
                None => return Err(Style::of(native, signature).missing(native, signature, &bound, given.len())),
            }
        }
    }
    Ok(bound)
}

/// How many leading parameters the caller does not write.
fn receivers(native: &Native) -> usize {
    usize::from(native.owner.is_some())
}

/// The name of a function with its type or module: `list.append`, `math.sqrt`, `len`.
pub fn qualified(native: &Native) -> String {
    match (native.owner, native.module) {
        (Some(owner), _) => format!("{owner}.{}", native.name),
        (None, "builtins") => native.name.to_string(),
        (None, "random") => format!("Random.{}", native.name),
        (None, module) if PYTHON_MODULES.contains(&module) => native.name.to_string(),
        (None, module) => format!("{module}.{}", native.name),
    }
}

/// The ways in which CPython declares parameters, each with its own messages.
#[derive(Clone, Copy, PartialEq)]
enum Style {
    /// No parameters.
    None,
    /// One required parameter.
    One,
    /// Positional parameters only.
    Positional,
    /// The methods of strings that search, which have words of their own.
    Search,
    /// Parameters that may be given by name.
    Named,
    /// A function written in Python.
    Python,
}

impl Style {
    fn of(native: &Native, signature: &Signature) -> Style {
        if PYTHON_MODULES.contains(&native.module) {
            return Style::Python;
        }
        let params = &signature.params[receivers(native).min(signature.params.len())..];
        if params.is_empty() {
            return Style::None;
        }
        let is_search =
            matches!(native.name, "find" | "rfind" | "index" | "rindex" | "count" | "startswith" | "endswith");
        if native.owner == Some("str") && is_search {
            return Style::Search;
        }
        if params.iter().any(|p| matches!(p.kind, ParamKind::Normal | ParamKind::KeywordOnly)) {
            return Style::Named;
        }
        match params {
            [p] if p.default.is_none() && p.kind == ParamKind::PositionOnly => Style::One,
            _ => Style::Positional,
        }
    }

    /// Too many positional arguments.
    #[cold]
    fn count(self, native: &Native, signature: &Signature, given: usize) -> Error {
        let skip = receivers(native);
        if given == 0 && skip == 1 {
            return unbound(native);
        }
        let given_without = given - skip.min(given);
        let params = &signature.params[skip.min(signature.params.len())..];
        let positional = signature.positional - skip.min(signature.positional);
        let required = params.iter().take(positional).filter(|p| p.default.is_none()).count();
        let name = qualified(native);
        Fault::type_error(match self {
            Style::None => format!("{name}() takes no arguments ({given_without} given)"),
            Style::One => format!("{name}() takes exactly one argument ({given_without} given)"),
            Style::Positional => {
                let low = given_without < required;
                let bound = if low { required } else { positional };
                let word = match (required == positional, low) {
                    (true, _) => "",
                    (false, true) => "at least ",
                    (false, false) => "at most ",
                };
                format!("{} expected {word}{bound} argument{}, got {given_without}", native.name, plural(bound))
            }
            Style::Search => {
                let low = given_without < required;
                let (word, bound) = if low { ("least", required) } else { ("most", positional) };
                format!("{}() takes at {word} {bound} argument{} ({given_without} given)", native.name, plural(bound))
            }
            Style::Named => {
                let word = if required == positional { "exactly" } else { "at most" };
                let kind = if params.len() > positional { "positional " } else { "" };
                if positional == 0 {
                    format!("{}() takes no positional arguments", native.name)
                } else {
                    format!(
                        "{}() takes {word} {positional} {kind}argument{} ({given_without} given)",
                        native.name,
                        plural(positional)
                    )
                }
            }
            Style::Python => {
                let hidden = usize::from(native.module == "random" && native.owner.is_none());
                let (low, high) = (required + hidden + skip, positional + hidden + skip);
                let range = if low == high { format!("{high}") } else { format!("from {low} to {high}") };
                let were = if given_without + hidden + skip == 1 { "was" } else { "were" };
                format!(
                    "{name}() takes {range} positional argument{} but {} {were} given",
                    plural(high),
                    given_without + hidden + skip
                )
            }
        })
    }

    /// Arguments that are missing.
    #[cold]
    fn missing(self, native: &Native, signature: &Signature, bound: &Bound, given: usize) -> Error {
        let lacking = |i: usize| bound[i].is_undef() && signature.params[i].default.is_none();
        let missing: Vec<usize> = (0..signature.params.len()).filter(|&i| lacking(i)).collect();
        match self {
            Style::None | Style::One | Style::Positional | Style::Search => self.count(native, signature, given),
            Style::Named => {
                let at = missing[0];
                let skip = receivers(native);
                if at < skip {
                    return unbound(native);
                }
                let name = &signature.params[at].name;
                Fault::type_error(format!(
                    "{}() missing required argument '{name}' (pos {})",
                    native.name,
                    at + 1 - skip
                ))
            }
            Style::Python => {
                let names: Vec<String> = missing.iter().map(|&i| format!("'{}'", signature.params[i].name)).collect();
                Fault::type_error(format!(
                    "{}() missing {} required positional argument{}: {}",
                    qualified(native),
                    names.len(),
                    plural(names.len()),
                    enumerate_names(&names)
                ))
            }
        }
    }

    /// A keyword that is no parameter.
    #[cold]
    fn unknown(self, native: &Native, signature: &Signature, name: &str) -> Error {
        let names = signature.params.iter().filter(|p| p.kind != ParamKind::PositionOnly).map(|p| p.name.as_str());
        let fault = Fault::type_error(match self {
            Style::Named => format!("'{name}' is an invalid keyword argument for {}()", native.name),
            Style::Python => format!("{}() got an unexpected keyword argument '{name}'", qualified(native)),
            _ => return Fault::type_error(format!("{}() takes no keyword arguments", qualified(native))),
        });
        match did_you_mean(name, names) {
            Some(near) => fault.with_suffix(format!(". Did you mean: '{near}'?")),
            None => fault,
        }
    }

    /// A parameter given twice.
    #[cold]
    fn twice(self, native: &Native, name: &str, position: usize) -> Error {
        Fault::type_error(match self {
            Style::Python => format!("{}() got multiple values for argument '{name}'", qualified(native)),
            _ => format!("argument for {}() given by name ('{name}') and position ({position})", native.name),
        })
    }
}

#[cold]
fn unbound(native: &Native) -> Error {
    Fault::type_error(format!("unbound method {}() needs an argument", qualified(native)))
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

/// `'a'`, `'a' and 'b'`, `'a', 'b', and 'c'`.
pub fn enumerate_names(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [a] => a.clone(),
        [a, b] => format!("{a} and {b}"),
        [rest @ .., last] => format!("{}, and {last}", rest.join(", ")),
    }
}
