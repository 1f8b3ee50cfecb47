//! The element types, their promotion, and scalars.

use half::{bf16, f16};
use num_complex::{Complex, Complex64};
use std::cell::Cell;

/// The type of an array's elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
#[repr(u8)]
pub enum DType {
    Bool,
    U8,
    I8,
    I16,
    I32,
    I64,
    F16,
    BF16,
    F32,
    F64,
    C64,
    C128,
}

/// The rank of a type in promotion: a wider category always wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Category {
    Bool,
    Int,
    Float,
    Complex,
}

use DType::*;

thread_local! {
    static DEFAULT: Cell<DType> = const { Cell::new(F32) };
}

/// The dtype of new float arrays, which also prints without its name.
#[inline]
pub fn default_dtype() -> DType {
    DEFAULT.get()
}

/// Sets the dtype of new float arrays.
pub fn set_default_dtype(dtype: DType) {
    DEFAULT.set(dtype);
}

impl DType {
    /// All types, in promotion order.
    pub const ALL: [DType; 12] = [Bool, U8, I8, I16, I32, I64, F16, BF16, F32, F64, C64, C128];

    /// Python's name without the module: `float32`.
    pub const fn name(self) -> &'static str {
        match self {
            Bool => "bool",
            U8 => "uint8",
            I8 => "int8",
            I16 => "int16",
            I32 => "int32",
            I64 => "int64",
            F16 => "float16",
            BF16 => "bfloat16",
            F32 => "float32",
            F64 => "float64",
            C64 => "complex64",
            C128 => "complex128",
        }
    }

    /// The short name of annotations: `f32`.
    pub const fn short(self) -> &'static str {
        match self {
            Bool => "bool",
            U8 => "u8",
            I8 => "i8",
            I16 => "i16",
            I32 => "i32",
            I64 => "i64",
            F16 => "f16",
            BF16 => "bf16",
            F32 => "f32",
            F64 => "f64",
            C64 => "c64",
            C128 => "c128",
        }
    }

    /// The name in PyTorch's C++ messages: `Float`, `Long`.
    pub const fn scalar_type(self) -> &'static str {
        match self {
            Bool => "Bool",
            U8 => "Byte",
            I8 => "Char",
            I16 => "Short",
            I32 => "Int",
            I64 => "Long",
            F16 => "Half",
            BF16 => "BFloat16",
            F32 => "Float",
            F64 => "Double",
            C64 => "ComplexFloat",
            C128 => "ComplexDouble",
        }
    }

    /// The name in the messages of matrix products: `float`, `long int`.
    pub const fn c_name(self) -> &'static str {
        match self {
            Bool => "bool",
            U8 => "unsigned char",
            I8 => "signed char",
            I16 => "short int",
            I32 => "int",
            I64 => "long int",
            F16 => "c10::Half",
            BF16 => "c10::BFloat16",
            F32 => "float",
            F64 => "double",
            C64 => "c10::complex<float>",
            C128 => "c10::complex<double>",
        }
    }

    /// Bytes per element.
    pub const fn size(self) -> usize {
        match self {
            Bool | U8 | I8 => 1,
            I16 | F16 | BF16 => 2,
            I32 | F32 => 4,
            I64 | F64 | C64 => 8,
            C128 => 16,
        }
    }

    /// Its category.
    pub const fn category(self) -> Category {
        match self {
            Bool => Category::Bool,
            U8 | I8 | I16 | I32 | I64 => Category::Int,
            F16 | BF16 | F32 | F64 => Category::Float,
            C64 | C128 => Category::Complex,
        }
    }

    /// Whether it is a floating-point type.
    pub const fn is_float(self) -> bool {
        matches!(self, F16 | BF16 | F32 | F64)
    }

    /// Whether it is a complex type.
    pub const fn is_complex(self) -> bool {
        matches!(self, C64 | C128)
    }

    /// Whether it can carry a gradient: floating-point and complex types.
    pub const fn is_differentiable(self) -> bool {
        self.is_float() || self.is_complex()
    }

    /// The complex type of such parts; a complex type itself.
    pub const fn to_complex(self) -> DType {
        match self {
            F64 | C128 => C128,
            _ => C64,
        }
    }

    /// The type of a complex type's parts; any other type itself.
    pub const fn to_real(self) -> DType {
        match self {
            C64 => F32,
            C128 => F64,
            real => real,
        }
    }

    /// Whether it is an integer type; bool is not.
    pub const fn is_int(self) -> bool {
        matches!(self, U8 | I8 | I16 | I32 | I64)
    }

    /// The type of the result when dimensioned tensors of both types meet (torch.promote_types).
    pub fn promote(self, other: DType) -> DType {
        if self == other {
            return self;
        }
        let (low, high) = if self < other { (self, other) } else { (other, self) };
        match (low, high) {
            (U8, I8) => I16,
            (F16, BF16) => F32,
            (F64, C64) => C128,
            _ => high,
        }
    }

    /// The type of the name `float32` or its synonyms (`float`, `long`, `half`, ...).
    pub fn from_name(name: &str) -> Option<DType> {
        Some(match name {
            "bool" => Bool,
            "uint8" => U8,
            "int8" => I8,
            "int16" | "short" => I16,
            "int32" | "int" => I32,
            "int64" | "long" => I64,
            "float16" | "half" => F16,
            "bfloat16" => BF16,
            "float32" | "float" => F32,
            "float64" | "double" => F64,
            "complex64" | "cfloat" => C64,
            "complex128" | "cdouble" => C128,
            _ => return None,
        })
    }
}

/// A number without a place: a Python scalar on its way into an array or out of one.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Scalar {
    Bool(bool),
    Int(i64),
    Float(f64),
    Complex(Complex64),
}

impl Scalar {
    /// Its category.
    pub fn category(self) -> Category {
        match self {
            Scalar::Bool(_) => Category::Bool,
            Scalar::Int(_) => Category::Int,
            Scalar::Float(_) => Category::Float,
            Scalar::Complex(_) => Category::Complex,
        }
    }

    /// Its value as a float; the real part of a complex number.
    pub fn as_f64(self) -> f64 {
        match self {
            Scalar::Bool(b) => b as u8 as f64,
            Scalar::Int(i) => i as f64,
            Scalar::Float(f) => f,
            Scalar::Complex(z) => z.re,
        }
    }

    /// Its value as a complex number.
    pub fn as_complex(self) -> Complex64 {
        match self {
            Scalar::Complex(z) => z,
            real => Complex64::new(real.as_f64(), 0.0),
        }
    }

    /// Its value as an integer, truncated.
    pub fn as_i64(self) -> i64 {
        match self {
            Scalar::Bool(b) => b as i64,
            Scalar::Int(i) => i,
            Scalar::Float(f) => f as i64,
            Scalar::Complex(z) => z.re as i64,
        }
    }

    /// Its negative, of a float or complex number; integers as floats.
    pub fn negated(self) -> Scalar {
        match self {
            Scalar::Complex(z) => Scalar::Complex(-z),
            real => Scalar::Float(-real.as_f64()),
        }
    }

    /// Whether it is one, of any kind.
    pub fn is_one(self) -> bool {
        self.as_complex() == Complex64::ONE
    }

    /// Whether it is not zero.
    pub fn as_bool(self) -> bool {
        match self {
            Scalar::Bool(b) => b,
            Scalar::Int(i) => i != 0,
            Scalar::Float(f) => f != 0.0,
            Scalar::Complex(z) => z.re != 0.0 || z.im != 0.0,
        }
    }
}

/// A Rust type that can be an array's element.
pub trait Element: Copy + Send + Sync + PartialEq + Default + std::fmt::Debug + 'static {
    /// Its tag.
    const DTYPE: DType;
    /// The scalar converted as PyTorch converts it (floats truncate, integers wrap).
    fn from_scalar(s: Scalar) -> Self;
    /// Its value as a scalar.
    fn to_scalar(self) -> Scalar;
    /// The value converted from a float.
    fn from_f64(v: f64) -> Self;
    /// Its value as a float; the real part of a complex number.
    fn to_f64(self) -> f64;
    /// The value converted from an integer, wrapping.
    fn from_i64(v: i64) -> Self;
    /// Its value as an integer, truncated; that of the real part of a complex number.
    fn to_i64(self) -> i64;
    /// The sum: integers wrap, bools unite.
    fn plus(self, other: Self) -> Self;
    /// The product: integers wrap, bools intersect.
    fn times(self, other: Self) -> Self;
    /// Whether it is greater; complex numbers have no order, so that none is.
    fn above(self, other: Self) -> bool;
    /// Whether it is less; no complex number is.
    fn below(self, other: Self) -> bool;
    /// Whether it is NaN.
    #[inline(always)]
    fn is_nan(self) -> bool {
        #[allow(clippy::eq_op)]
        {
            self != self
        }
    }
}

/// An element type whose values have an order: all but the complex ones.
pub trait Ordered: Element + PartialOrd {}

impl<T: Element + PartialOrd> Ordered for T {}

/// A float without its fraction, or the smallest integer where it does not fit, as x86 converts.
#[inline(always)]
fn truncate64(v: f64) -> i64 {
    let i = v as i64;
    // Rust saturates; no float is the largest integer, so that one stands for what is too large.
    if i == i64::MAX || v.is_nan() { i64::MIN } else { i }
}

/// The same for 32 bits, which the narrower types are cut from.
#[inline(always)]
fn truncate32(v: f64) -> i32 {
    if v > i32::MIN as f64 - 1.0 && v < i32::MAX as f64 + 1.0 { v as i32 } else { i32::MIN }
}

macro_rules! element {
    (int $t:ty, $tag:ident, $truncate:ident) => {
        impl Element for $t {
            const DTYPE: DType = DType::$tag;
            #[inline(always)]
            fn from_scalar(s: Scalar) -> Self {
                match s {
                    Scalar::Bool(b) => b as $t,
                    Scalar::Int(i) => i as $t,
                    Scalar::Float(f) => $truncate(f) as $t,
                    Scalar::Complex(z) => $truncate(z.re) as $t,
                }
            }
            #[inline(always)]
            fn to_scalar(self) -> Scalar {
                Scalar::Int(self as i64)
            }
            #[inline(always)]
            fn from_f64(v: f64) -> Self {
                $truncate(v) as $t
            }
            #[inline(always)]
            fn to_f64(self) -> f64 {
                self as f64
            }
            #[inline(always)]
            fn from_i64(v: i64) -> Self {
                v as $t
            }
            #[inline(always)]
            fn to_i64(self) -> i64 {
                self as i64
            }
            #[inline(always)]
            fn plus(self, other: Self) -> Self {
                self.wrapping_add(other)
            }
            #[inline(always)]
            fn times(self, other: Self) -> Self {
                self.wrapping_mul(other)
            }
            #[inline(always)]
            fn above(self, other: Self) -> bool {
                self > other
            }
            #[inline(always)]
            fn below(self, other: Self) -> bool {
                self < other
            }
        }
    };
    (float $t:ty, $tag:ident, $from:expr, $to:expr) => {
        impl Element for $t {
            const DTYPE: DType = DType::$tag;
            #[inline(always)]
            fn from_scalar(s: Scalar) -> Self {
                Self::from_f64(s.as_f64())
            }
            #[inline(always)]
            fn to_scalar(self) -> Scalar {
                Scalar::Float(self.to_f64())
            }
            #[inline(always)]
            fn from_f64(v: f64) -> Self {
                $from(v)
            }
            #[inline(always)]
            fn to_f64(self) -> f64 {
                $to(self)
            }
            #[inline(always)]
            fn from_i64(v: i64) -> Self {
                $from(v as f64)
            }
            #[inline(always)]
            fn to_i64(self) -> i64 {
                $to(self) as i64
            }
            #[inline(always)]
            fn plus(self, other: Self) -> Self {
                self + other
            }
            #[inline(always)]
            fn times(self, other: Self) -> Self {
                self * other
            }
            #[inline(always)]
            fn above(self, other: Self) -> bool {
                self > other
            }
            #[inline(always)]
            fn below(self, other: Self) -> bool {
                self < other
            }
        }
    };
}

element!(int u8, U8, truncate64);
element!(int i8, I8, truncate32);
element!(int i16, I16, truncate32);
element!(int i32, I32, truncate32);
element!(int i64, I64, truncate64);
element!(float f32, F32, |v| v as f32, |v| v as f64);
element!(float f64, F64, |v| v, |v| v);
element!(float f16, F16, f16::from_f64, f16::to_f64);
element!(float bf16, BF16, bf16::from_f64, bf16::to_f64);

macro_rules! complex {
    ($part:ty, $tag:ident) => {
        impl Element for Complex<$part> {
            const DTYPE: DType = DType::$tag;
            #[inline(always)]
            fn from_scalar(s: Scalar) -> Self {
                let z = s.as_complex();
                Complex::new(z.re as $part, z.im as $part)
            }
            #[inline(always)]
            fn to_scalar(self) -> Scalar {
                Scalar::Complex(Complex64::new(self.re as f64, self.im as f64))
            }
            #[inline(always)]
            fn from_f64(v: f64) -> Self {
                Complex::new(v as $part, 0.0)
            }
            #[inline(always)]
            fn to_f64(self) -> f64 {
                self.re as f64
            }
            #[inline(always)]
            fn from_i64(v: i64) -> Self {
                Complex::new(v as $part, 0.0)
            }
            #[inline(always)]
            fn to_i64(self) -> i64 {
                self.re as i64
            }
            #[inline(always)]
            fn plus(self, other: Self) -> Self {
                self + other
            }
            #[inline(always)]
            fn times(self, other: Self) -> Self {
                self * other
            }
            #[inline(always)]
            fn above(self, _: Self) -> bool {
                false
            }
            #[inline(always)]
            fn below(self, _: Self) -> bool {
                false
            }
        }
    };
}

complex!(f32, C64);
complex!(f64, C128);

impl Element for bool {
    const DTYPE: DType = DType::Bool;
    #[inline(always)]
    fn from_scalar(s: Scalar) -> Self {
        s.as_bool()
    }
    #[inline(always)]
    fn to_scalar(self) -> Scalar {
        Scalar::Bool(self)
    }
    #[inline(always)]
    fn from_f64(v: f64) -> Self {
        v != 0.0
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        self as u8 as f64
    }
    #[inline(always)]
    fn from_i64(v: i64) -> Self {
        v != 0
    }
    #[inline(always)]
    fn to_i64(self) -> i64 {
        self as i64
    }
    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        self | other
    }
    #[inline(always)]
    fn times(self, other: Self) -> Self {
        self & other
    }
    #[inline(always)]
    fn above(self, other: Self) -> bool {
        self > other
    }
    #[inline(always)]
    fn below(self, other: Self) -> bool {
        self < other
    }
}

/// The refusal of a kernel that needs an order among the elements, or real numbers.
#[cold]
pub fn complex_refused(dtype: DType) -> crate::diag::Error {
    crate::diag::Fault::not_implemented(format!("not implemented for '{}'", dtype.scalar_type()))
}

/// Runs an expression with `$T` bound to the element type of a dtype that is not complex; a function that meets a
/// complex one returns the refusal.
#[macro_export]
macro_rules! with_real {
    ($dtype:expr, $T:ident => $body:expr) => {
        match $dtype {
            $crate::array::DType::Bool => {
                type $T = bool;
                $body
            }
            $crate::array::DType::U8 => {
                type $T = u8;
                $body
            }
            $crate::array::DType::I8 => {
                type $T = i8;
                $body
            }
            $crate::array::DType::I16 => {
                type $T = i16;
                $body
            }
            $crate::array::DType::I32 => {
                type $T = i32;
                $body
            }
            $crate::array::DType::I64 => {
                type $T = i64;
                $body
            }
            $crate::array::DType::F16 => {
                type $T = half::f16;
                $body
            }
            $crate::array::DType::BF16 => {
                type $T = half::bf16;
                $body
            }
            $crate::array::DType::F32 => {
                type $T = f32;
                $body
            }
            $crate::array::DType::F64 => {
                type $T = f64;
                $body
            }
            complex @ ($crate::array::DType::C64 | $crate::array::DType::C128) => {
                return Err($crate::array::dtype::complex_refused(complex));
            }
        }
    };
}

/// Runs an expression with `$T` bound to the element type of a dtype.
#[macro_export]
macro_rules! with_dtype {
    ($dtype:expr, $T:ident => $body:expr) => {
        match $dtype {
            $crate::array::DType::Bool => {
                type $T = bool;
                $body
            }
            $crate::array::DType::U8 => {
                type $T = u8;
                $body
            }
            $crate::array::DType::I8 => {
                type $T = i8;
                $body
            }
            $crate::array::DType::I16 => {
                type $T = i16;
                $body
            }
            $crate::array::DType::I32 => {
                type $T = i32;
                $body
            }
            $crate::array::DType::I64 => {
                type $T = i64;
                $body
            }
            $crate::array::DType::F16 => {
                type $T = half::f16;
                $body
            }
            $crate::array::DType::BF16 => {
                type $T = half::bf16;
                $body
            }
            $crate::array::DType::F32 => {
                type $T = f32;
                $body
            }
            $crate::array::DType::F64 => {
                type $T = f64;
                $body
            }
            $crate::array::DType::C64 => {
                type $T = num_complex::Complex<f32>;
                $body
            }
            $crate::array::DType::C128 => {
                type $T = num_complex::Complex<f64>;
                $body
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn promotion_follows_the_lattice() {
        assert_eq!(U8.promote(I8), I16);
        assert_eq!(I64.promote(F16), F16);
        assert_eq!(F16.promote(BF16), F32);
        assert_eq!(Bool.promote(U8), U8);
        assert_eq!(F32.promote(F64), F64);
        assert_eq!(F64.promote(C64), C128);
        assert_eq!(I64.promote(C64), C64);
    }

    #[test]
    fn integers_wrap_and_floats_truncate() {
        assert_eq!(u8::from_scalar(Scalar::Int(300)), 44);
        assert_eq!(u8::from_scalar(Scalar::Int(-1)), 255);
        assert_eq!(i64::from_scalar(Scalar::Float(-2.7)), -2);
    }
}
