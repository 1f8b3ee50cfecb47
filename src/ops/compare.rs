//! Comparisons, logic on truth values and bits, and the choice between two tensors.

use super::args::{Call, Operand, result_type};
use super::def::{Complex, Example, Forms, OpDef, Save};
use super::kernel::{Side, not_for, promote2, run2, to_dtype};
use crate::array::storage::Typed;
use crate::array::{Array, DType, Element, map};
use crate::diag::{Fault, Result};
use crate::tensor::Grads;
use crate::value::Value;
use crate::{compare2, with_dtype};

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[
    &EQ,
    &NE,
    &LT,
    &LE,
    &GT,
    &GE,
    &LOGICAL_AND,
    &LOGICAL_OR,
    &LOGICAL_XOR,
    &LOGICAL_NOT,
    &BITWISE_AND,
    &BITWISE_OR,
    &BITWISE_XOR,
    &BITWISE_NOT,
    &MASKED_FILL,
    &WHERE,
    &WHERE_FUNCTION,
    &WHERE_METHOD,
];

const BINARY: &str = "input: Tensor, other";
const FORMS: Forms = Forms::ALL.and(Forms::NP);

/// What a comparison does with complex numbers: those that need no order take them.
macro_rules! comparable {
    (with_dtype, $name:literal) => {
        Complex::Taken
    };
    (with_real, $name:literal) => {
        Complex::Refused(concat!($name, "_cpu"))
    };
}

/// Declares a comparison of two operands.
macro_rules! comparison {
    ($id:ident, $name:literal, $aliases:expr, $sign:literal, $with:tt |$a:ident, $b:ident| $e:expr, $example:expr) => {
        #[doc = concat!("Where input ", $sign, " other.")]
        pub static $id: OpDef = OpDef::kernel($name, BINARY, |c| Ok(compare2!(c, $with |$a, $b| $e)?.into()))
            .aliases($aliases)
            .doc(concat!("Where input ", $sign, " other, elementwise, as bool.\nSizes broadcast; dtypes promote."))
            .examples(&[$example])
            .forms(FORMS)
            .with_complex(comparable!($with, $name))
            .samples(&["randn(2, 3), randn(3)", "arange(3), 1"]);
    };
}

comparison!(
    EQ,
    "eq",
    &[],
    "==",
    with_dtype | a,
    b | a == b,
    Example("torch.eq(torch.tensor([1, 2]), 2)", "tensor([False,  True])")
);
comparison!(
    NE,
    "ne",
    &["not_equal"],
    "!=",
    with_dtype | a,
    b | a != b,
    Example("torch.ne(torch.tensor([1, 2]), 2)", "tensor([ True, False])")
);
comparison!(
    LT,
    "lt",
    &["less"],
    "<",
    with_real | a,
    b | a < b,
    Example("torch.lt(torch.tensor([1, 2]), 2)", "tensor([ True, False])")
);
comparison!(
    LE,
    "le",
    &["less_equal"],
    "<=",
    with_real | a,
    b | a <= b,
    Example("torch.le(torch.tensor([1, 2]), 2)", "tensor([True, True])")
);
comparison!(
    GT,
    "gt",
    &["greater"],
    ">",
    with_real | a,
    b | a > b,
    Example("torch.gt(torch.tensor([1, 2]), 1)", "tensor([False,  True])")
);
comparison!(
    GE,
    "ge",
    &["greater_equal"],
    ">=",
    with_real | a,
    b | a >= b,
    Example("torch.ge(torch.tensor([1, 2]), 1)", "tensor([True, True])")
);

/// Two operands as truth values.
fn truths(call: &Call, f: fn(bool, bool) -> bool) -> Result<Array> {
    let truth = |i: usize| -> Result<Side> {
        Ok(match call.operand(i)? {
            Operand::Tensor(t) => {
                let array = t.array().clone();
                Side::Array(with_dtype!(array.dtype, T => map::map1(&array, |x: T| x != T::default()))?)
            }
            Operand::Scalar(s) => Side::Scalar(s),
        })
    };
    run2::<bool, bool>(truth(0)?, truth(1)?, f)
}

/// Declares an operation on truth values.
macro_rules! logical {
    ($id:ident, $name:literal, $word:literal, $f:expr, $example:expr) => {
        #[doc = concat!("Logical ", $word, ".")]
        pub static $id: OpDef = OpDef::kernel($name, "input: Tensor, other: Tensor", |c| Ok(truths(c, $f)?.into()))
            .doc(concat!("Logical ", $word, " of two tensors, elementwise, as bool; what is not zero is true."))
            .examples(&[$example])
            .complex()
            .forms(FORMS)
            .samples(&["tensor([True, False]), tensor([True, True])", "arange(3), tensor([0., 1., 2.])"]);
    };
}

logical!(
    LOGICAL_AND,
    "logical_and",
    "and",
    |a, b| a & b,
    Example("torch.logical_and(torch.tensor([0, 2]), torch.tensor([1, 1]))", "tensor([False,  True])")
);
logical!(
    LOGICAL_OR,
    "logical_or",
    "or",
    |a, b| a | b,
    Example("torch.logical_or(torch.tensor([0, 2]), torch.tensor([0, 0]))", "tensor([False,  True])")
);
logical!(
    LOGICAL_XOR,
    "logical_xor",
    "exclusive or",
    |a, b| a ^ b,
    Example("torch.logical_xor(torch.tensor([0, 2]), torch.tensor([1, 1]))", "tensor([ True, False])")
);

/// Logical negation.
pub static LOGICAL_NOT: OpDef = OpDef::kernel("logical_not", "input: Tensor", |c| {
    let array = c.array(0)?;
    Ok(with_dtype!(array.dtype, T => map::map1(&array, |x: T| x == T::default()))?.into())
})
.complex()
.doc("Where the elements are zero, as bool.")
.examples(&[Example("torch.logical_not(torch.tensor([0, 2]))", "tensor([ True, False])")])
.forms(FORMS)
.samples(&["arange(3)"]);

/// Declares an operation on bits.
macro_rules! bitwise {
    ($id:ident, $name:literal, $word:literal, $shown:literal, |$a:ident, $b:ident| $e:expr) => {
        #[doc = concat!("Bitwise ", $word, ".")]
        pub static $id: OpDef = OpDef::kernel($name, "input, other", |c| {
            c.one_tensor()?;
            let (x, y, dtype) = promote2(c, 0, 1)?;
            Ok(match dtype {
                DType::Bool => run2::<bool, bool>(x, y, |$a, $b| $e),
                DType::U8 => run2::<u8, u8>(x, y, |$a, $b| $e),
                DType::I8 => run2::<i8, i8>(x, y, |$a, $b| $e),
                DType::I16 => run2::<i16, i16>(x, y, |$a, $b| $e),
                DType::I32 => run2::<i32, i32>(x, y, |$a, $b| $e),
                DType::I64 => run2::<i64, i64>(x, y, |$a, $b| $e),
                other => Err(not_for(concat!($name, "_cpu"), other)),
            }?
            .into())
        })
        .no_complex(concat!($name, "_cpu"))
        .doc(concat!("Bitwise ", $word, " of integers or bools, elementwise."))
        .examples(&[Example(concat!("torch.", $name, "(torch.tensor([6, 5]), 3)"), $shown)])
        .forms(FORMS)
        .samples(&["arange(3), 1", "tensor([True, False]), tensor([True, True])"]);
    };
}

bitwise!(BITWISE_AND, "bitwise_and", "and", "tensor([2, 1])", |a, b| a & b);
bitwise!(BITWISE_OR, "bitwise_or", "or", "tensor([7, 7])", |a, b| a | b);
bitwise!(BITWISE_XOR, "bitwise_xor", "exclusive or", "tensor([5, 6])", |a, b| a ^ b);

/// Bits inverted.
pub static BITWISE_NOT: OpDef = OpDef::kernel("bitwise_not", "input: Tensor", |c| {
    let array = c.array(0)?;
    Ok(match array.dtype {
        DType::Bool => map::map1(&array, |x: bool| !x),
        DType::U8 => map::map1(&array, |x: u8| !x),
        DType::I8 => map::map1(&array, |x: i8| !x),
        DType::I16 => map::map1(&array, |x: i16| !x),
        DType::I32 => map::map1(&array, |x: i32| !x),
        DType::I64 => map::map1(&array, |x: i64| !x),
        other => Err(not_for("bitwise_not_cpu", other)),
    }?
    .into())
})
.no_complex("TypeError: ~ (operator.invert) is only implemented on integer and Boolean-type tensors")
.doc("The bits of integers inverted; bools negated.")
.examples(&[Example("torch.bitwise_not(torch.tensor([True, False]))", "tensor([False,  True])")])
.forms(FORMS)
.samples(&["arange(3)"]);

/// A mask as an array of bool.
///
/// Errors: RuntimeError for other types.
fn mask(call: &Call, i: usize, what: &str) -> Result<Array> {
    let array = call.array(i)?;
    if array.dtype != DType::Bool {
        return Err(Fault::runtime(format!("{what} {}", array.dtype.c_name())));
    }
    Ok(array)
}

/// Elements replaced where a mask is true.
pub static MASKED_FILL: OpDef = OpDef::kernel("masked_fill", "input: Tensor, mask: Tensor, value", |c| {
    let (array, mask) = (c.array(0)?, mask(c, 1, "masked_fill_ only supports boolean masks, but got mask with dtype")?);
    if let crate::value::Value::Tensor(t) = c.value(2)
        && t.ndim() > 0
    {
        return Err(Fault::runtime(format!(
            "masked_fill_ only supports a 0-dimensional value tensor, but got tensor with {} dimension(s).",
            t.ndim()
        )));
    }
    let value = c.scalar(2)?;
    Ok(with_dtype!(array.dtype, T => {
        let value = T::from_scalar(value);
        map::map2(&mask, &array, move |m: bool, x: T| if m { value } else { x })
    })?
    .into())
})
.complex()
.doc("A copy with the elements where mask is true replaced by value; mask broadcasts.")
.examples(&[Example("torch.masked_fill(torch.tensor([1., 2.]), torch.tensor([True, False]), 0)", "tensor([0., 2.])")])
.forms(Forms::ALL)
.saves(&[Save::In(1)])
.grad(|b| {
    let mask = b.input(1)?;
    let first = b.when(0, || b.grad().masked_fill(&mask, 0.0))?;
    let value = b.when(2, || b.grad().mul(&mask.to_dtype(b.dtype(2))?))?;
    Ok(Grads::from_iter([first, None, value]))
})
.samples(&["randn(2, 3), tensor([True, False, True]), 2.0"]);

/// The choice between two tensors, or the places where a condition holds.
pub static WHERE_FUNCTION: OpDef = OpDef::composite("where", "condition: Tensor, input=None, other=None", |c| {
    match (c.is_none(1), c.is_none(2)) {
        (true, true) => {
            let args = [c.value(0).clone(), Value::Bool(true)].into_iter().collect();
            super::apply(&super::gather::NONZERO, args)
        }
        (false, false) => super::apply(&WHERE, c.args.iter().cloned().collect()),
        _ => Err(c.invalid_combination(1)),
    }
})
.doc("input where condition is true, other elsewhere; sizes broadcast, dtypes promote.\nWith the condition alone, the indices where it is true, as a tuple of one tensor for each dimension.")
.examples(&[Example("torch.where(torch.tensor([True, False]), 1., 0.)", "tensor([1., 0.])")])
.forms(Forms::FUNCTION)
.samples(&["tensor([True, False, True]), randn(2, 3), randn(3)"]);

/// The choice between two tensors, as a method of the first.
pub static WHERE_METHOD: OpDef = OpDef::composite("where", "input: Tensor, condition: Tensor, other", |c| {
    super::apply(&WHERE, [c.value(1).clone(), c.value(0).clone(), c.value(2).clone()].into_iter().collect())
})
.doc("The tensor where condition is true, other elsewhere.")
.examples(&[Example("torch.tensor([1., 2.]).where(torch.tensor([True, False]), 0)", "tensor([1., 0.])")])
.samples(&["randn(2, 3), tensor([True, False, True]), randn(3)", "randn(3), tensor(True), 2.0"])
.forms(Forms::METHOD);

/// The choice between two tensors.
pub static WHERE: OpDef = OpDef::kernel("where", "condition: Tensor, input, other", |c| {
    let condition = c.array(0)?;
    if !matches!(condition.dtype, DType::Bool | DType::U8) {
        return Err(Fault::runtime(format!(
            "where expected condition to be a boolean tensor, but got a tensor with dtype {}",
            condition.dtype.scalar_type()
        )));
    }
    let condition = super::kernel::to_dtype(&condition, DType::Bool)?;
    let (a, b) = (c.operand(1)?, c.operand(2)?);
    let dtype = result_type(&[&a, &b]);
    let side = |o: &Operand| -> Result<Array> {
        match o {
            Operand::Tensor(t) => to_dtype(&t.array(), dtype),
            Operand::Scalar(s) => Array::full(&[], *s, dtype),
        }
    };
    let (a, b) = (side(&a)?, side(&b)?);
    Ok(with_dtype!(dtype, T => choose::<T>(&condition, &a, &b))?.into())
})
.complex()
.forms(Forms::HIDDEN)
.saves(&[Save::In(0)])
.grad(|b| {
    let mask = b.input(0)?;
    let first = b.when(1, || b.grad().masked_fill(&mask.logical_not()?, 0.0))?;
    let second = b.when(2, || b.grad().masked_fill(&mask, 0.0))?;
    Ok(Grads::from_iter([None, first, second]))
});

fn choose<T: Typed>(condition: &Array, a: &Array, b: &Array) -> Result<Array> {
    map::map3(condition, a, b, |m: bool, x: T, y: T| if m { x } else { y })
}
