//! The built-in classes, and the class of every value.

use super::class::{Class, Kind};
use super::sequence::TupleKind;
use super::value::Value;
use crate::array::DType;
use std::cell::RefCell;
use std::rc::Rc;

macro_rules! classes {
    ($($field:ident: $name:literal in $module:literal ($($base:ident),*) $kind:ident;)*) => {
        /// The built-in classes.
        #[allow(missing_docs)]
        pub struct Types { $(pub $field: Rc<Class>),* }

        impl Types {
            fn build() -> Types {
                $(let $field = Class::builtin($name, $module, &[$(&$base),*], Kind::$kind);)*
                Types { $($field),* }
            }

            /// All of them.
            pub fn all(&self) -> Vec<Rc<Class>> {
                vec![$(self.$field.clone()),*]
            }
        }
    };
}

classes! {
    object: "object" in "builtins" () Object;
    type_: "type" in "builtins" (object) Builtin;
    none: "NoneType" in "builtins" (object) Builtin;
    not_implemented: "NotImplementedType" in "builtins" (object) Builtin;
    ellipsis: "ellipsis" in "builtins" (object) Builtin;
    int: "int" in "builtins" (object) Builtin;
    bool: "bool" in "builtins" (int) Builtin;
    float: "float" in "builtins" (object) Builtin;
    complex: "complex" in "builtins" (object) Builtin;
    str: "str" in "builtins" (object) Builtin;
    bytes: "bytes" in "builtins" (object) Builtin;
    tuple: "tuple" in "builtins" (object) Builtin;
    size: "Size" in "torch" (tuple) Builtin;
    list: "list" in "builtins" (object) Builtin;
    dict: "dict" in "builtins" (object) Builtin;
    set: "set" in "builtins" (object) Builtin;
    frozenset: "frozenset" in "builtins" (object) Builtin;
    range: "range" in "builtins" (object) Builtin;
    slice: "slice" in "builtins" (object) Builtin;
    function: "function" in "builtins" (object) Builtin;
    builtin: "builtin_function_or_method" in "builtins" (object) Builtin;
    method: "method" in "builtins" (object) Builtin;
    method_descriptor: "method_descriptor" in "builtins" (object) Builtin;
    module: "module" in "builtins" (object) Builtin;
    generator: "generator" in "builtins" (object) Builtin;
    iterator: "iterator" in "builtins" (object) Builtin;
    cell: "cell" in "builtins" (object) Builtin;
    property: "property" in "builtins" (object) Builtin;
    staticmethod: "staticmethod" in "builtins" (object) Builtin;
    classmethod: "classmethod" in "builtins" (object) Builtin;
    super_: "super" in "builtins" (object) Object;
    dtype: "dtype" in "torch" (object) Builtin;
    tensor: "Tensor" in "torch" (object) Builtin;
    parameter: "Parameter" in "torch.nn.parameter" (tensor) Builtin;
    ndarray: "ndarray" in "numpy" (object) Builtin;
    np_generic: "generic" in "numpy" (object) Builtin;
    np_number: "number" in "numpy" (np_generic) Builtin;
    np_integer: "integer" in "numpy" (np_number) Builtin;
    np_floating: "floating" in "numpy" (np_number) Builtin;
    np_float64: "float64" in "numpy" (np_floating, float) Builtin;
    np_float32: "float32" in "numpy" (np_floating) Builtin;
    np_float16: "float16" in "numpy" (np_floating) Builtin;
    np_int64: "int64" in "numpy" (np_integer) Builtin;
    np_int32: "int32" in "numpy" (np_integer) Builtin;
    np_int16: "int16" in "numpy" (np_integer) Builtin;
    np_int8: "int8" in "numpy" (np_integer) Builtin;
    np_uint8: "uint8" in "numpy" (np_integer) Builtin;
    np_bool: "bool" in "numpy" (np_generic) Builtin;
    base_exception: "BaseException" in "builtins" (object) Exception;
    system_exit: "SystemExit" in "builtins" (base_exception) Exception;
    keyboard_interrupt: "KeyboardInterrupt" in "builtins" (base_exception) Exception;
    generator_exit: "GeneratorExit" in "builtins" (base_exception) Exception;
    exception: "Exception" in "builtins" (base_exception) Exception;
    arithmetic_error: "ArithmeticError" in "builtins" (exception) Exception;
    floating_point_error: "FloatingPointError" in "builtins" (arithmetic_error) Exception;
    overflow_error: "OverflowError" in "builtins" (arithmetic_error) Exception;
    zero_division_error: "ZeroDivisionError" in "builtins" (arithmetic_error) Exception;
    assertion_error: "AssertionError" in "builtins" (exception) Exception;
    attribute_error: "AttributeError" in "builtins" (exception) Exception;
    eof_error: "EOFError" in "builtins" (exception) Exception;
    import_error: "ImportError" in "builtins" (exception) Exception;
    module_not_found_error: "ModuleNotFoundError" in "builtins" (import_error) Exception;
    lookup_error: "LookupError" in "builtins" (exception) Exception;
    index_error: "IndexError" in "builtins" (lookup_error) Exception;
    key_error: "KeyError" in "builtins" (lookup_error) Exception;
    memory_error: "MemoryError" in "builtins" (exception) Exception;
    name_error: "NameError" in "builtins" (exception) Exception;
    unbound_local_error: "UnboundLocalError" in "builtins" (name_error) Exception;
    os_error: "OSError" in "builtins" (exception) Exception;
    file_exists_error: "FileExistsError" in "builtins" (os_error) Exception;
    file_not_found_error: "FileNotFoundError" in "builtins" (os_error) Exception;
    is_a_directory_error: "IsADirectoryError" in "builtins" (os_error) Exception;
    not_a_directory_error: "NotADirectoryError" in "builtins" (os_error) Exception;
    permission_error: "PermissionError" in "builtins" (os_error) Exception;
    runtime_error: "RuntimeError" in "builtins" (exception) Exception;
    internal_error: "InternalError" in "builtins" (runtime_error) Exception;
    not_implemented_error: "NotImplementedError" in "builtins" (runtime_error) Exception;
    recursion_error: "RecursionError" in "builtins" (runtime_error) Exception;
    lin_alg_error: "_LinAlgError" in "torch" (runtime_error) Exception;
    stop_iteration: "StopIteration" in "builtins" (exception) Exception;
    syntax_error: "SyntaxError" in "builtins" (exception) Exception;
    indentation_error: "IndentationError" in "builtins" (syntax_error) Exception;
    tab_error: "TabError" in "builtins" (indentation_error) Exception;
    type_error: "TypeError" in "builtins" (exception) Exception;
    value_error: "ValueError" in "builtins" (exception) Exception;
    unicode_error: "UnicodeError" in "builtins" (value_error) Exception;
    unicode_decode_error: "UnicodeDecodeError" in "builtins" (unicode_error) Exception;
    unicode_encode_error: "UnicodeEncodeError" in "builtins" (unicode_error) Exception;
    axis_error: "AxisError" in "numpy.exceptions" (value_error, index_error) Exception;
    np_lin_alg_error: "LinAlgError" in "numpy.linalg" (value_error) Exception;
    ufunc_type_error: "UFuncTypeError" in "numpy._core._exceptions" (type_error) Exception;
    warning: "Warning" in "builtins" (exception) Exception;
    user_warning: "UserWarning" in "builtins" (warning) Exception;
    deprecation_warning: "DeprecationWarning" in "builtins" (warning) Exception;
    syntax_warning: "SyntaxWarning" in "builtins" (warning) Exception;
    future_warning: "FutureWarning" in "builtins" (warning) Exception;
    runtime_warning: "RuntimeWarning" in "builtins" (warning) Exception;
}

impl Types {
    /// The class of NumPy's scalars of a dtype.
    pub fn np_scalar(&self, dtype: DType) -> &Rc<Class> {
        match dtype {
            DType::Bool => &self.np_bool,
            DType::U8 => &self.np_uint8,
            DType::I8 => &self.np_int8,
            DType::I16 => &self.np_int16,
            DType::I32 => &self.np_int32,
            DType::I64 => &self.np_int64,
            DType::F16 | DType::BF16 => &self.np_float16,
            DType::F32 => &self.np_float32,
            DType::F64 => &self.np_float64,
        }
    }
}

thread_local! {
    static TYPES: &'static Types = Box::leak(Box::new(Types::build()));
}

/// The built-in classes of this thread.
#[inline]
pub fn types() -> &'static Types {
    TYPES.with(|t| *t)
}

thread_local! {
    static ITERATORS: RefCell<Vec<(&'static str, Rc<Class>)>> = const { RefCell::new(Vec::new()) };
}

/// The class of the iterators of a name: `list_iterator`, `zip`; made when it is first asked for.
pub fn iterator_class(name: &'static str) -> Rc<Class> {
    let known = ITERATORS.with_borrow(|all| all.iter().find(|(n, _)| *n == name).map(|(_, c)| c.clone()));
    known.unwrap_or_else(|| {
        let module = match name {
            "count"
            | "cycle"
            | "repeat"
            | "chain"
            | "islice"
            | "product"
            | "permutations"
            | "combinations"
            | "combinations_with_replacement"
            | "accumulate"
            | "groupby"
            | "takewhile"
            | "dropwhile"
            | "starmap"
            | "zip_longest"
            | "compress"
            | "filterfalse"
            | "pairwise"
            | "_tee" => "itertools",
            _ => "builtins",
        };
        let class = Class::builtin(name, module, &[&types().iterator], Kind::Builtin);
        ITERATORS.with_borrow_mut(|all| all.push((name, class.clone())));
        class
    })
}

/// The class of a value.
pub fn class_of(value: &Value) -> Rc<Class> {
    match built_in_class(value) {
        Some(class) => class.clone(),
        None => own_class(value),
    }
}

/// The class of a value of a built-in type; `None` for values that carry their class with them.
#[inline]
pub fn built_in_class(value: &Value) -> Option<&'static Rc<Class>> {
    let t = types();
    Some(match value {
        Value::Undef | Value::None => &t.none,
        Value::NotImplemented => &t.not_implemented,
        Value::Ellipsis => &t.ellipsis,
        Value::Bool(_) => &t.bool,
        Value::Int(_) | Value::Big(_) => &t.int,
        Value::Float(_) => &t.float,
        Value::DType(_) => &t.dtype,
        Value::Str(_) => &t.str,
        Value::Tuple(tuple) => match &tuple.kind {
            TupleKind::Plain => &t.tuple,
            TupleKind::Size => &t.size,
            TupleKind::Named(_) => return None,
        },
        Value::List(_) => &t.list,
        Value::Dict(_) => &t.dict,
        Value::Set(s) => {
            if s.frozen {
                &t.frozenset
            } else {
                &t.set
            }
        }
        Value::Range(_) => &t.range,
        Value::Slice(_) => &t.slice,
        Value::Tensor(x) => {
            if x.class().is_some() {
                return None;
            }
            if x.is_parameter() { &t.parameter } else { &t.tensor }
        }
        Value::Array(a) => {
            if a.is_scalar {
                return None;
            } else {
                &t.ndarray
            }
        }
        Value::Function(_) => &t.function,
        Value::Native(n) => {
            if n.owner.is_some() {
                &t.method_descriptor
            } else {
                &t.builtin
            }
        }
        Value::Method(m) => {
            if matches!(m.function, Value::Native(_)) {
                &t.builtin
            } else {
                &t.method
            }
        }
        Value::Class(c) if c.meta.get().is_some() => return None,
        Value::Class(_) => &t.type_,
        Value::Object(_) | Value::Iter(_) => return None,
        Value::Module(_) => &t.module,
        Value::Generator(_) => &t.generator,
        Value::Descriptor(d) => match &**d {
            super::class::Descriptor::Property { .. } | super::class::Descriptor::GetSet(_) => &t.property,
            super::class::Descriptor::Static(_) => &t.staticmethod,
            super::class::Descriptor::ClassMethod(_) => &t.classmethod,
        },
        Value::Cell(_) => &t.cell,
    })
}

/// The class that a value carries with it.
fn own_class(value: &Value) -> Rc<Class> {
    let t = types();
    match value {
        Value::Tuple(tuple) => match &tuple.kind {
            TupleKind::Named(named) => named.class.borrow().clone(),
            _ => None,
        }
        .unwrap_or_else(|| t.tuple.clone()),
        Value::Tensor(x) => x.class().and_then(|c| c.downcast::<Class>().ok()).unwrap_or_else(|| t.tensor.clone()),
        Value::Array(a) => t.np_scalar(a.array.borrow().dtype).clone(),
        Value::Class(class) => class.meta.get().unwrap_or(&t.type_).clone(),
        Value::Object(object) => object.class(),
        Value::Iter(iterator) => iterator_class(iterator.type_name),
        _ => t.object.clone(),
    }
}
