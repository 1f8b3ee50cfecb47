//! The generator's state: seeding, bits, saving and restoring.

use super::super::super::convert::{big_of, to_index, unwrap};
use super::super::super::functions::hash::hash_of;
use super::super::sha512::sha512;
use super::{arguments, engine_of};
use crate::array::mt19937::Mt19937;
use crate::diag::{Fault, Result};
use crate::value::{Args, Caller, Native, Value};
use num_bigint::{BigInt, BigUint, Sign};
use std::time::{SystemTime, UNIX_EPOCH};

/// A generator with the number that `gauss` keeps back.
pub struct Engine {
    mt: Mt19937,
    pub(super) gauss_next: Option<f64>,
}

impl Engine {
    /// A generator seeded by the time.
    pub fn from_entropy() -> Engine {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_nanos());
        let address = &now as *const u128 as u64;
        let key = [now as u32, (now >> 32) as u32, address as u32, (address >> 32) as u32, std::process::id()];
        Engine { mt: Mt19937::init_by_array(&key), gauss_next: None }
    }

    /// Seeds the generator.
    ///
    /// Errors: TypeError for values that are no seeds.
    pub fn seed(&mut self, seed: &Value, caller: &mut dyn Caller) -> Result<()> {
        let number = match seed {
            Value::None => {
                *self = Engine::from_entropy();
                return Ok(());
            }
            Value::Int(_) | Value::Bool(_) | Value::Big(_) => big_of(seed).unwrap_or_default(),
            Value::Str(text) => {
                let mut bytes = text.as_bytes().to_vec();
                bytes.extend_from_slice(&sha512(text.as_bytes()));
                BigInt::from_bytes_be(Sign::Plus, &bytes)
            }
            Value::Float(_) => BigInt::from(hash_of(seed, caller)? as u64),
            _ => {
                return Err(Fault::type_error(
                    "The only supported seed types are: None,\nint, float, str, bytes, and bytearray.",
                ));
            }
        };
        let key = number.magnitude().to_u32_digits();
        self.mt = Mt19937::init_by_array(if key.is_empty() { &[0] } else { &key });
        self.gauss_next = None;
        Ok(())
    }

    /// The next number in [0, 1).
    pub fn random(&mut self) -> f64 {
        let (a, b) = (self.mt.next_u32() >> 5, self.mt.next_u32() >> 6);
        (f64::from(a) * 67108864.0 + f64::from(b)) / 9007199254740992.0
    }

    /// An int of that many random bits.
    pub fn bits(&mut self, count: u64) -> BigUint {
        let mut words = Vec::with_capacity(count.div_ceil(32) as usize);
        let mut left = count;
        while left > 0 {
            let word = self.mt.next_u32();
            words.push(if left < 32 { word >> (32 - left) } else { word });
            left = left.saturating_sub(32);
        }
        BigUint::new(words)
    }

    /// A random int below a positive bound.
    pub fn below(&mut self, bound: &BigUint) -> BigUint {
        let bits = bound.bits();
        loop {
            let found = self.bits(bits);
            if found < *bound {
                return found;
            }
        }
    }

    /// A random position below a positive length.
    pub fn position(&mut self, length: usize) -> usize {
        let bits = usize::BITS - length.leading_zeros();
        loop {
            let found = if bits <= 32 {
                (self.mt.next_u32() >> (32 - bits.clamp(1, 32))) as usize
            } else {
                let low = self.mt.next_u32() as usize;
                low | ((self.mt.next_u32() >> (64 - bits)) as usize) << 32
            };
            if found < length {
                return found;
            }
        }
    }
}

pub(super) fn seed(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = arguments(native, args)?;
    engine_of(native, args)?.borrow_mut().seed(&unwrap(&a[0]), caller)?;
    Ok(Value::None)
}

pub(super) fn random_bits(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = arguments(native, args)?;
    let count = to_index(&a[0], caller)?;
    let count = u64::try_from(count).map_err(|_| Fault::value("number of bits must be non-negative"))?;
    super::super::super::convert::check_memory(u128::from(count) / 8)?;
    Ok(Value::big(engine_of(native, args)?.borrow_mut().bits(count).into()))
}

pub(super) fn get_state(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    arguments(native, args)?;
    let engine = engine_of(native, args)?;
    let engine = engine.borrow();
    let (words, position) = engine.mt.state();
    let words = words.iter().map(|w| Value::Int(i64::from(*w))).chain([Value::from(position)]);
    Ok(Value::tuple([Value::Int(3), Value::tuple(words), engine.gauss_next.into()]))
}

pub(super) fn set_state(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = arguments(native, args)?;
    let invalid = || Fault::value("state vector is the wrong size");
    let Value::Tuple(state) = &a[0] else { return Err(Fault::type_error("state vector must be a tuple")) };
    let [_, Value::Tuple(words), gauss] = &state[..] else { return Err(invalid()) };
    let Some((position, words)) = words.split_last() else { return Err(invalid()) };
    let words: Vec<u32> = words.iter().filter_map(|w| w.as_int().and_then(|w| u32::try_from(w).ok())).collect();
    let words: &[u32; 624] = words.as_slice().try_into().map_err(|_| invalid())?;
    let position = position.as_int().and_then(|p| usize::try_from(p).ok()).filter(|p| *p <= 624).ok_or_else(invalid)?;
    let gauss_next = match gauss {
        Value::Float(f) => Some(*f),
        _ => None,
    };
    *engine_of(native, args)?.borrow_mut() = Engine { mt: Mt19937::from_state(words, position), gauss_next };
    Ok(Value::None)
}
