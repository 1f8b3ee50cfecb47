//! Elements and scalars: what every element type can do, and numbers on their way into an array or out of one.

use super::dtype::{Category, DType};
use half::{bf16, f16};
use num_complex::{Complex, Complex64};

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

/// The order of the extremes, where it is the type's own.
macro_rules! own_order {
    () => {
        #[inline(always)]
        fn above(self, other: Self) -> bool {
            self > other
        }
        #[inline(always)]
        fn below(self, other: Self) -> bool {
            self < other
        }
    };
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
            own_order!();
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
            own_order!();
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
    own_order!();
}
