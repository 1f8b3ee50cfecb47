//! PCG64: the engine of NumPy's `default_rng`, seeded as NumPy does it.
//!
//! Sources: O'Neill, PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms (2014), the variant
//! XSL-RR 128/64; NumPy's documentation of `SeedSequence`; Lemire, Fast Random Integer Generation in an Interval (2019).

use super::ziggurat::Bits;

/// The engine: 128 bits of state, the stream, and what is left of the last 64 bits.
#[derive(Clone, Debug)]
pub struct Pcg64 {
    state: u128,
    increment: u128,
    half: Option<u32>,
}

impl Bits for Pcg64 {
    #[inline]
    fn bits(&mut self) -> u64 {
        self.step();
        let folded = (self.state >> 64) as u64 ^ self.state as u64;
        folded.rotate_right((self.state >> 122) as u32)
    }
}

impl Pcg64 {
    /// The engine of a seed given as words, lowest first.
    pub fn new(seed: &[u32]) -> Pcg64 {
        let words = spread(seed);
        let wide = |at: usize| (words[at] as u128) << 64 | words[at + 1] as u128;
        let mut engine = Pcg64 { state: 0, increment: wide(2) << 1 | 1, half: None };
        engine.step();
        engine.state = engine.state.wrapping_add(wide(0));
        engine.step();
        engine
    }

    #[inline]
    fn step(&mut self) {
        const FACTOR: u128 = 0x2360_ED05_1FC6_5DA4_4385_DF64_9FCC_F645;
        self.state = self.state.wrapping_mul(FACTOR).wrapping_add(self.increment);
    }

    /// The next 32 bits: the low half of 64, then the high one.
    pub fn next_u32(&mut self) -> u32 {
        if let Some(high) = self.half.take() {
            return high;
        }
        let both = self.bits();
        self.half = Some((both >> 32) as u32);
        both as u32
    }

    /// An integer in 0..=max.
    pub fn bounded(&mut self, max: u64) -> u64 {
        if max == 0 {
            return 0;
        }
        if let Ok(max) = u32::try_from(max) {
            let Some(count) = max.checked_add(1) else { return self.next_u32() as u64 };
            let mut product = self.next_u32() as u64 * count as u64;
            if (product as u32) < count {
                let threshold = (u32::MAX - max) % count;
                while (product as u32) < threshold {
                    product = self.next_u32() as u64 * count as u64;
                }
            }
            return product >> 32;
        }
        let Some(count) = max.checked_add(1) else { return self.bits() };
        let mut product = self.bits() as u128 * count as u128;
        if (product as u64) < count {
            let threshold = (u64::MAX - max) % count;
            while (product as u64) < threshold {
                product = self.bits() as u128 * count as u128;
            }
        }
        (product >> 64) as u64
    }

    /// Integers in 0..=max from pieces of 8 or 16 bits, as types that small are drawn. `max` has at most that many bits.
    pub fn bounded_small(&mut self, max: u32, bits: u32, count: usize) -> Vec<u32> {
        let all = (1u32 << bits) - 1;
        let (mut word, mut left) = (0u32, 0);
        let mut piece = |engine: &mut Pcg64| {
            if left == 0 {
                (word, left) = (engine.next_u32(), 32 / bits);
            } else {
                word >>= bits;
            }
            left -= 1;
            word & all
        };
        let mut one = || {
            if max == 0 {
                return 0;
            }
            if max == all {
                return piece(self);
            }
            let span = max + 1;
            let mut product = piece(self) * span;
            if product & all < span {
                let threshold = (all - max) % span;
                while product & all < threshold {
                    product = piece(self) * span;
                }
            }
            product >> bits
        };
        (0..count).map(|_| one()).collect()
    }
}

/// Four words of 64 bits that depend on every bit of a seed.
fn spread(seed: &[u32]) -> [u64; 4] {
    const POOL: usize = 4;
    let mut constant = 0x43b0_d7e5u32;
    let mut hash = |value: u32| {
        let value = value ^ constant;
        constant = constant.wrapping_mul(0x931e_8875);
        let value = value.wrapping_mul(constant);
        value ^ value >> 16
    };
    let mix = |x: u32, y: u32| {
        let mixed = x.wrapping_mul(0xca01_f9dd).wrapping_sub(y.wrapping_mul(0x4973_f715));
        mixed ^ mixed >> 16
    };
    let mut pool: [u32; POOL] = std::array::from_fn(|i| hash(seed.get(i).copied().unwrap_or(0)));
    for from in 0..POOL {
        for to in (0..POOL).filter(|&to| to != from) {
            pool[to] = mix(pool[to], hash(pool[from]));
        }
    }
    for &word in seed.iter().skip(POOL) {
        for place in &mut pool {
            *place = mix(*place, hash(word));
        }
    }
    let mut constant = 0x8b51_f9ddu32;
    let mut words = pool.iter().cycle().map(|&value| {
        let value = value ^ constant;
        constant = constant.wrapping_mul(0x58f3_8ded);
        let value = value.wrapping_mul(constant);
        (value ^ value >> 16) as u64
    });
    let mut next = || words.next().unwrap_or(0);
    std::array::from_fn(|_| next() | next() << 32)
}

#[cfg(test)]
mod tests {
    use super::super::ziggurat::{exponential, normal};
    use super::*;

    /// Recorded from NumPy 2.4: `np.random.default_rng(0)`.
    #[test]
    fn the_stream_is_numpys() {
        let mut g = Pcg64::new(&[0]);
        assert_eq!([g.double(), g.double()], [0.6369616873214543, 0.2697867137638703]);
        let mut g = Pcg64::new(&[0]);
        assert_eq!([normal(&mut g), normal(&mut g)], [0.1257302210933933, -0.1321048632913019]);
        let mut g = Pcg64::new(&[0]);
        assert_eq!([exponential(&mut g), exponential(&mut g)], [0.6799319039689096, 1.0195971014658647]);
        let mut g = Pcg64::new(&[0]);
        assert_eq!((0..5).map(|_| g.bounded(9)).collect::<Vec<_>>(), [8, 6, 5, 2, 3]);
    }
}
