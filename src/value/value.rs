//! The value: what every variable, element and register holds.

use super::class::{Class, Descriptor, Instance, Method};
use super::dict::{Dict, Set};
use super::function::{Function, Native};
use super::iter::Iter;
use super::module::Module;
use super::sequence::{List, Range, Slice, Tuple, TupleKind};
use super::text::{Name, Str};
use crate::array::{Array, DType, Scalar};
use crate::tensor::Tensor;
use num_bigint::BigInt;
use num_complex::Complex64;
use num_traits::ToPrimitive;
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// A value of the language.
#[derive(Clone, Default)]
#[allow(missing_docs)]
pub enum Value {
    /// No value: an unbound variable, an argument that was not given. Never visible to the program.
    #[default]
    Undef,
    None,
    NotImplemented,
    Ellipsis,
    Bool(bool),
    Int(i64),
    Float(f64),
    DType(DType),
    /// An integer beyond a machine word; never one that fits.
    Big(Rc<BigInt>),
    Complex(Rc<Complex64>),
    Str(Rc<Str>),
    Tuple(Rc<Tuple>),
    List(Rc<List>),
    Dict(Rc<Dict>),
    Set(Rc<Set>),
    Range(Rc<Range>),
    Slice(Rc<Slice>),
    Tensor(Tensor),
    Array(Rc<NdArray>),
    Function(Rc<Function>),
    Native(Rc<Native>),
    Method(Rc<Method>),
    Class(Rc<Class>),
    Object(Rc<Instance>),
    Module(Rc<Module>),
    Iter(Rc<Iter>),
    Generator(Rc<Generator>),
    Descriptor(Rc<Descriptor>),
    /// A variable shared by closures. Never visible to the program.
    Cell(Rc<RefCell<Value>>),
}

const _: () = assert!(size_of::<Value>() == 16);

/// A NumPy array or scalar: no gradients, an array of its own.
pub struct NdArray {
    /// The elements.
    pub array: RefCell<Array>,
    /// Whether it is a scalar (`np.float64`), which prints and computes as a number.
    pub is_scalar: bool,
}

/// A suspended function; its frame belongs to whoever runs code.
pub struct Generator {
    /// The function's name.
    pub name: Name,
    /// The suspended frame; `None` while it runs and when it has ended.
    pub frame: RefCell<Option<Box<dyn Any>>>,
    /// Whether it has ended.
    pub done: Cell<bool>,
}

impl Value {
    /// Whether it owns nothing: such values are dropped by forgetting them.
    #[inline(always)]
    pub fn is_plain(&self) -> bool {
        matches!(
            self,
            Value::Undef
                | Value::None
                | Value::NotImplemented
                | Value::Ellipsis
                | Value::Bool(_)
                | Value::Int(_)
                | Value::Float(_)
                | Value::DType(_)
        )
    }

    /// Replaces a value in place; what owns nothing costs no call to drop.
    ///
    /// Numbers are written field by field: a value that is put together in memory and then copied as a whole waits for
    /// its parts to leave the store buffer, which costs more than the arithmetic.
    #[inline(always)]
    pub fn put(place: &mut Value, value: Value) {
        match value {
            Value::Int(i) => Value::put_int(place, i),
            Value::Float(f) => Value::put_float(place, f),
            Value::Bool(b) => Value::put_bool(place, b),
            other => Value::put_new(place, other),
        }
    }

    /// Replaces a value by an int.
    #[inline(always)]
    pub fn put_int(place: &mut Value, value: i64) {
        match place {
            plain if plain.is_plain() => std::mem::forget(std::mem::replace(plain, Value::Int(value))),
            other => *other = Value::Int(value),
        }
    }

    /// Replaces a value by a float.
    #[inline(always)]
    pub fn put_float(place: &mut Value, value: f64) {
        match place {
            plain if plain.is_plain() => std::mem::forget(std::mem::replace(plain, Value::Float(value))),
            other => *other = Value::Float(value),
        }
    }

    /// Replaces a value by a bool.
    #[inline(always)]
    pub fn put_bool(place: &mut Value, value: bool) {
        match place {
            plain if plain.is_plain() => std::mem::forget(std::mem::replace(plain, Value::Bool(value))),
            other => *other = Value::Bool(value),
        }
    }

    /// Replaces a value by a clone of another.
    #[inline(always)]
    pub fn put_copy(place: &mut Value, value: &Value) {
        // Numbers and functions are told apart one by one: they are most of what moves, and need no table of jumps.
        match value {
            Value::Int(i) => return Value::put_int(place, *i),
            Value::Float(f) => return Value::put_float(place, *f),
            Value::Function(f) => return Value::put_new(place, Value::Function(f.clone())),
            _ => {}
        }
        // Each kind in line, so that the clone is written to its place and not to a temporary first.
        macro_rules! shared {
            ($($kind:ident)*) => {
                match value {
                    Value::Bool(b) => Value::put_bool(place, *b),
                    $(Value::$kind(rc) => Value::put_new(place, Value::$kind(rc.clone())),)*
                    other => Value::put_new(place, other.clone()),
                }
            };
        }
        shared!(Native Tensor Str List Tuple Dict Object Class Module)
    }

    /// [`Value::put_copy`] out of line.
    #[inline(never)]
    pub(super) fn put_copy_of_any(place: &mut Value, value: &Value) {
        Value::put_copy(place, value);
    }

    /// Replaces a value by one that is no number.
    #[inline(always)]
    pub(super) fn put_new(place: &mut Value, value: Value) {
        if place.is_plain() {
            std::mem::forget(std::mem::replace(place, value));
        } else {
            *place = value;
        }
    }

    /// Moves a value to another place; `Undef` stays behind.
    #[inline(always)]
    pub fn put_taken(place: &mut Value, from: &mut Value) {
        match from {
            Value::Int(i) => Value::put_int(place, *i),
            Value::Float(f) => Value::put_float(place, *f),
            Value::Bool(b) => Value::put_bool(place, *b),
            other => Value::put_new(place, std::mem::take(other)),
        }
    }

    /// A clone, with the common cases in line.
    #[inline(always)]
    pub fn copied(&self) -> Value {
        match self {
            Value::Int(i) => Value::Int(*i),
            Value::Float(f) => Value::Float(*f),
            Value::Bool(b) => Value::Bool(*b),
            Value::None => Value::None,
            other => other.clone(),
        }
    }

    /// A string.
    pub fn str(text: impl Into<compact_str::CompactString>) -> Value {
        Value::Str(Str::new(text))
    }

    /// A plain tuple.
    pub fn tuple(items: impl IntoIterator<Item = Value>) -> Value {
        Value::Tuple(Tuple::new(TupleKind::Plain, items))
    }

    /// A list.
    pub fn list(items: Vec<Value>) -> Value {
        Value::List(List::new(items))
    }

    /// A `torch.Size`.
    pub fn size(sizes: &[usize]) -> Value {
        Value::Tuple(Tuple::new(TupleKind::Size, sizes.iter().map(|&n| Value::Int(n as i64))))
    }

    /// A tensor without gradient.
    pub fn tensor(array: Array) -> Value {
        Value::Tensor(Tensor::new(array))
    }

    /// An integer of any size, in its shortest form.
    pub fn big(value: BigInt) -> Value {
        match value.to_i64() {
            Some(small) => Value::Int(small),
            None => Value::Big(Rc::new(value)),
        }
    }

    /// A complex number.
    pub fn complex(re: f64, im: f64) -> Value {
        Value::Complex(Rc::new(Complex64::new(re, im)))
    }

    /// A number.
    pub fn scalar(scalar: Scalar) -> Value {
        match scalar {
            Scalar::Bool(b) => Value::Bool(b),
            Scalar::Int(i) => Value::Int(i),
            Scalar::Float(f) => Value::Float(f),
            Scalar::Complex(z) => Value::Complex(Rc::new(z)),
        }
    }

    /// The number, when it is a bool, a machine-word int or a float.
    #[inline]
    pub fn as_scalar(&self) -> Option<Scalar> {
        match self {
            Value::Bool(b) => Some(Scalar::Bool(*b)),
            Value::Int(i) => Some(Scalar::Int(*i)),
            Value::Float(f) => Some(Scalar::Float(*f)),
            Value::Array(a) if a.is_scalar => a.array.borrow().item(),
            Value::Big(b) => b.to_f64().map(Scalar::Float),
            Value::Complex(z) => Some(Scalar::Complex(**z)),
            _ => None,
        }
    }

    /// The text of a string.
    #[inline]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Str(s) => Some(s),
            _ => None,
        }
    }

    /// The integer of an int or bool.
    #[inline]
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Value::Int(i) => Some(*i),
            Value::Bool(b) => Some(*b as i64),
            _ => None,
        }
    }

    /// Whether it is `None`.
    #[inline]
    pub fn is_none(&self) -> bool {
        matches!(self, Value::None)
    }

    /// Whether it is no value.
    #[inline]
    pub fn is_undef(&self) -> bool {
        matches!(self, Value::Undef)
    }

    /// The value, or `None` when there is none.
    pub fn defined(self) -> Option<Value> {
        if self.is_undef() { None } else { Some(self) }
    }

    /// Whether both are the same object (`is`).
    pub fn is(&self, other: &Value) -> bool {
        use Value::*;
        match (self, other) {
            (Undef, Undef) | (None, None) | (NotImplemented, NotImplemented) | (Ellipsis, Ellipsis) => true,
            (Bool(a), Bool(b)) => a == b,
            (Int(a), Int(b)) => a == b,
            (Float(a), Float(b)) => a.to_bits() == b.to_bits(),
            (DType(a), DType(b)) => a == b,
            (Str(a), Str(b)) => Rc::ptr_eq(a, b) || (a.len() <= 20 && a == b),
            (Tuple(a), Tuple(b)) => Rc::ptr_eq(a, b) || (a.is_empty() && b.is_empty()),
            (Tensor(a), Tensor(b)) => a.is(b),
            (Native(a), Native(b)) => Rc::ptr_eq(a, b),
            _ => match (self.address(), other.address()) {
                (Some(a), Some(b)) => a == b,
                _ => false,
            },
        }
    }

    /// The address of the object, for values that have one.
    pub fn address(&self) -> Option<usize> {
        fn at<T: ?Sized>(rc: &Rc<T>) -> Option<usize> {
            Some(Rc::as_ptr(rc) as *const u8 as usize)
        }
        match self {
            Value::Big(r) => at(r),
            Value::Complex(r) => at(r),
            Value::Str(r) => at(r),
            Value::Tuple(r) => at(r),
            Value::List(r) => at(r),
            Value::Dict(r) => at(r),
            Value::Set(r) => at(r),
            Value::Range(r) => at(r),
            Value::Slice(r) => at(r),
            Value::Tensor(t) => Some(t.id()),
            Value::Array(r) => at(r),
            Value::Function(r) => at(r),
            Value::Native(r) => at(r),
            Value::Method(r) => at(r),
            Value::Class(r) => at(r),
            Value::Object(r) => at(r),
            Value::Module(r) => at(r),
            Value::Iter(r) => at(r),
            Value::Generator(r) => at(r),
            Value::Descriptor(r) => at(r),
            Value::Cell(r) => at(r),
            _ => None,
        }
    }
}

impl NdArray {
    /// An array.
    pub fn new(array: Array) -> Rc<NdArray> {
        Rc::new(NdArray { array: RefCell::new(array), is_scalar: false })
    }

    /// A scalar, from a 0-d array.
    pub fn scalar(array: Array) -> Rc<NdArray> {
        Rc::new(NdArray { array: RefCell::new(array), is_scalar: true })
    }
}

impl From<Tensor> for Value {
    fn from(t: Tensor) -> Value {
        Value::Tensor(t)
    }
}
impl From<&Tensor> for Value {
    fn from(t: &Tensor) -> Value {
        Value::Tensor(t.clone())
    }
}
impl From<bool> for Value {
    fn from(b: bool) -> Value {
        Value::Bool(b)
    }
}
impl From<i64> for Value {
    fn from(i: i64) -> Value {
        Value::Int(i)
    }
}
impl From<i32> for Value {
    fn from(i: i32) -> Value {
        Value::Int(i as i64)
    }
}
impl From<usize> for Value {
    fn from(i: usize) -> Value {
        Value::Int(i as i64)
    }
}
impl From<f64> for Value {
    fn from(f: f64) -> Value {
        Value::Float(f)
    }
}
impl From<&str> for Value {
    fn from(s: &str) -> Value {
        Value::str(s)
    }
}
impl From<String> for Value {
    fn from(s: String) -> Value {
        Value::str(s)
    }
}
impl From<DType> for Value {
    fn from(d: DType) -> Value {
        Value::DType(d)
    }
}
impl From<Scalar> for Value {
    fn from(s: Scalar) -> Value {
        Value::scalar(s)
    }
}
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(v: Option<T>) -> Value {
        v.map_or(Value::None, Into::into)
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Undef => write!(f, "undef"),
            Value::None => write!(f, "None"),
            Value::NotImplemented => write!(f, "NotImplemented"),
            Value::Ellipsis => write!(f, "..."),
            Value::Bool(b) => write!(f, "{b}"),
            Value::Int(i) => write!(f, "{i}"),
            Value::Float(x) => write!(f, "{x:?}"),
            Value::DType(d) => write!(f, "torch.{}", d.name()),
            Value::Big(b) => write!(f, "{b}"),
            Value::Str(s) => write!(f, "{s:?}"),
            Value::Tuple(t) => f.debug_list().entries(t.iter()).finish(),
            Value::Tensor(t) => write!(f, "{t:?}"),
            other => write!(f, "<{}>", super::types::class_of(other).name),
        }
    }
}
