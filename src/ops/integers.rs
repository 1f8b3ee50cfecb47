//! Integer functions, elementwise: common divisors and multiples, shifts.

use super::args::Call;
use super::def::{Example, Forms, OpDef};
use super::kernel::{Side, not_for, promote2, run2};
use crate::array::storage::Typed;
use crate::array::{Array, DType};
use crate::diag::Result;

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[&GCD, &LCM, &LEFT_SHIFT, &RIGHT_SHIFT];

/// A function of two promoted integers, given the width of their type in bits.
fn integers(call: &Call, name: &str, f: fn(i64, i64, i64) -> i64) -> Result<Array> {
    fn run<T: Typed>(x: Side, y: Side, f: fn(i64, i64, i64) -> i64) -> Result<Array> {
        let bits = 8 * size_of::<T>() as i64;
        run2::<T, T>(x, y, move |a, b| T::from_i64(f(a.to_i64(), b.to_i64(), bits)))
    }
    let (x, y, dtype) = promote2(call, 0, 1)?;
    match dtype {
        DType::U8 => run::<u8>(x, y, f),
        DType::I8 => run::<i8>(x, y, f),
        DType::I16 => run::<i16>(x, y, f),
        DType::I32 => run::<i32>(x, y, f),
        DType::I64 => run::<i64>(x, y, f),
        other => Err(not_for(name, other)),
    }
}

fn gcd(a: i64, b: i64) -> i64 {
    let (mut a, mut b) = (a.unsigned_abs(), b.unsigned_abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a as i64
}

/// The greatest common divisor.
pub static GCD: OpDef =
    OpDef::kernel("gcd", "input: Tensor, other: Tensor", |c| Ok(integers(c, "gcd_cpu", |a, b, _| gcd(a, b))?.into()))
        .doc("The greatest common divisor of integers, elementwise, never negative.")
        .examples(&[Example("torch.gcd(torch.tensor([6, 9]), torch.tensor(12))", "tensor([6, 3])")])
        .forms(Forms::ALL.and(Forms::FUNCTION_INPLACE).and(Forms::NP))
        .samples(&["arange(6), tensor(4)"]);

/// The least common multiple.
pub static LCM: OpDef = OpDef::kernel("lcm", "input: Tensor, other: Tensor", |c| {
    fn lcm(a: i64, b: i64) -> i64 {
        match gcd(a, b) {
            0 => 0,
            g => (a / g).wrapping_mul(b).wrapping_abs(),
        }
    }
    Ok(integers(c, "lcm_cpu", |a, b, _| lcm(a, b))?.into())
})
.doc("The least common multiple of integers, elementwise, never negative.")
.examples(&[Example("torch.lcm(torch.tensor([6, 9]), torch.tensor(12))", "tensor([12, 36])")])
.forms(Forms::ALL.and(Forms::FUNCTION_INPLACE).and(Forms::NP))
.samples(&["arange(6), tensor(4)"]);

/// Bits shifted up.
pub static LEFT_SHIFT: OpDef = OpDef::kernel("bitwise_left_shift", "input, other", |c| {
    c.one_tensor()?;
    let shift = |a: i64, b: i64, bits: i64| if (0..bits).contains(&b) { a.wrapping_shl(b as u32) } else { 0 };
    Ok(integers(c, "lshift_cpu", shift)?.into())
})
.aliases(&["__lshift__"])
.doc("The bits of input shifted up by other places, elementwise; zero beyond the width.")
.examples(&[Example("torch.bitwise_left_shift(torch.tensor([1, 3]), 2)", "tensor([ 4, 12])")])
.forms(Forms::ALL)
.samples(&["arange(6), 2"]);

/// Bits shifted down.
pub static RIGHT_SHIFT: OpDef = OpDef::kernel("bitwise_right_shift", "input, other", |c| {
    c.one_tensor()?;
    let shift = |a: i64, b: i64, bits: i64| a >> if (0..bits).contains(&b) { b } else { 63 };
    Ok(integers(c, "rshift_cpu", shift)?.into())
})
.aliases(&["__rshift__"])
.doc("The bits of input shifted down by other places, elementwise, keeping the sign.")
.examples(&[Example("torch.bitwise_right_shift(torch.tensor([8, -8]), 2)", "tensor([ 2, -2])")])
.forms(Forms::ALL)
.samples(&["arange(6), 2"]);
