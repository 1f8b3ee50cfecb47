//! The module `warnings`.

use super::super::bind::bind;
use super::super::classes::extra;
use super::super::convert::{raise, unwrapped};
use super::super::table::{Def, add_functions, add_methods};
use crate::diag::{Fault, Result};
use crate::value::{Args, Caller, Class, Instance, Module, Native, Value, intern, types};
use std::cell::RefCell;
use std::rc::Rc;

static FUNCTIONS: [Def; 4] = [
    Def(
        "warn",
        "message, category=None, stacklevel=1, source=None",
        "Issue a warning, or ignore it, or raise it.",
        warn,
    ),
    Def(
        "filterwarnings",
        "action, message='', category=None, module='', lineno=0, append=False",
        "Insert an entry into the list of warnings filters.",
        |n, c, args| {
            let a = bind(n, args)?;
            add_filter(&a[0], &a[1], &a[2], c)
        },
    ),
    Def(
        "simplefilter",
        "action, category=None, lineno=0, append=False",
        "Insert a simple entry into the list of warnings filters.",
        |n, c, args| {
            let a = bind(n, args)?;
            add_filter(&a[0], &Value::str(""), &a[1], c)
        },
    ),
    Def("resetwarnings", "", "Clear the list of warning filters.", |n, _, args| {
        bind(n, args)?;
        STATE.with_borrow_mut(|s| s.filters.clear());
        Ok(Value::None)
    }),
];

/// What to do with a kind of warning.
#[derive(Clone)]
struct Filter {
    action: String,
    message: String,
    category: Rc<Class>,
}

#[derive(Default)]
struct State {
    filters: Vec<Filter>,
    /// Lists that record warnings instead of showing them, innermost last.
    recorders: Vec<Option<Value>>,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

fn action_for(category: &Rc<Class>, message: &str) -> Option<String> {
    STATE.with_borrow(|s| {
        let fits = |f: &&Filter| {
            category.is_subclass(&f.category)
                && message.to_lowercase().starts_with(&f.message.trim_start_matches(".*").to_lowercase())
        };
        s.filters.iter().rev().find(fits).map(|f| f.action.clone())
    })
}

/// The module.
pub fn build() -> Rc<Module> {
    let module = Module::new("warnings");
    *module.doc.borrow_mut() = "Warnings.".into();
    add_functions(&module, "warnings", &FUNCTIONS);
    let class = &extra().catch_warnings;
    add_methods(class, "catch_warnings", &CATCH);
    class.construct.set(Some(construct));
    module.set("catch_warnings", Value::Class(class.clone()));
    module
}

fn add_filter(action: &Value, message: &Value, category: &Value, caller: &mut dyn Caller) -> Result<Value> {
    let action = caller.str(action)?;
    if !["default", "error", "ignore", "always", "module", "once"].contains(&action.as_str()) {
        return Err(raise(&types().assertion_error, format!("invalid action: '{action}'")));
    }
    let category = match category {
        Value::Class(c) => c.clone(),
        _ => types().warning.clone(),
    };
    let message = caller.str(message)?;
    STATE.with_borrow_mut(|s| s.filters.push(Filter { action, message, category }));
    Ok(Value::None)
}

fn warn(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let (message, category) = match (&a[0], &a[1]) {
        (warning @ Value::Object(o), _) if o.class().is_subclass(&types().warning) => (caller.str(warning)?, o.class()),
        (message, Value::Class(c)) => (caller.str(message)?, c.clone()),
        (message, Value::None) => (caller.str(message)?, types().user_warning.clone()),
        (_, other) => {
            let got = crate::value::protocol::class_name(other);
            return Err(Fault::type_error(format!("category must be a Warning subclass, not '{got}'")));
        }
    };
    if issue(&category, &message, caller)? {
        caller.warn(&category.name, &message)?;
    }
    Ok(Value::None)
}

/// Puts a warning through the filters; whether it is to be shown.
///
/// Errors: the warning itself, where a filter turns it into an exception.
pub fn issue(category: &Rc<Class>, message: &str, caller: &mut dyn Caller) -> Result<bool> {
    match action_for(category, message).as_deref() {
        Some("ignore") => return Ok(false),
        Some("error") => return Err(raise(category, message)),
        _ => {}
    }
    let recorder = STATE.with_borrow(|s| s.recorders.last().cloned().flatten());
    if let Some(Value::List(list)) = recorder {
        let record = Instance::new(extra().simple_namespace.clone());
        let warning = caller.call(&Value::Class(category.clone()), Args::of(&[Value::str(message)]))?;
        record.dict.set_name(&intern("message"), warning);
        record.dict.set_name(&intern("category"), Value::Class(category.clone()));
        record.dict.set_name(&intern("filename"), Value::str("<input>"));
        record.dict.set_name(&intern("lineno"), Value::Int(1));
        list.borrow_mut().push(Value::Object(record));
        return Ok(false);
    }
    Ok(true)
}

fn construct(_: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let object = Instance::new(extra().catch_warnings.clone());
    for (name, value) in args.keywords() {
        object.dict.set_name(name, value.clone());
    }
    Ok(Value::Object(object))
}

static CATCH: [Def; 2] = [
    Def("__enter__", "self, /", "Save the filters; record warnings where that was asked for.", |n, c, args| {
        let a = bind(n, args)?;
        let Value::Object(object) = &*unwrapped(&a[0]) else { return Ok(Value::None) };
        let record = match object.dict.get_str("record") {
            Some(record) => c.truth(&record)?,
            None => false,
        };
        let recorder = record.then(|| Value::list(Vec::new()));
        let filters = STATE.with_borrow_mut(|s| {
            s.recorders.push(recorder.clone());
            s.filters.clone()
        });
        *object.payload.borrow_mut() = crate::value::Payload::Native(Rc::new(filters));
        if let Some(action) = object.dict.get_str("action").filter(|v| !v.is_none()) {
            let category = object.dict.get_str("category").unwrap_or(Value::None);
            add_filter(&action, &Value::str(""), &category, c)?;
        }
        Ok(recorder.unwrap_or(Value::None))
    }),
    Def("__exit__", "self, /, *args", "Restore the filters.", |n, _, args| {
        let a = bind(n, args)?;
        if let Value::Object(object) = &a[0]
            && let Some(filters) = object.native_payload::<Vec<Filter>>()
        {
            STATE.with_borrow_mut(|s| {
                s.filters = (*filters).clone();
                s.recorders.pop();
            });
        }
        Ok(Value::None)
    }),
];
