//! The element types and their promotion, and code for each of them.

pub use super::element::{Element, Ordered, Scalar};
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
        $crate::with_dtype!(@real $dtype, $T => $body;
            complex @ ($crate::array::DType::C64 | $crate::array::DType::C128) => {
                return Err($crate::array::dtype::complex_refused(complex));
            }
        )
    };
}

/// Runs an expression with `$T` bound to the element type of a dtype.
#[macro_export]
macro_rules! with_dtype {
    ($dtype:expr, $T:ident => $body:expr) => {
        $crate::with_dtype!(@real $dtype, $T => $body;
            $crate::array::DType::C64 => {
                type $T = num_complex::Complex<f32>;
                $body
            }
            $crate::array::DType::C128 => {
                type $T = num_complex::Complex<f64>;
                $body
            }
        )
    };
    // The types that are not complex, and what is done with the others.
    (@real $dtype:expr, $T:ident => $body:expr; $($complex:pat => $other:block)*) => {
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
            $($complex => $other)*
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
