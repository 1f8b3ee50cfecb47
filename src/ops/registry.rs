//! The lists derived from the table: where each operator is found, and its parsed signature.

use super::apply::apply;
use super::def::{Forms, OpDef};
use super::inplace::apply_inplace;
use crate::array::map;
use crate::diag::{Fault, Result};
use crate::tensor::{Tensor, mode};
use crate::value::{Args, Bound, Caller, Module, Native, Signature, Tuple, TupleKind, Value, intern, types};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::OnceLock;

thread_local! {
    static SIGNATURES: RefCell<FxHashMap<usize, Rc<Signature>>> = RefCell::default();
}

/// All operators, family by family.
pub fn all() -> impl Iterator<Item = &'static OpDef> {
    super::FAMILIES.iter().flat_map(|family| family.iter().copied())
}

/// The operator of a name, in any of its spellings.
pub fn find(name: &str) -> Option<&'static OpDef> {
    static BY_NAME: OnceLock<FxHashMap<&'static str, &'static OpDef>> = OnceLock::new();
    let by_name = BY_NAME.get_or_init(|| {
        let mut by_name = FxHashMap::default();
        for def in all() {
            for name in std::iter::once(&def.name).chain(def.aliases) {
                // The first of the table has the name.
                by_name.entry(*name).or_insert(def);
            }
        }
        by_name
    });
    by_name.get(name).copied()
}

/// The parsed signature of an operator.
pub fn signature(def: &'static OpDef) -> Rc<Signature> {
    let key = std::ptr::from_ref(def) as usize;
    if let Some(known) = SIGNATURES.with_borrow(|s| s.get(&key).cloned()) {
        return known;
    }
    let parsed = Rc::new(Signature::parse(def.name, def.signature));
    SIGNATURES.with_borrow_mut(|s| s.insert(key, parsed.clone()));
    parsed
}

/// Completes arguments from Rust with the defaults of the parameters that follow.
pub(super) fn fill_defaults(def: &'static OpDef, bound: &mut Bound) {
    // Most operators called from derivatives have no further parameters: those look nothing up.
    if bound.len() >= def.parameters {
        return;
    }
    let signature = signature(def);
    for param in &signature.params[bound.len().min(signature.params.len())..] {
        bound.push(param.default.clone().unwrap_or(Value::None));
    }
}

fn def_of(native: &Native) -> Result<&'static OpDef> {
    native
        .data
        .and_then(|d| d.downcast_ref::<OpDef>())
        .ok_or_else(|| Fault::internal(format!("{} has no operator", native.name)))
}

/// `torch.x(...)`
pub fn call_function(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let def = def_of(native)?;
    let result = match args.keyword("out") {
        Some(out) if native.parsed().index("out").is_none() => into_out(def, native, args, out),
        _ => apply(def, native.parsed().bind(args, 0)?),
    };
    show_warnings(caller)?;
    result
}

/// Calls an operator with `out=`: the result is written into the given tensors, which take its sizes.
#[cold]
fn into_out(def: &'static OpDef, native: &Native, args: Args, out: &Value) -> Result<Value> {
    let mut values = args.positional().to_vec();
    let mut names = Vec::new();
    for (name, value) in args.keywords().filter(|(name, _)| name.as_str() != "out") {
        names.push(name.clone());
        values.push(value.clone());
    }
    let bound = native.parsed().bind(Args { values: &values, names: &names }, 0)?;
    if out.is_none() {
        return apply(def, bound);
    }
    if mode::grad_enabled() && super::apply::requires_grad(&bound) {
        return Err(Fault::runtime(format!(
            "{}(): functions with out=... arguments don't support automatic differentiation, but one of the arguments \
             requires grad.",
            def.name
        )));
    }
    let result = mode::with_grad_enabled(false, || apply(def, bound))?;
    match (out, &result) {
        (Value::Tensor(target), Value::Tensor(source)) => {
            write_out(target, source)?;
            Ok(out.clone())
        }
        (Value::Tuple(_) | Value::List(_), Value::Tuple(sources)) => {
            let targets = match out {
                Value::Tuple(t) => t.to_vec(),
                Value::List(l) => l.to_vec(),
                _ => Vec::new(),
            };
            for (target, source) in targets.iter().zip(sources.iter()) {
                if let (Value::Tensor(target), Value::Tensor(source)) = (target, source) {
                    write_out(target, source)?;
                }
            }
            let kind = match &sources.kind {
                TupleKind::Named(_) => TupleKind::Named(super::apply::return_type(def, "_out")),
                plain => plain.clone(),
            };
            Ok(Value::Tuple(Tuple::new(kind, targets)))
        }
        _ => Err(Fault::type_error(format!(
            "{}(): argument 'out' must be Tensor, not {}",
            def.name,
            crate::value::protocol::class_name(out)
        ))),
    }
}

fn write_out(target: &Tensor, source: &Tensor) -> Result<()> {
    let (old, new) = (target.array().clone(), source.array().clone());
    if !super::inplace::can_cast(new.dtype, old.dtype) {
        return Err(Fault::runtime(format!(
            "result type {} can't be cast to the desired output type {}",
            new.dtype.scalar_type(),
            old.dtype.scalar_type()
        )));
    }
    if old.sizes() != new.sizes() {
        target.set_array(map::cast(&new, old.dtype)?);
        return Ok(());
    }
    map::copy_into(&old, &new)?;
    target.count_write();
    Ok(())
}

/// `tensor.x(...)`
pub fn call_method(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let result = apply(def_of(native)?, native.parsed().bind(args, 1)?);
    show_warnings(caller)?;
    result
}

/// `tensor.x_(...)`
pub fn call_inplace(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let result = apply_inplace(def_of(native)?, native.parsed().bind(args, 1)?);
    show_warnings(caller)?;
    result
}

/// `F.x(..., inplace=...)`: the in-place form where it is asked for.
fn call_functional(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let def = def_of(native)?;
    let mut bound = native.parsed().bind(args, 0)?;
    let inplace = matches!(bound.pop(), Some(Value::Bool(true)));
    let result = if inplace { apply_inplace(def, bound) } else { apply(def, bound) };
    show_warnings(caller)?;
    result
}

/// Binds an operator with the parameter `inplace` added.
fn bind_with_inplace(module: &Rc<Module>, name: &'static str, def: &'static OpDef) {
    // Signatures live as long as the table: leaking one per thread is what a static would do.
    let signature: &'static str = Box::leak(format!("{}, inplace: bool = False", def.signature).into());
    let native = Native::new("torch.nn.functional", name, signature, def.doc, call_functional).with_data(def);
    module.space.bind(&intern(name), native.value());
}

/// Shows the warnings that operators left.
fn show_warnings(caller: &mut dyn Caller) -> Result<()> {
    for text in super::warning::take() {
        caller.warn("UserWarning", &text)?;
    }
    Ok(())
}

fn bind(module: &Rc<Module>, name: &'static str, def: &'static OpDef, func: crate::value::NativeFn) {
    let path = match module.name.as_str() {
        "torch.nn.functional" => "torch.nn.functional",
        "torch.linalg" => "torch.linalg",
        "torch.special" => "torch.special",
        _ => "torch",
    };
    let native = Native::new(path, name, def.signature, def.doc, func).with_data(def);
    module.space.bind(&intern(name), native.value());
}

/// The modules that operators are bound in.
pub struct Modules {
    /// `torch`
    pub torch: Rc<Module>,
    /// `torch.nn.functional`
    pub functional: Rc<Module>,
    /// `torch.linalg`
    pub linalg: Rc<Module>,
    /// `torch.special`
    pub special: Rc<Module>,
}

/// The module that a name like `linalg_det` or `special_expit` belongs to alone, and its name there.
fn belongs<'a>(modules: &'a Modules, name: &'static str) -> Option<(&'a Rc<Module>, &'static str)> {
    let linalg = name.strip_prefix("linalg_").map(|bare| (&modules.linalg, bare));
    linalg.or_else(|| name.strip_prefix("special_").map(|bare| (&modules.special, bare)))
}

/// What torch lacks although it has the others of the family: functions, and methods with a dot.
const ABSENT: [&str; 10] = [
    "absolute_",
    "digamma_",
    "erfinv_",
    "lgamma_",
    ".bucketize",
    ".celu_",
    ".combinations",
    ".rsub",
    ".searchsorted",
    ".selu_",
];

/// Binds every operator under all its names.
pub fn install(modules: &Modules) {
    super::generator::install(modules);
    super::literal::install(modules);
    super::windows::install(modules);
    modules.torch.set("torch", Value::Module(modules.torch.clone()));
    let tensor = &types().tensor.dict;
    for def in all() {
        for name in std::iter::once(&def.name).chain(def.aliases) {
            let name: &'static str = name;
            let has_function = def.forms.has(Forms::FUNCTION) && !ABSENT.contains(&name);
            let has_method = def.forms.has(Forms::METHOD) && !ABSENT.contains(&format!(".{name}").as_str());
            if let Some((module, bare)) = belongs(modules, name) {
                if def.forms != Forms::HIDDEN {
                    bind(module, bare, def, call_function);
                }
                continue;
            }
            if has_function {
                bind(&modules.torch, name, def, call_function);
            }
            if def.forms.has(Forms::NN_INPLACE) {
                bind_with_inplace(&modules.functional, name, def);
            } else if def.forms.has(Forms::NN) {
                bind(&modules.functional, name, def, call_function);
            }
            if def.forms.has(Forms::LINALG) {
                bind(&modules.linalg, name, def, call_function);
            }
            if def.forms.has(Forms::SPECIAL) {
                bind(&modules.special, name, def, call_function);
            }
            if has_method {
                let native =
                    Native::new("torch", name, def.signature, def.doc, call_method).of_type("Tensor").with_data(def);
                tensor.set_name(&intern(name), native.value());
            }
            if def.forms.has(Forms::INPLACE) || def.forms.has(Forms::FUNCTION_INPLACE) {
                let inplace = intern(&format!("{name}_"));
                // Names live as long as the table: leaking them once per thread is what a static would do.
                let leaked: &'static str = Box::leak(inplace.as_str().into());
                let native =
                    Native::new("torch", leaked, def.signature, def.doc, call_inplace).of_type("Tensor").with_data(def);
                if !ABSENT.contains(&format!(".{inplace}").as_str()) {
                    tensor.set_name(&inplace, native.value());
                }
                if def.forms.has(Forms::FUNCTION_INPLACE) && !ABSENT.contains(&leaked) {
                    bind(&modules.torch, leaked, def, call_inplace);
                }
            }
        }
    }
}
